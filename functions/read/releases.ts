import { type CursorKey, decodeCursor, encodeCursor } from '../../core/contract/api/cursor.ts';
import { describeEvidence, type EvidencePage, evidenceQuery } from '../../core/contract/api/evidence.ts';
import { releaseQuery, type ReleaseQuery, timelineQuery, transitionQuery } from '../../core/contract/api/documents.ts';
import { RequestInvalid } from '../../core/contract/errors.ts';
import { headItem } from '../../core/ledger/items.ts';
import {
  dayPartition,
  eventKey,
  eventPrefix,
  type Key,
  messagePrefix,
  releasePartition,
  servicePartition,
} from '../../core/ledger/keys.ts';
import { dayOf, dayShapes, serviceShapes, transitionShapes } from '../../core/ledger/list-keys.ts';
import { messageItem } from '../../core/notify/outbox.ts';
import { unreached, type Unreached } from '../../core/notify/unreached.ts';
import { releaseEventSchema, type ReleaseEvent } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { releaseId, sha256 } from '../../core/values/identifiers.ts';
import type { StoredItem } from '../../adapters/dynamodb/ledger.ts';
import { readEvidence } from '../../engine/ledger/evidence.ts';
import { parseItem, readHead } from '../../engine/ledger/read.ts';
import { type Query, readQuery } from './read-query.ts';
import type { ReadServices } from './services.ts';
import { cutText } from '../../core/values/text.ts';

/** Transitions of the page of a release. */
const PAGE = 100;
/**
 * Messages that are looked through. Approvals, ends and rejections come first by their names; what can come any number of times
 * comes last.
 */
const MESSAGES = 12;
/** Most days without releases that a page skips. */
const DAYS = 31;
/** No release is older than the engine. */
const FIRST_DAY = '2026-11-01';

/** A page of something. */
export interface ListPage<T> {
  readonly items: T[];
  readonly cursor?: string;
}

/** Part of a release's timeline. */
export interface TimelinePage {
  readonly events: readonly ReleaseEvent[];
  /** The number up to which the page before goes. */
  readonly earlier?: number;
  readonly later?: number;
}

/**
 * Releases, newest or oldest first. A page reads a fixed number of releases, however many there are, and shows those that fit the
 * filter: it may show fewer, or none, and still have a cursor. @throws RequestInvalid
 */
export async function listReleases(
  { ledger }: ReadServices,
  query: Query,
  now: string,
): Promise<ListPage<ReleaseHead>> {
  const { cursor, limit, ...filter } = readQuery(releaseQuery, query);
  const list = ['releases', filter];
  const shapes = filter.service === undefined ? dayShapes : serviceShapes(filter.service);
  const start = cursor === undefined ? undefined : decodeCursor(list, cursor, shapes);
  const newestFirst = filter.order !== 'oldest';
  const asked = { start, limit, newestFirst };
  const { keys, next } =
    filter.service === undefined ? await byDay(ledger, asked, now) : await ofService(ledger, filter.service, asked);
  const heads = (await ledger.getAll(keys)).map((item) => parseItem(headItem, item));
  const items = heads.filter((head) => fits(head, filter)).sort(newestFirst ? newerFirst : (a, b) => newerFirst(b, a));
  return page(items, list, next);
}

interface Keys {
  readonly keys: readonly Key[];
  readonly next: CursorKey | undefined;
}

/** Which part of a list. */
interface Part {
  readonly start: CursorKey | undefined;
  readonly limit: number;
  readonly newestFirst: boolean;
}

async function ofService(ledger: ReadServices['ledger'], service: string, part: Part): Promise<Keys> {
  const { items, next } = await ledger.queryIndex('byService', servicePartition(service), part);
  return { keys: items, next: next === undefined ? undefined : keyTexts(next) };
}

/** A page of releases in either direction, or of those from where the cursor says, over as many days as it takes. */
async function byDay(ledger: ReadServices['ledger'], part: Part, now: string): Promise<Keys> {
  const { start: cursor, limit, newestFirst } = part;
  const today = now.slice(0, 10);
  let day = cursor === undefined ? (newestFirst ? today : FIRST_DAY) : dayOfCursor(cursor);
  // A cursor without a primary key is the beginning of its day.
  let start = cursor?.['pk'] === undefined ? undefined : cursor;
  const isThere = (): boolean => day >= FIRST_DAY && day <= today;
  const keys: Key[] = [];
  for (let passed = 0; passed < DAYS && isThere(); passed += 1) {
    // A full page looks for one more: where there is none it has no next.
    const wanted = Math.max(1, limit - keys.length);
    const { items, next } = await ledger.queryIndex('byDay', dayPartition(day), { newestFirst, limit: wanted, start });
    if (keys.length === limit && items.length > 0) return { keys, next: start ?? beginningOf(day) };
    keys.push(...items);
    start = next === undefined ? undefined : keyTexts(next);
    if (start === undefined) day = daysFrom(day, newestFirst ? -1 : 1);
  }
  return { keys, next: isThere() ? beginningOf(day) : undefined };
}

