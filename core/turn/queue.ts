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
 * waited. A holder, a hold or a quarantine blocks the turn. The holder is never superseded: it finishes.
 */
export function decideQueue({ turn, waiters, hold, quarantine }: Queue): QueueDecision {
  const [newest, ...older] = waiters.filter(({ release }) => release !== turn?.holder).sort(newestFirst);
  if (newest === undefined) return { supersede: [] };
  const proven = turn?.proven;
  if (proven !== undefined && proven.release !== newest.release && newestFirst(proven, newest) < 0) {
    return { supersede: [newest, ...older].map(({ release }) => ({ release, by: proven.release })) };
  }
  const supersede = older.map(({ release }) => ({ release, by: newest.release }));
  const obstacle = describeObstacle({ turn, hold, quarantine });
  return obstacle === undefined ? { take: newest.release, supersede } : { waitsFor: obstacle, supersede };
}

/** The release that holds the turn, and the newest that waits for nothing but it. */
export function waitedFor({ turn, waiters, hold, quarantine }: Queue): { holder: string; by: WaiterItem } | undefined {
  const [by] = waiters.filter(({ release }) => release !== turn?.holder).sort(newestFirst);
  if (by === undefined || turn?.holder === undefined || hold !== undefined || quarantine !== undefined)
    return undefined;
  return { holder: turn.holder, by };
}

/** Is the artifact of one release newer than that of another? */
export function isNewer(one: Dated, other: Dated): boolean {
  return newestFirst(one, other) < 0;
}

interface Dated {
  readonly startedAt: string;
  readonly release: string;
}

function describeObstacle({ turn, hold, quarantine }: Omit<Queue, 'waiters'>): string | undefined {
  if (quarantine !== undefined) return `quarantined since ${quarantine.release}: ${quarantine.reason}`;
  if (hold !== undefined) return `held by ${hold.owner}: ${hold.reason}`;
  return turn?.holder === undefined ? undefined : `${turn.holder} has the turn`;
}

/** Newest artifact first; the release's id decides between two of the same moment. No release is compared with itself. */
function newestFirst(a: Dated, b: Dated): number {
  return `${a.startedAt}#${a.release}` > `${b.startedAt}#${b.release}` ? -1 : 1;
}
