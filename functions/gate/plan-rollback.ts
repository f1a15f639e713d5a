import { readFailure } from '../../core/contract/failure.ts';
import type { EventDraft } from '../../core/release/events.ts';
import { isHalted } from '../../core/release/progress.ts';
import { keptOrder, rollbackOrder } from '../../core/release/rollback-order.ts';
import { mayFollow } from '../../core/release/transition.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { orderDelivery } from '../../engine/outbox/order-delivery.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import type { GateServices } from './services.ts';

/** Records what went wrong, unless the ledger has it already, and answers what must be rolled back. */
export async function planRollback(
  input: TaskInput<'planRollback'>,
  { ledger, notifier }: GateServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'planRollback'>> {
  const { head } = await updateRelease({ ledger, invocation }, input.release, (now) => {
    const event = failed(input, invocation);
    const known = isHalted(now) || now.rejected !== undefined || !mayFollow(now, event);
    return { result: 'planned', events: known ? [] : [event] };
  });
  // Others hear of a failure at once, of everything else within a minute.
  if (head.events !== undefined) await orderDelivery({ notifier, invocation }, input.release);
  return { rollBack: rollbackOrder(head), keep: keptOrder(head) };
}

function failed({ error, cause }: TaskInput<'planRollback'>, invocation: InvocationContext): EventDraft {
  const failure = readFailure(error, cause);
  const { environment, account, region } = failure;
  return {
    type: 'failed',
    at: invocation.now(),
    actor: invocation.actor,
    ...(environment === undefined ? {} : { environment }),
    ...(account === undefined || region === undefined ? {} : { target: nameTarget({ account, region }) }),
    reason: failure.message,
    evidence: { error: failure.error },
  };
}
