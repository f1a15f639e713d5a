import type { RollbackFailed } from '../../core/contract/errors.ts';
import type { EventDraft, EventOf } from '../../core/release/events.ts';
import { mayFollow } from '../../core/release/transition.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { updateRelease, type WriteContext } from './update-release.ts';

/** Records that a target could not be rolled back. The caller throws the failure next. */
export async function appendRollbackFailure(
  writing: WriteContext,
  release: string,
  where: EnvironmentTarget,
  failure: RollbackFailed,
  evidence?: EventOf<'rollbackFailed'>['evidence'],
): Promise<void> {
  const { invocation } = writing;
  await updateRelease(writing, release, (head) => {
    const event: EventDraft = {
      type: 'rollbackFailed',
      at: invocation.now(),
      actor: invocation.actor,
      environment: where.environment,
      target: nameTarget(where),
      reason: failure.message,
      ...(evidence === undefined ? {} : { evidence }),
    };
    return { result: 'recorded', events: mayFollow(head, event) ? [event] : [] };
  });
}
