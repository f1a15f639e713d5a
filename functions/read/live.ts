import type * as z from 'zod';
import { secondsBetween } from '../../core/values/duration.ts';
import { RequestInvalid } from '../../core/contract/errors.ts';
import { type CursorKey, decodeCursor } from '../../core/contract/api/cursor.ts';
import type { liveList } from '../../core/contract/api/documents.ts';
import { describeLive } from '../../core/contract/api/live.ts';
import { describeServed, type liveAtList, liveQuery, type ServedDocument } from '../../core/contract/api/live-at.ts';
import { approvalItem, headItem, servedItem, type LiveItem, type ServedItem } from '../../core/ledger/items.ts';
import {
  approvalPrefix,
  eventKey,
  eventPrefix,
  headKey,
  type Key,
  livePartition,
  releasePartition,
  servedPartition,
} from '../../core/ledger/keys.ts';
import { liveShapes } from '../../core/ledger/list-keys.ts';
import { servingRow } from '../../core/ledger/live-row.ts';
import { type ReleaseEvent, releaseEventSchema } from '../../core/release/events.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import type { Ledger, StoredItem } from '../../adapters/dynamodb/ledger.ts';
import { parseItem, readItem } from '../../engine/ledger/read.ts';
import { keyTexts, page } from './releases.ts';
import { type Query, readQuery } from './read-query.ts';
import type { ReadServices } from './services.ts';

/** Targets of a page of what is live; of what was, each of which is a few reads. */
const PAGE = 100;
const PAGE_AT = 25;
/** How much the clock of who asks may be ahead. */
const CLOCK_SECONDS = 60;
/** Approvals of a release that are looked at. */
const APPROVALS = 100;
/** Transitions before a change that are looked through for evidence. */
const WINDOW = 100;

/** What serves where, or served at a moment. A page costs the same however much served before. @throws RequestInvalid */
export async function listLive(
  { ledger }: ReadServices,
  query: Query,
  now: string,
): Promise<z.infer<typeof liveList> | z.infer<typeof liveAtList>> {
  const { service, account, at, cursor } = readQuery(liveQuery, query);
  if (at !== undefined && secondsBetween(now, at) > CLOCK_SECONDS)
    throw new RequestInvalid(`${at} is in the future: it is ${now}. Leave "at" out to see what is live.`);
  const list = ['live', service ?? '', ...(account === undefined ? [] : [account])];
  const prefix = service === undefined ? '' : `${service}#`;
  const { items: keys, next } = await ledger.queryIndex('byService', livePartition, {
    limit: at === undefined ? PAGE : PAGE_AT,
    start: cursor === undefined ? undefined : decodeCursor(list, cursor, liveShapes(prefix)),
    ...(prefix === '' ? {} : { prefix }),
  });
  const targets = keys.map(targetOf).filter((one) => account === undefined || one.account === account);
  const start: CursorKey | undefined = next === undefined ? undefined : keyTexts(next);
  if (at === undefined) {
    const { items, ...more } = page(await serving(ledger, targets), list, start);
    return { live: items.map((item) => describeLive(item, now)), ...more };
  }
  const served = await Promise.all(targets.map((target) => servedAt(ledger, target, at)));
  const { items, ...more } = page(
    served.flatMap((one) => one ?? []),
    list,
    start,
  );
  return { at, live: items, ...more };
}

/** A target of a service. */
interface Place extends EnvironmentTarget {
  readonly service: string;
  readonly key: Key;
}

/** `service#orders / live#production#333333333333#us-east-1`. */
export function targetOf(key: Key): Place {
  const [, service = ''] = key.pk.split('#');
  const [, environment = '', account = '', region = ''] = key.sk.split('#');
  return { service, environment, account, region, key };
}

async function serving(ledger: Ledger, targets: readonly Place[]): Promise<LiveItem[]> {
  const found = await ledger.getAll(targets.map(({ key }) => key));
  const items = found.flatMap((item) => parseItem(servingRow, item) ?? []);
  const name = ({ service, environment, account, region }: LiveItem): string =>
    [service, environment, account, region].join('#');
  return items.sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** What served in a target at a moment: the last change before it. */
async function servedAt(ledger: Ledger, target: Place, at: string): Promise<ServedDocument | undefined> {
  const { items } = await ledger.query(servedPartition(target.service, target), {
    // Behind every cause of that moment.
    upTo: `${at}#~`,
    newestFirst: true,
    limit: 1,
  });
  const item = items[0] === undefined ? undefined : parseItem(servedItem, items[0]);
  if (item?.live === undefined) return undefined;
  const [approvals, events] = await Promise.all([
    item.live.release === undefined ? [] : readGiven(ledger, item.live.release),
    eventsUntil(ledger, item),
  ]);
  return describeServed(item, at, { approvals, events });
}

async function readGiven(ledger: Ledger, release: string) {
  const { items } = await ledger.query(releasePartition(release), { prefix: approvalPrefix, limit: APPROVALS });
  return items.map((item) => parseItem(approvalItem, item));
}

/** The transitions of the release up to its change. */
async function eventsUntil(ledger: Ledger, { by, at }: ServedItem): Promise<ReleaseEvent[]> {
  const head = await readItem(ledger, headKey(by), headItem);
  if (head === undefined) return [];
  const until = head.sequence <= WINDOW ? head.sequence : await lastBefore(ledger, by, at, head.sequence);
  const { items } = await ledger.query(releasePartition(by), {
    prefix: eventPrefix,
    newestFirst: true,
    limit: WINDOW,
    start: { ...eventKey(by, until + 1) },
  });
  return items.map((item) => parseItem(releaseEventSchema, item)).reverse();
}

/** Number of the last transition up to a moment: they are in order of time, so a few looks find it, however many there are. */
async function lastBefore(ledger: Ledger, release: string, at: string, newest: number): Promise<number> {
  let [low, high] = [0, newest];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const event: StoredItem | undefined = await ledger.get(eventKey(release, middle));
    if (event !== undefined && parseItem(releaseEventSchema, event).at <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
