import { describeMetrics, type MetricsDocument, metricsQuery } from '../../core/contract/api/metrics.ts';
import { NotInLedger } from '../../core/contract/errors.ts';
import { headItem } from '../../core/ledger/items.ts';
import { deploymentsPartition, servicePartition } from '../../core/ledger/keys.ts';
import { weekItem } from '../../core/metrics/items.ts';
import { firstOf, metricsOf, type Span } from '../../core/metrics/metrics.ts';
import { weekOf, weeksFrom } from '../../core/metrics/weeks.ts';
import { mergeOrders } from '../../core/overview/columns.ts';
import { parseItem } from '../../engine/ledger/read.ts';
import { type Query, readQuery } from './read-query.ts';
import { requireServiceName } from './service-pages.ts';
import type { ReadServices } from './services.ts';

/** Newest releases of a service by which its environments are known, and their order. */
const LOOKED_AT = 20;

/**
 * DORA's four metrics of a service in one environment: one item for each week, however many releases there were.
 * @throws RequestInvalid, NotInLedger
 */
export async function showMetrics(
  services: ReadServices,
  service: string,
  query: Query,
  now: string,
): Promise<MetricsDocument> {
  requireServiceName(service);
  const { environment, weeks: count, until = now.slice(0, 10) } = readQuery(metricsQuery, query);
  const environments = await environmentsOf(services, service);
  const shown = environment ?? environments.at(-1);
  if (shown === undefined) throw new NotInLedger(`The ledger has no release of ${service} in any environment.`);
  const span: Span = { last: weekOf(until), count };
  const { items } = await services.ledger.query(deploymentsPartition(service, shown), {
    upTo: span.last,
    newestFirst: true,
    // One more says whether there was anything before.
    limit: count + 1,
  });
  if (items.length === 0 && !environments.includes(shown))
    throw new NotInLedger(`${service} has no release in ${shown} yet.`, { environment: shown });
  const found = items.map((item) => parseItem(weekItem, item));
  const first = firstOf(span);
  const earlier = found.some(({ week }) => week < first) ? weeksFrom(first, -1) : undefined;
  return describeMetrics({ service, environment: shown, environments }, metricsOf(found, span, now), earlier);
}

/** In the order in which the service's releases pass them. */
async function environmentsOf({ ledger }: ReadServices, service: string): Promise<string[]> {
  const range = { newestFirst: true, limit: LOOKED_AT };
  const { items } = await ledger.queryIndex('byService', servicePartition(service), range);
  const heads = (await ledger.getAll(items)).map((item) => parseItem(headItem, item));
  heads.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  return mergeOrders(heads.map(({ order }) => order));
}
