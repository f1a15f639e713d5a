import { type CursorKey, decodeCursor, encodeCursor } from '../../core/contract/api/cursor.ts';
import { overviewQuery } from '../../core/contract/api/documents.ts';
import { standingOf } from '../../core/approval/standing.ts';
import { type Caller, personOf } from '../../core/approval/caller.ts';
import { whyNot } from '../../core/approval/decision.ts';
import {
  type ApprovalItem,
  approvalItem,
  headItem,
  holdItem,
  type LiveItem,
  quarantineItem,
} from '../../core/ledger/items.ts';
import {
  approvalPrefix,
  environmentPartition,
  headKey,
  holdKey,
  type Key,
  liveIndexKeys,
  liveKey,
  livePartition,
  openReleases,
  quarantineKey,
  releasePartition,
} from '../../core/ledger/keys.ts';
import { liveShapes } from '../../core/ledger/list-keys.ts';
import { liveRow, type LiveRow } from '../../core/ledger/live-row.ts';
import { type Matrix, matrixOf, type Obstacle } from '../../core/overview/matrix.ts';
import { type UnderWay, underWay } from '../../core/overview/advance.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { parseItem, readAll } from '../../engine/ledger/read.ts';
import { readQuery } from './read-query.ts';
import { keyTexts, listReleases } from './releases.ts';
import type { ReadServices } from './services.ts';

const LIST = ['overview'];
/** Targets of a page: what one batch reads. */
const PAGE = 100;
/** Most releases under way that are shown; the list of releases has all. */
const UNDER_WAY = 50;
/** Most decisions that are looked at for whom they wait. */
const DECISIONS = 20;
/** Ended releases that are shown, among so many of the newest. */
const ENDED = 8;
const NEWEST = 10;

/** A decision that waits for whoever looks. */
interface AwaitedDecision {
  readonly release: string;
  readonly approval: string;
  readonly environment: string;
  readonly kind: 'release' | 'continue';
  readonly requestedAt: string;
  readonly deadline: string;
}

/** What the first page shows. */
export interface Overview {
  readonly matrix: Matrix;
  readonly moving: readonly UnderWay[];
  readonly awaited: readonly AwaitedDecision[];
  /** Newest first. */
  readonly ended: readonly ReleaseHead[];
  readonly cursor?: string;
}

/** Services × environments, what moves, and what waits for somebody. @throws RequestInvalid */
export async function readOverview(
  services: ReadServices,
  query: Readonly<Record<string, string>>,
  caller: Caller,
  now: string,
): Promise<Overview> {
  const { cursor } = readQuery(overviewQuery, query);
  const [{ live, next }, open, latest] = await Promise.all([
    livePage(services, cursor),
    openHeads(services),
    listReleases(services, { limit: String(NEWEST) }, now),
  ]);
  const shown = new Set(live.map(({ service }) => service));
  // What serves nowhere yet has no place among the pages: it stands there where there is one page alone.
  const known = ({ service }: ReleaseHead): boolean =>
    shown.has(service) || (cursor === undefined && next === undefined);
  const [orders, obstacles] = await Promise.all([ordersOf(services, live), obstaclesOf(services, live)]);
  return {
    matrix: matrixOf({ live, open: open.filter(known), orders, obstacles }, now),
    moving: underWay(open),
    awaited: await awaitedBy(services, open, caller, now),
    ended: latest.items.filter(({ endedAt }) => endedAt !== undefined).slice(0, ENDED),
    ...(next === undefined ? {} : { cursor: encodeCursor(LIST, next) }),
  };
}

/** What is live in about a hundred targets; a service is never cut in two. */
async function livePage(
  { ledger }: ReadServices,
  cursor: string | undefined,
): Promise<{ readonly live: readonly LiveItem[]; readonly next: CursorKey | undefined }> {
  let start = cursor === undefined ? undefined : decodeCursor(LIST, cursor, liveShapes(''));
  const keys: Key[] = [];
  let left: boolean;
  let cut: boolean;
  do {
    const { items, next } = await ledger.queryIndex('byService', livePartition, { limit: PAGE, start });
    const own = keys.length < PAGE ? items : items.filter(({ pk }) => pk === keys.at(-1)?.pk);
    keys.push(...own);
    left = next !== undefined || own.length < items.length;
    cut = next !== undefined && own.length === items.length;
    start = next === undefined ? undefined : keyTexts(next);
  } while (cut);
  const rows = (await ledger.getAll(keys)).map((item) => parseItem(liveRow, item)).sort(byPlace);
  const live = rows.flatMap((row) => ('vacant' in row ? [] : row));
  const last = rows.at(-1);
  return { live, next: left && last !== undefined ? cursorKeyOf(last) : undefined };
}

