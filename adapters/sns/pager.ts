import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';

/** Something that somebody has to look at now. */
export interface Page {
  /** At most 100 characters of ASCII, without line breaks. */
  readonly subject: string;
  readonly text: string;
}

/** Pages whoever is on call. */
export interface Pager {
  page(page: Page): Promise<void>;
}

/** @param topic ARN of the topic that whoever is on call subscribes to */
export function openPager(observe: Observability, topic: string): Pager {
  // Nobody is paged on a good day: the client is loaded when somebody is.
  const publisher = onDemand(async () => (await import('./publisher.ts')).openPublisher(observe, topic));
  return { page: async (page) => (await publisher()).page(page) };
}
