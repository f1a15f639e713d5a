import type { ReleaseEvent } from '../../../core/release/events.ts';
import { readEvents } from '../../../engine/ledger/read.ts';
import type { TargetContext } from '../target-context.ts';

/** How far the adoption of the target's stack by this release is; undefined where it was not begun. */
export async function lastAdoptionEvent(work: TargetContext): Promise<ReleaseEvent | undefined> {
  const events = await readEvents(work.services.ledger, work.release);
  return events.findLast(
    (event) =>
      (event.type === 'adoptionStarted' || event.type === 'adopted' || event.type === 'adoptionFailed') &&
      event.environment === work.where.environment &&
      event.target === work.targetName,
  );
}
