import type { EventType, ReleaseEvent } from '../release/events.ts';

/** Steps that every release takes and that say nothing by themselves: they are folded between those that do. */
const routine: readonly EventType[] = [
  'accepted',
  'lookingAhead',
  'approvalReminded',
  'turnRequested',
  'turnTaken',
  'turnGivenBack',
  'preparing',
  'prepared',
  'changeStarted',
  'changed',
  'verified',
  'checked',
  'settleStarted',
  'settled',
  'adoptionStarted',
  'aliasesRestoring',
  'recoveryStarted',
  'stackRestoreStarted',
  'stackFirst',
  'monitoringEnded',
];

/** Part of a timeline: an event that matters, or routine between two of those. */
export type TimelinePart =
  | { readonly kind: 'event'; readonly event: ReleaseEvent }
  | { readonly kind: 'routine'; readonly events: readonly ReleaseEvent[] };

/** What matters, and between it what does not, together. A single step is no longer folded than shown. */
export function foldTimeline(events: readonly ReleaseEvent[]): TimelinePart[] {
  const parts: TimelinePart[] = [];
  let folded: ReleaseEvent[] = [];
  const close = (): void => {
    const [first] = folded;
    if (first !== undefined)
      parts.push(folded.length === 1 ? { kind: 'event', event: first } : { kind: 'routine', events: folded });
    folded = [];
  };
  for (const event of events) {
    if (isRoutine(event)) {
      folded.push(event);
      continue;
    }
    close();
    parts.push({ kind: 'event', event });
  }
  close();
  return parts;
}

function isRoutine({ type }: ReleaseEvent): boolean {
  return routine.some((one) => one === type);
}
