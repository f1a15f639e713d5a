import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { Pager } from './page.ts';

/** @param topic ARN of the topic that the person on call subscribes to */
export function pagerOnDemand(observe: Observability, topic: string): Pager {
  // Pages are rare: the client is loaded at the first one.
  const pager = onDemand(async () => (await import('./pager.ts')).openPager(observe, topic));
  return { page: async (page) => (await pager()).page(page) };
}
