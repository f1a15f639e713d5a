import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { Pager } from './page.ts';

/** @param topic ARN of the topic that whoever is on call subscribes to */
export function openPager(observe: Observability, topic: string): Pager {
  // Nobody is paged on a good day: the client is loaded when somebody is.
  const publisher = onDemand(async () => (await import('./publisher.ts')).openPublisher(observe, topic));
  return { page: async (page) => (await publisher()).page(page) };
}
