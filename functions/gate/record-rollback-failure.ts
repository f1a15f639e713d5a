import { readFailure } from '../../core/contract/failure.ts';
import type { EventDraft } from '../../core/release/events.ts';
import { mayFollow } from '../../core/release/transition.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import type { GateServices } from './services.ts';

/** Records why a target could not be rolled back, unless the failed task has: nothing else explains why it is not clean. */
export async function recordRollbackFailure(
  input: TaskInput<'recordRollbackFailure'>,
  { ledger }: GateServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'recordRollbackFailure'>> {
  const event = rollbackFailed(input, invocation);
  await updateRelease({ ledger, invocation }, input.release, (head) => ({
    result: 'left',
    events: mayFollow(head, event) ? [event] : [],
  }));
  return {};
}

function rollbackFailed(input: TaskInput<'recordRollbackFailure'>, invocation: InvocationContext): EventDraft {
  const { environment, account, region } = input;
  const { message, error } = readFailure(input.error, input.cause);
  const reason = `The rollback in account ${account}, region ${region} ended by ${error}: ${message}`;
  return {
    type: 'rollbackFailed',
    at: invocation.now(),
    actor: invocation.actor,
    environment,
    target: nameTarget(input),
    reason,
    evidence: { error },
  };
}
