import { describeClosure } from './windows/closure.ts';
import type { HoldItem, QuarantineItem, TurnItem, WaiterItem } from '../ledger/items.ts';

/** Everything that decides which release gets an environment's turn. Read consistently. */
export interface Queue {
  readonly turn: TurnItem | undefined;
  readonly waiters: readonly WaiterItem[];
  readonly hold: HoldItem | undefined;
  readonly quarantine: QuarantineItem | undefined;
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
 * The newest waiter wins, and older ones are superseded: by it, or by a newer release that has proven itself here while they
 * waited. A holder, a hold or a quarantine blocks the turn. The holder is never superseded: it finishes. Whom a window keeps
 * overtakes nobody whom it does not keep: a hotfix is not lost to a newer release that has to wait for Monday.
 */
export function decideQueue(queue: Queue): QueueDecision {
  const waiting = inLine(queue);
  const proven = queue.turn?.proven;
  const left = waiting.filter((one) => proven === undefined || proven.release === one.release || isNewer(one, proven));
  const admitted = left.filter(isAdmitted);
  const order: readonly Pick<WaiterItem, 'release'>[] = proven === undefined ? left : [...left, proven];
  const supersede = waiting.flatMap((one) =>
    (admitted.includes(one) ? admitted : order)
      .slice(0, 1)
      .filter(({ release }) => release !== one.release)
      .map(({ release: by }) => ({ release: one.release, by })),
  );
  const [[newest], [next]] = [left, admitted];
  const obstacle = newest === undefined ? undefined : describeObstacle(queue, newest);
  return {
    ...(next === undefined || describeObstacle(queue, next) !== undefined ? {} : { take: next.release }),
    ...(obstacle === undefined ? {} : { waitsFor: obstacle }),
    supersede,
  };
}

/** The release that holds the turn, and the newest that waits for nothing but it. */
export function waitedFor({ turn, waiters, hold, quarantine }: Queue): { holder: string; by: WaiterItem } | undefined {
  const [by] = inLine({ turn, waiters }).filter(isAdmitted);
  if (by === undefined || turn?.holder === undefined || hold !== undefined || quarantine !== undefined)
    return undefined;
  return { holder: turn.holder, by };
}

function inLine({ turn, waiters }: Pick<Queue, 'turn' | 'waiters'>): WaiterItem[] {
  return waiters.filter(({ release }) => release !== turn?.holder).sort(newestFirst);
}

function isAdmitted({ closed }: WaiterItem): boolean {
  return closed === undefined;
}

/** Is the artifact of one release newer than that of another? */
export function isNewer(one: Dated, other: Dated): boolean {
  return newestFirst(one, other) < 0;
}

interface Dated {
  readonly startedAt: string;
  readonly release: string;
}

function describeObstacle({ turn, hold, quarantine }: Queue, { closed }: WaiterItem): string | undefined {
  if (quarantine !== undefined) return `quarantined since ${quarantine.release}: ${quarantine.reason}`;
  if (hold !== undefined) return `held by ${hold.owner}: ${hold.reason}`;
  if (closed !== undefined) return `closed by ${describeClosure(closed)}`;
  return turn?.holder === undefined ? undefined : `${turn.holder} has the turn`;
}

/** Newest artifact first; the release's id decides between two of the same moment. No release is compared with itself. */
function newestFirst(a: Dated, b: Dated): number {
  return `${a.startedAt}#${a.release}` > `${b.startedAt}#${b.release}` ? -1 : 1;
}
