import * as z from 'zod';
import { decodeCursor, encodeCursor } from '../../core/api/cursor.ts';
import { RequestInvalid } from '../../core/errors.ts';
import { headItem, liveItem, type LiveItem } from '../../core/ledger/items.ts';
import {
  dayPartition,
  eventKey,
  eventPrefix,
  livePartition,
  releasePartition,
  servicePartition,
} from '../../core/ledger/keys.ts';
import { releaseEventSchema, type ReleaseEvent } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { releaseStatuses } from '../../core/release/status.ts';
import { environmentName, releaseId, serviceName } from '../../core/values.ts';
import type { StoredItem } from '../adapters/ledger.ts';
import { parseItem, readHead } from '../records.ts';
import type { ReadServices } from './services.ts';

/** How many items a page looks at; with filters it may show fewer. */
const PAGE = 25;
const TRANSITIONS_PAGE = 100;
/** How many days without releases a page passes over. */
const DAYS = 31;
/** No release is older than the engine. */
const FIRST_DAY = '2026-11-01';

const filterSchema = z.object({
  service: serviceName.optional(),
  environment: environmentName.optional(),
  status: z.enum(releaseStatuses, { error: `must be one of ${releaseStatuses.join(', ')}` }).optional(),
});
type Filter = z.infer<typeof filterSchema>;

/** A page of something. */
export interface ShownPage<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
}

type Query = Readonly<Record<string, string>>;

/** Releases, newest first. @throws RequestInvalid */
export async function listReleases(
  { ledger }: ReadServices,
  query: Query,
  now: string,
): Promise<ShownPage<ReleaseHead>> {
  const { filter, question, after } = readQuestion(query);
  const { keys, next } =
    filter.service === undefined
      ? await latestByDay(ledger, after, now)
      : await ledger
          .queryIndex('byService', servicePartition(filter.service), { newestFirst: true, limit: PAGE, start: after })
          .then(({ items, next: more }) => ({ keys: items, next: more }));
  const heads = (await ledger.getAll(keys)).map((item) => parseItem(headItem, item));
  const items = heads.filter((head) => fits(head, filter)).sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  return next === undefined ? { items } : { items, cursor: encodeCursor(question, textsOf(next)) };
}

function readQuestion({ cursor, ...query }: Query): {
  filter: Filter;
  question: string;
  after: StoredItem | undefined;
} {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  const parsed = filterSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `"${path.join('.')}" ${message}`);
    throw new RequestInvalid(`${problems.join('; ')}.`);
  }
  const question = JSON.stringify([
    'releases',
    parsed.data.service ?? '',
    parsed.data.environment ?? '',
    parsed.data.status ?? '',
  ]);
  return { filter: parsed.data, question, after: readCursor(question, cursor) };
}

/** @throws RequestInvalid for a cursor of another list */
function readCursor(question: string, cursor: string | undefined): StoredItem | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const after = decodeCursor(question, cursor);
  if (after === undefined)
    throw new RequestInvalid('This cursor belongs to another list: begin again without "cursor".');
  return after;
}

type Keys = { readonly keys: readonly { pk: string; sk: string }[]; readonly next: StoredItem | undefined };

/** A page from the newest day that has releases, or from the day the cursor names. */
async function latestByDay(ledger: ReadServices['ledger'], after: StoredItem | undefined, now: string): Promise<Keys> {
  let day = typeof after?.['day'] === 'string' ? after['day'] : now.slice(0, 10);
  let start = after !== undefined && !('day' in after) ? after : undefined;
  if (typeof start?.['gsi2pk'] === 'string') day = start['gsi2pk'].slice(dayPartition('').length);
  for (let passed = 0; passed < DAYS && day >= FIRST_DAY; passed += 1) {
    const page = await ledger.queryIndex('byDay', dayPartition(day), { newestFirst: true, limit: PAGE, start });
    const before = dayBefore(day);
    if (page.items.length > 0)
      return { keys: page.items, next: page.next ?? (before < FIRST_DAY ? undefined : { day: before }) };
    start = undefined;
    day = before;
  }
  return { keys: [], next: day < FIRST_DAY ? undefined : { day } };
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

function fits(head: ReleaseHead, { environment, status }: Filter): boolean {
  return (
    (environment === undefined || head.environment === environment) && (status === undefined || head.status === status)
  );
}

/** One release. @throws RequestInvalid, NotInLedger */
export function findRelease({ ledger }: ReadServices, id: string): Promise<ReleaseHead> {
  if (!releaseId.safeParse(id).success)
    throw new RequestInvalid(`"${id.slice(0, 100)}" is no release: an id looks like "orders-1.4.2-a1".`);
  return readHead(ledger, id);
}

/** Transitions of a release after the one numbered `after`, in order. @throws RequestInvalid, NotInLedger */
export async function listTransitions(
  services: ReadServices,
  id: string,
  query: Query,
): Promise<ShownPage<ReleaseEvent>> {
  const head = await findRelease(services, id);
  const after = z.coerce
    .number()
    .int()
    .min(0)
    .max(99_999_999)
    .safeParse(query['after'] ?? '0');
  if (!after.success) throw new RequestInvalid('"after" must be the number of a transition.');
  const question = JSON.stringify(['transitions', head.release]);
  const start =
    readCursor(question, query['cursor']) ?? (after.data === 0 ? undefined : { ...eventKey(head.release, after.data) });
  const page = await services.ledger.query(releasePartition(head.release), {
    prefix: eventPrefix,
    limit: TRANSITIONS_PAGE,
    start,
  });
  const items = page.items.map((item) => parseItem(releaseEventSchema, item));
  return page.next === undefined ? { items } : { items, cursor: encodeCursor(question, textsOf(page.next)) };
}

/** What serves where. @throws RequestInvalid */
export async function listLive({ ledger }: ReadServices, query: Query): Promise<ShownPage<LiveItem>> {
  const { filter } = readQuestion({ ...(query['service'] === undefined ? {} : { service: query['service'] }) });
  const question = JSON.stringify(['live', filter.service ?? '']);
  const { items: keys, next } = await ledger.queryIndex('byService', livePartition, {
    limit: TRANSITIONS_PAGE,
    start: readCursor(question, query['cursor']),
    ...(filter.service === undefined ? {} : { prefix: `${filter.service}#` }),
  });
  const items = (await ledger.getAll(keys))
    .map((item) => parseItem(liveItem, item))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return next === undefined ? { items } : { items, cursor: encodeCursor(question, textsOf(next)) };
}

function nameOf({ service, environment, account, region }: LiveItem): string {
  return [service, environment, account, region].join('#');
}

/** Key attributes are strings, all of them. */
function textsOf(keys: StoredItem): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, String(value)]));
}
