import type { Gate, Measurement } from '../contract/engine-metrics.ts';
import type { TaskName } from '../contract/tasks.ts';
import { secondsBetween } from '../values/duration.ts';
import type { WaitItem } from './items.ts';

/** The gates that tasks wait at; a bake is measured where it is judged, as its end is seldom an answer. */
const gateOfTask: Partial<Record<TaskName, Gate>> = {
  askForApproval: 'approval',
  askToContinue: 'approval',
  waitForTurn: 'turn',
  waitForWindow: 'window',
};

/** How long a gate kept a release whose wait is answered now; undefined where the wait is for something else. */
export function gateTime(
  { task, registeredAt, closedUntil }: Pick<WaitItem, 'task' | 'registeredAt' | 'closedUntil'>,
  now: string,
): Measurement | undefined {
  const gate = gateOfTask[task];
  if (gate === undefined) return undefined;
  // Whoever waits for the turn waits for windows, too: what kept it last counts.
  const of = closedUntil === undefined ? gate : 'window';
  return { metric: 'GateSeconds', value: Math.max(0, secondsBetween(registeredAt, now)), of };
}

/** How long a bake took that is over now; undefined where it is not known when it began. */
export function bakeTime(observedSince: string | undefined, now: string): Measurement | undefined {
  if (observedSince === undefined) return undefined;
  return { metric: 'GateSeconds', value: Math.max(0, secondsBetween(observedSince, now)), of: 'bake' };
}