function cursorKeyOf({ service, environment, account, region }: LiveRow): CursorKey {
  const target = { account, region };
  return { ...liveKey(service, { environment, ...target }), ...liveIndexKeys(service, environment, target) };
}

function byPlace(a: LiveRow, b: LiveRow): number {
  const placeOf = ({ service, environment, account, region }: LiveRow): string =>
    liveIndexKeys(service, environment, { account, region }).gsi1sk;
  return placeOf(a) < placeOf(b) ? -1 : 1;
}

async function openHeads({ ledger }: ReadServices): Promise<readonly ReleaseHead[]> {
  const { items } = await ledger.queryIndex('open', openReleases, { newestFirst: true, limit: UNDER_WAY });
  const heads = (await ledger.getAll(items)).map((item) => parseItem(headItem, item));
  return heads.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

/** In which order the newest release of each service passes its environments. */
async function ordersOf({ ledger }: ReadServices, live: readonly LiveItem[]): Promise<string[][]> {
  const newest = new Map<string, LiveItem>();
  for (const one of live) {
    const known = newest.get(one.service);
    if (one.release !== undefined && (known === undefined || known.since < one.since)) newest.set(one.service, one);
  }
  const keys = [...newest.values()].flatMap(({ release }) => (release === undefined ? [] : [headKey(release)]));
  return (await ledger.getAll(keys)).map((item) => parseItem(headItem, item).order);
}

/** Holds and quarantines where something is live. */
async function obstaclesOf({ ledger }: ReadServices, live: readonly LiveItem[]): Promise<Obstacle[]> {
  const places = new Map(
    live.map(({ service, environment }) => [environmentPartition(service, environment), { service, environment }]),
  );
  const keys = [...places.values()].flatMap(({ service, environment }) => [
    holdKey(service, environment),
    quarantineKey(service, environment),
  ]);
  const items = await ledger.getAll(keys);
  return [...places].flatMap(([pk, place]) => {
    const of = ({ sk }: Key) => items.find((item) => item['pk'] === pk && item['sk'] === sk);
    const [hold, quarantine] = [of(holdKey('', '')), of(quarantineKey('', ''))];
    if (hold === undefined && quarantine === undefined) return [];
    return [
      {
        ...place,
        ...(hold === undefined ? {} : { hold: parseItem(holdItem, hold) }),
        ...(quarantine === undefined ? {} : { quarantine: parseItem(quarantineItem, quarantine) }),
      },
    ];
  });
}

/** Decisions that wait for this caller, and may be made by it. */
async function awaitedBy(
  { ledger }: ReadServices,
  open: readonly ReleaseHead[],
  caller: Caller,
  now: string,
): Promise<AwaitedDecision[]> {
  const asking = open.filter(({ status }) => status === 'AwaitingApproval' || status === 'AwaitingDecision');
  const found = await Promise.all(
    asking.slice(0, DECISIONS).map(async (head) => {
      const items = await readAll(ledger, releasePartition(head.release), approvalPrefix);
      return items
        .map((item) => parseItem(approvalItem, item))
        .filter((item) => standingOf(item, head, now) === 'open')
        .filter((item) => mayDecide(item, caller));
    }),
  );
  return found.flat().map(({ release, approval, environment, override, requestedAt, deadline }) => ({
    ...{ release, approval, environment, requestedAt, deadline },
    kind: override === undefined ? 'release' : 'continue',
  }));
}

/** Where the policy wants them signed in, the approval's page leads them there. */
function mayDecide(approval: ApprovalItem, caller: Caller): boolean {
  const person = personOf(approval.people, caller);
  if (person === undefined || whyNot(approval, person).approve !== undefined) return false;
  return approval.decisions.every(({ by }) => by.toLowerCase() !== person.email.toLowerCase());
}
