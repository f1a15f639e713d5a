import type * as z from 'zod';
import { decodeCursor } from '../../core/contract/api/cursor.ts';
import { summarizeRelease } from '../../core/contract/api/documents.ts';
import { describeLive } from '../../core/contract/api/live.ts';
import {
  describeChange,
  describeServing,
  type historyList,
  historyQuery,
  rollbackCandidates,
  type serviceDocument,
  type ServiceEnvironmentDocument,
  type serviceList,
} from '../../core/contract/api/services.ts';
import { waitingQuery } from '../../core/contract/api/people.ts';
import { NotInLedger, RequestInvalid } from '../../core/contract/errors.ts';
import { servedItem, type ServedItem } from '../../core/ledger/items.ts';
import { liveInEnvironment, livePartition, servedPartition, servicePartition } from '../../core/ledger/keys.ts';
import { historyShapes, serviceNameShapes } from '../../core/ledger/list-keys.ts';
import { servingRow } from '../../core/ledger/live-row.ts';
import { serviceName } from '../../core/values/identifiers.ts';
import { cutText } from '../../core/values/text.ts';
import { parseItem, readLive } from '../../engine/ledger/read.ts';
import { blockedAmong, findEnvironment, requirePlace } from './environments.ts';
import { targetOf } from './live.ts';
import { keyTexts, listReleases, page } from './releases.ts';
import { type Query, readQuery } from './read-query.ts';
import type { ReadServices } from './services.ts';

/** Services of a page; targets, changes and releases that a document shows. */
const PAGE = 20;
const TARGETS = 40;
const CHANGES = 20;
const RELEASES = 10;

/** Services that have served, by name: one look at the index finds the next, however many targets each has. @throws RequestInvalid */
export async function listServices({ ledger }: ReadServices, query: Query): Promise<z.infer<typeof serviceList>> {
  const { cursor } = readQuery(waitingQuery, query);
  const list = ['services'];
  let after = cursor === undefined ? '' : (decodeCursor(list, cursor, serviceNameShapes)['gsi1sk'] ?? '');
  const names: string[] = [];
  let more = true;
  while (more && names.length < PAGE) {
    const { items } = await ledger.queryIndex('byService', livePartition, {
      limit: 1,
      ...(after === '' ? {} : { after }),
    });
    const [key] = items;
    more = key !== undefined;
    if (key === undefined) break;
    const { service } = targetOf(key);
    names.push(service);
    after = `${service}#~`;
  }
  const services = await Promise.all(
    names.map(async (service) => ({ service, environments: describeServing(await readLive(ledger, service)) })),
  );
  const { items, ...next } = page(services, list, more ? { gsi1pk: livePartition, gsi1sk: after } : undefined);
  return { services: items, ...next };
}

/** A service: what serves where, and its newest releases. @throws RequestInvalid, NotInLedger */
export async function showService(
  services: ReadServices,
  service: string,
  now: string,
): Promise<z.infer<typeof serviceDocument>> {
  requireServiceName(service);
  const [live, { items }] = await Promise.all([
    readLive(services.ledger, service),
    listReleases(services, { service, limit: String(RELEASES) }, now),
  ]);
  if (live.length === 0 && items.length === 0) throw new NotInLedger(`The ledger has no service ${service}.`);
  return { service, environments: describeServing(live), releases: items.map(summarizeRelease) };
}

/** @throws RequestInvalid */
export function requireServiceName(service: string): void {
  if (!serviceName.safeParse(service).success)
    throw new RequestInvalid(`"${cutText(service, 100)}" is not a name of a service, such as "orders".`);
}

/** An environment of a service: what serves, what served, and what keeps it. @throws RequestInvalid, NotInLedger */
export async function showServiceEnvironment(
  services: ReadServices,
  place: { readonly service: string; readonly environment: string },
  now: string,
): Promise<ServiceEnvironmentDocument> {
  const { ledger } = services;
  const document = await findEnvironment(services, place);
  const { items: rows } = await ledger.query(servicePartition(place.service), {
    prefix: liveInEnvironment(place.environment),
    limit: TARGETS,
  });
  const live = rows.flatMap((item) => parseItem(servingRow, item) ?? []);
  const histories = await Promise.all(
    rows.map(async ({ pk, sk }) => {
      const target = targetOf({ pk: String(pk), sk: String(sk) });
      const range = { newestFirst: true, limit: CHANGES };
      return (await ledger.query(servedPartition(place.service, target), range)).items;
    }),
  );
  const served = histories.flat().map((item) => parseItem(servedItem, item));
  served.sort(newestFirst);
  const versions = served.flatMap(({ live: then }) => then?.version ?? []);
  const blocked = await blockedAmong(ledger, place, versions);
  return {
    ...document,
    live: live.map((item) => describeLive(item, now)),
    history: served.slice(0, CHANGES).map(describeChange),
    rollbackCandidates: rollbackCandidates(live, served, blocked),
  };
}

/** What served in one target, a page. @throws RequestInvalid */
export async function listHistory(
  { ledger }: ReadServices,
  { service, environment }: { readonly service: string; readonly environment: string },
  query: Query,
): Promise<z.infer<typeof historyList>> {
  requirePlace({ service, environment });
  const { account, region, limit, cursor } = readQuery(historyQuery, query);
  const partition = servedPartition(service, { environment, account, region });
  const list = ['history', partition];
  const start = cursor === undefined ? undefined : decodeCursor(list, cursor, historyShapes(partition));
  const { items: found, next } = await ledger.query(partition, { newestFirst: true, limit, start });
  const changes = found.map((item) => describeChange(parseItem(servedItem, item)));
  const { items, ...more } = page(changes, list, next === undefined ? undefined : keyTexts(next));
  return { service, environment, history: items, ...more };
}

function newestFirst(a: ServedItem, b: ServedItem): number {
  return a.at < b.at ? 1 : -1;
}
