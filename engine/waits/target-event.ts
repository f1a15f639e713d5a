import type { EventDraft } from '../../core/release/events.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import type { InvocationContext } from '../handler/handler.ts';
import type { TargetWait } from './target-wait.ts';

type Ending =
  | 'changed'
  | 'checkFailed'
  | 'shifted'
  | 'settled'
  | 'settleFailed'
  | 'trafficRestored'
  | 'stackRestored'
  | 'rollbackFailed';

/** The transition that records how it ended. */
export function targetEvent(
  invocation: InvocationContext,
  { where }: Pick<TargetWait, 'where'>,
  type: Ending,
  reason?: string,
): Extract<EventDraft, { type: Ending }> {
  const { environment } = where;
  return {
    type,
    at: invocation.now(),
    actor: invocation.actor,
    environment,
    target: nameTarget(where),
    ...(reason === undefined ? {} : { reason }),
  };
}
