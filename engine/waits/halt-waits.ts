import { type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { releasePartition, waitPrefix } from '../../core/ledger/keys.ts';
import { leaveQueue } from '../../core/turn/turn-writes.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { haltedError, isInVain } from '../../core/release/halt.ts';
import { parseItem, readAll } from '../ledger/read.ts';
import { type AnswerContext, answerWait, failure, type WaitDecision } from './waits.ts';

/**
 * Answers every task of a halted release that waits for something, but for those that bring it to its end. A task that begins to
 * wait later looks at the head then; one whose answer a crash leaves out the reconciler answers.
 */
export async function haltWaits(services: AnswerContext, release: string): Promise<void> {
  const items = await readAll(services.ledger, releasePartition(release), waitPrefix);
  for (const item of items) await haltWait(services, parseItem(waitItem, item));
}

/** The same for one wait. @returns whether it was answered, now or before */
export async function haltWait(services: AnswerContext, wait: WaitItem): Promise<boolean> {
  const { answered } = await answerWait(services, wait, (head) => haltDecision(wait, head) ?? { result: undefined });
  return answered;
}

/** How a wait of a halted release is answered; undefined where it is not in vain. */
export function haltDecision(wait: WaitItem, head: ReleaseHead): WaitDecision<never> | undefined {
  if (!isInVain(wait, head)) return undefined;
  return {
    result: failure(haltedError(head, wait)),
    writes: wait.task === 'waitForTurn' ? leaveQueue({ ...wait, service: head.service }, head.release) : [],
  };
}
