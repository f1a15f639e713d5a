import type { WaitItem } from '../../core/ledger/items.ts';
import { keepClosed } from '../../core/ledger/waits.ts';
import { windowEvents } from '../../core/turn/windows/window-events.ts';
import { isInVain } from '../../core/release/halt.ts';
import { readHead } from '../ledger/read.ts';
import { closureAt, windowsOf } from '../turn/windows.ts';
import { haltWait } from './halt-waits.ts';
import { type AnswerContext, answerWait, success } from './waits.ts';

/** Answers a wait for a window once none keeps the release any more. @returns whether it was answered */
export async function completeWindowWait(services: AnswerContext, wait: WaitItem): Promise<boolean> {
  const { ledger, invocation } = services;
  const { release, environment } = wait;
  if (isInVain(wait, await readHead(ledger, release))) return haltWait(services, wait);
  const { answered } = await answerWait(services, wait, async (head) => {
    const at = invocation.now();
    const closed = await closureAt(await windowsOf(ledger, head, environment), at);
    const events = windowEvents(head, environment, closed, { at, actor: invocation.actor });
    if (closed === undefined) return { result: success(), events };
    // It was open for a while, and nobody looked.
    return { result: undefined, events, writes: [keepClosed(release, wait.wait, closed.until)] };
  });
  return answered;
}
