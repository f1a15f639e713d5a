import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { EventBus } from './event-bus.ts';

/** @param bus name of a bus of this account */
export function eventBusOnDemand(observe: Observability, bus: string): EventBus {
  // Where the policy asks for no events, the client is never loaded.
  const opened = onDemand(async () => (await import('./put-events.ts')).openPutEvents(observe, bus));
  return { put: async (events) => (await opened()).put(events) };
}
