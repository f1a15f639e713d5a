import type { ApprovalItem } from '../ledger/items.ts';
import type { Person } from '../policy/policy.ts';
import { addSeconds, durationSeconds } from '../values/duration.ts';
import { whyNot } from './decision.ts';
import { stillAsked } from './quorum.ts';

/** When people are reminded of an approval. @param reminders how long after it was asked for */
export function planReminders(reminders: readonly string[] = [], requestedAt: string): Pick<ApprovalItem, 'reminders'> {
  if (reminders.length === 0) return {};
  return { reminders: reminders.map((after) => addSeconds(requestedAt, durationSeconds(after))) };
}

/** A reminder that is due. */
interface Reminder {
  /** Who has not decided, may, and is still needed. */
  readonly people: readonly Person[];
  /** The approval without the reminders that were due: of several, one is sent. */
  readonly approval: ApprovalItem;
}

/** The reminder that is due now; undefined where none is. @param approval that is open */
export function dueReminder(approval: ApprovalItem, now: string): Reminder | undefined {
  const { reminders: planned = [], ...rest } = approval;
  const later = planned.filter((at) => at > now);
  if (later.length === planned.length) return undefined;
  return {
    people: stillAsked(approval).filter((person) => whyNot(approval, person).decline === undefined),
    approval: later.length === 0 ? rest : { ...rest, reminders: later },
  };
}
