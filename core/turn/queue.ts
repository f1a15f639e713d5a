import { describeClosure } from './windows/closure.ts';
import type { BlockItem, HoldItem, QuarantineItem, TurnItem, WaiterItem } from '../ledger/items.ts';
import { oneLine } from '../values/text.ts';

/** Everything that decides which release gets an environment's turn. Read consistently. */
export interface Queue {
  readonly turn: TurnItem | undefined;
  readonly waiters: readonly WaiterItem[];
  readonly hold: HoldItem | undefined;
  readonly quarantine: QuarantineItem | undefined;
  /** Versions that people rolled back here. */
  readonly blocked: readonly BlockItem[];
}

/** What should happen to an environment's queue now. */
export interface QueueDecision {
  /** The release that may take the turn now. */
  readonly take?: string;
  /** Waiters that a newer release overtook. */
  readonly supersede: readonly { readonly release: string; readonly by: string }[];
  /** Why the newest waiter still has to wait, for people. */
  readonly waitsFor?: string;
}

/**
 * A rollback that a person asked for goes first, then the newest. Older ones are superseded: by a newer one that waits, or that has
 * proven itself here while they waited; a rollback only by another rollback, and nothing by a version that is blocked. A holder, a
 * hold or a quarantine blocks the turn. The holder is never superseded: it finishes. Whom a window keeps overtakes nobody whom it
 * does not keep: a hotfix is not lost to a newer release that has to wait for Monday.
 */
export function decideQueue(queue: Queue): QueueDecision {
  const waiting = waitingOf(queue);
  const supersede = [...waiting, ...blockedOf(queue)].flatMap((waiter) => {
    const by = overtaker(waiter, waiting, queue.turn?.proven);
    return by === undefined ? [] : [{ release: waiter.release, by: by.release }];
  });
  const stays = ({ release }: WaiterItem): boolean => !supersede.some((one) => one.release === release);
  const left = waiting.filter(stays);
  const [first] = left;
  if (first === undefined) {
    const [waitsFor] = blockedOf(queue)
      .filter(stays)
      .flatMap((waiter) => blocksOf(waiter, queue).map((block) => describeBlock(waiter, block)));
    return { supersede, ...(waitsFor === undefined ? {} : { waitsFor }) };
  }
  const obstacle = describeObstacle(queue, first);
  const next = left.find(isAdmitted);
  return {
    ...(next === undefined || describeObstacle(queue, next) !== undefined ? {} : { take: next.release }),
    ...(obstacle === undefined ? {} : { waitsFor: obstacle }),
    supersede,
  };
}

/** The release that holds the turn, and the first that waits for nothing but it. */
export function waitedFor(queue: Queue): { holder: string; by: WaiterItem } | undefined {
  const { turn, hold, quarantine } = queue;
  const by = waitingOf(queue).find(isAdmitted);
  if (by === undefined || turn?.holder === undefined || hold !== undefined || quarantine !== undefined)
    return undefined;
  return { holder: turn.holder, by };
}

/** Those that may have the turn, the next first. */
function waitingOf(queue: Queue): WaiterItem[] {
  const blocked = blockedOf(queue);
  return othersOf(queue)
    .filter((waiter) => !blocked.includes(waiter))
    .sort((a, b) => Number(isAhead(b)) - Number(isAhead(a)) || newestFirst(a, b));
}

/** Those whose version people rolled back here: they wait until a person promotes it. */
function blockedOf(queue: Queue): WaiterItem[] {
  return othersOf(queue).filter((waiter) => blocksOf(waiter, queue).length > 0);
}

function blocksOf({ version }: WaiterItem, { blocked }: Queue): readonly BlockItem[] {
  return blocked.filter((block) => block.version === version);
}

function othersOf({ turn, waiters }: Queue): readonly WaiterItem[] {
  return waiters.filter(({ release }) => release !== turn?.holder);
}

function isAhead({ origin }: WaiterItem): boolean {
  return origin === 'rollback';
}

function isAdmitted({ closed }: WaiterItem): boolean {
  return closed === undefined;
}

/**
 * The newest that replaces this one: of those that wait, and what has proven itself here. Nothing but a rollback replaces a rollback,
 * and nobody whom a window keeps replaces one whom it does not keep.
 */
function overtaker(waiter: WaiterItem, waiting: readonly WaiterItem[], proven: Dated | undefined): Dated | undefined {
  const others = isAdmitted(waiter) ? waiting.filter(isAdmitted) : waiting;
  const able = isAhead(waiter) ? others.filter(isAhead) : [...others, ...(proven === undefined ? [] : [proven])];
  return able.filter((other) => other.release !== waiter.release && isNewer(other, waiter)).sort(newestFirst)[0];
}

function describeBlock({ release }: WaiterItem, block: BlockItem): string {
  return `${release} is blocked: ${block.by} rolled ${block.release} back (${oneLine(block.reason)})`;
}

/** Is the artifact of one release newer than that of another? */
export function isNewer(one: Dated, other: Dated): boolean {
  return newestFirst(one, other) < 0;
}

interface Dated {
  readonly startedAt: string;
  readonly release: string;
}

/** What keeps the turn from a release. @param closed the window that keeps this one */
export function describeObstacle(
  { turn, hold, quarantine }: Pick<Queue, 'turn' | 'hold' | 'quarantine'>,
  { closed }: Pick<WaiterItem, 'closed'> = {},
): string | undefined {
  if (quarantine !== undefined) return `quarantined since ${quarantine.release}: ${quarantine.reason}`;
  if (hold !== undefined) return `held by ${hold.owner}: ${oneLine(hold.reason)}`;
  if (closed !== undefined) return `closed by ${describeClosure(closed)}`;
  return turn?.holder === undefined ? undefined : `${turn.holder} has the turn`;
}

/** Newest artifact first; the release's id decides between two of the same moment. No release is compared with itself. */
function newestFirst(a: Dated, b: Dated): number {
  return `${a.startedAt}#${a.release}` > `${b.startedAt}#${b.release}` ? -1 : 1;
}
