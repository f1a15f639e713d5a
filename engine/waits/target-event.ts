import type { EventDraft } from '../../core/release/events.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import type { Moment } from '../handler/handler.ts';
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

/** The transition that says how it ended. */
export function targetEvent(
  moment: Moment,
  { where }: Pick<TargetWait, 'where'>,
  type: Ending,
  reason?: string,
): Extract<EventDraft, { type: Ending }> {
  const { environment } = where;
  return {
    type,
    at: moment.now(),
    actor: moment.actor,
    environment,
    target: nameTarget(where),
    ...(reason === undefined ? {} : { reason: reason.slice(0, 1000) }),
  };
}