/** @throws RequestInvalid */
function dayOfCursor(cursor: CursorKey): string {
  const day = dayOf(cursor['gsi2pk'] ?? '');
  if (day === undefined) throw new RequestInvalid('The cursor names no day: start again without a cursor.');
  return day;
}

function beginningOf(day: string): CursorKey {
  return { gsi2pk: dayPartition(day) };
}

function daysFrom(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

function fits(head: ReleaseHead, { environment, status, author }: Partial<ReleaseQuery>): boolean {
  return (
    (environment === undefined || head.environment === environment) &&
    (status === undefined || head.status === status) &&
    (author === undefined || (head.author ?? '').toLowerCase().includes(author.toLowerCase()))
  );
}

function newerFirst(a: ReleaseHead, b: ReleaseHead): number {
  return a.startedAt < b.startedAt ? 1 : -1;
}

/** One release. @throws RequestInvalid, NotInLedger */
export async function findRelease({ ledger }: ReadServices, id: string): Promise<ReleaseHead> {
  if (releaseId.safeParse(id).success) return readHead(ledger, id);
  throw new RequestInvalid(`"${cutText(id, 100)}" is not a release id: ids look like "orders-1.4.2-a1".`);
}

/**
 * The last transitions of a release, or those up to one: as many as a page has. @param until number of the last; the newest when
 * it is not given
 */
export async function latestTransitions(
  { ledger }: ReadServices,
  { release, sequence }: ReleaseHead,
  query: Query,
): Promise<TimelinePage> {
  const { until = sequence } = readQuery(timelineQuery, query);
  const last = Math.min(until, sequence);
  const after = Math.max(0, last - PAGE);
  const { items } = await ledger.query(releasePartition(release), {
    prefix: eventPrefix,
    newestFirst: true,
    limit: last - after,
    start: { ...eventKey(release, last + 1) },
  });
  return {
    events: items.map((item) => parseItem(releaseEventSchema, item)).reverse(),
    ...(after === 0 ? {} : { earlier: after }),
    ...(last === sequence ? {} : { later: Math.min(sequence, last + PAGE) }),
  };
}

/** Whom messages about a release could not reach so far: of a long one's many reminders and troubles, the first few. */
export async function findUnreached({ ledger }: ReadServices, { release }: ReleaseHead): Promise<Unreached[]> {
  const { items } = await ledger.query(releasePartition(release), { prefix: messagePrefix, limit: MESSAGES });
  return unreached(items.map((item) => parseItem(messageItem, item)));
}

/** Transitions of a release after the one numbered `after`, in order. @throws RequestInvalid, NotInLedger */
export async function listTransitions(
  services: ReadServices,
  id: string,
  query: Query,
): Promise<ListPage<ReleaseEvent>> {
  const { after, limit, cursor } = readQuery(transitionQuery, query);
  const { release } = await findRelease(services, id);
  const list = ['transitions', release];
  const from = after === 0 ? undefined : { ...eventKey(release, after) };
  const start = cursor === undefined ? from : decodeCursor(list, cursor, transitionShapes(release));
  const { items, next } = await services.ledger.query(releasePartition(release), {
    prefix: eventPrefix,
    limit,
    start,
  });
  const events = items.map((item) => parseItem(releaseEventSchema, item));
  return page(events, list, next === undefined ? undefined : keyTexts(next));
}

/** A page of evidence of a release. @throws RequestInvalid, NotInLedger, DataUnreadable, EngineUnavailable */
export async function findEvidence(
  services: ReadServices,
  id: string,
  digest: string,
  query: Query,
): Promise<EvidencePage> {
  const { after } = readQuery(evidenceQuery, query);
  if (!sha256.safeParse(digest).success)
    throw new RequestInvalid(`"${cutText(digest, 100)}" is no evidence: it is named by 64 hexadecimal digits.`);
  const { release } = await findRelease(services, id);
  return describeEvidence(await readEvidence(services.evidence, release, digest), digest, after);
}

/** A page and its cursor. @param list what identifies the list */
export function page<T>(items: T[], list: unknown, next: CursorKey | undefined): ListPage<T> {
  return next === undefined ? { items } : { items, cursor: encodeCursor(list, next) };
}

/** Key attributes are strings, all of them. */
export function keyTexts(keys: StoredItem): CursorKey {
  return Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, String(value)]));
}
