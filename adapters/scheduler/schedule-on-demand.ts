import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { Schedule } from './schedule.ts';

/** For a function that seldom wakes the reconciler: the client is loaded at the first time. @param name of the schedule */
export function scheduleOnDemand(observe: Observability, name: string): Pick<Schedule, 'enable'> {
  const schedule = onDemand(async () => (await import('./schedule.ts')).openSchedule(observe, name));
  return { enable: async () => (await schedule()).enable() };
}
