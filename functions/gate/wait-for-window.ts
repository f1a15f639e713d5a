import type { TaskInput } from '../../core/contract/tasks.ts';
import { registerWait } from '../../core/ledger/waits.ts';
import { haltedError } from '../../core/release/halt.ts';
import { isHalted } from '../../core/release/progress.ts';
import { windowEvents } from '../../core/turn/windows/window-events.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { closureAt, windowsOf } from '../../engine/turn/windows.ts';
import { newWait, sendAnswer, success } from '../../engine/waits/waits.ts';
import type { GateServices } from './services.ts';

/** No window is closed for longer, or the policy would have been refused. */
const longestWaitSeconds = 60 * 86_400;

/** Registers the token until no window keeps the release from a target of which nothing was changed yet. */
export async function waitForWindow(
  input: TaskInput<'waitForWindow'>,
  { ledger, answers }: GateServices,
  invocation: InvocationContext,
): Promise<void> {
  const { task, release, environment, account, region, token } = input;
  const target = nameTarget({ account, region });
  const { result: closed } = await updateRelease({ ledger, invocation }, release, async (head) => {
    if (isHalted(head)) throw haltedError(head, { environment, target });
    const at = invocation.now();
    const closure = await closureAt(await windowsOf(ledger, head, environment), at);
    if (closure === undefined) return { result: false };
    const { until } = closure;
    const correlation = { kind: 'window', release, environment, target } as const;
    const wait = newWait({ task, release, environment, target, token }, correlation, at, longestWaitSeconds);
    return {
      result: true,
      events: windowEvents(head, environment, closure, { at, actor: invocation.actor }),
      writes: registerWait(until === undefined ? wait : { ...wait, closedUntil: until }),
    };
  });
  if (!closed) await sendAnswer(answers, token, success());
}
