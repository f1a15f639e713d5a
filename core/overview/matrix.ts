import { describeLive } from '../contract/api/live.ts';
import type { HoldItem, LiveItem, QuarantineItem } from '../ledger/items.ts';
import type { ReleaseHead } from '../release/head.ts';
import { type UnderWay, underWay } from './advance.ts';
import { mergeOrders } from './columns.ts';

/** What keeps people's or releases' hands off an environment. */
export interface Obstacle {
  readonly service: string;
  readonly environment: string;
  readonly hold?: HoldItem;
  readonly quarantine?: QuarantineItem;
}

/** A version that serves in an environment. */
export interface ServedVersion {
  /** Absent where no release brought it. */
  readonly version?: string;
  readonly release?: string;
  /** Targets in which it is the newest that serves. */
  readonly targets: number;
  /** Whole percent of the users, where they are being moved to it or away from it. */
  readonly percent?: number;
}

/** One service in one environment. */
export interface MatrixCell {
  readonly service: string;
  readonly environment: string;
  /** Most targets first; more than one while users move, or where targets differ. */
  readonly versions: readonly ServedVersion[];
  readonly targets: number;
  /** When the last of its targets changed; absent where nothing serves yet. */
  readonly since?: string;
  /** Some target may still be rolled back. */
  readonly unproven: boolean;
  /** The environment before, where another version serves. */
  readonly differsFrom?: string;
  readonly moving?: UnderWay;
  readonly hold?: HoldItem;
  readonly quarantine?: QuarantineItem;
}

interface MatrixRow {
  readonly service: string;
  /** By name of the environment. */
  readonly cells: Readonly<Record<string, MatrixCell>>;
}

/** Services × environments. */
export interface Matrix {
  /** Columns, in the order in which releases pass them. */
  readonly environments: readonly string[];
  readonly rows: readonly MatrixRow[];
}

/** What the matrix is made from, each read from the ledger. */
export interface MatrixSources {
  readonly live: readonly LiveItem[];
  /** Heads of releases that are under way, of the same services. */
  readonly open: readonly ReleaseHead[];
  /** Orders of environments: those of releases that have been there. */
  readonly orders: readonly (readonly string[])[];
  readonly obstacles: readonly Obstacle[];
}

/** What is live where, what is moving there, and what keeps it from moving. @param now how far users have been moved by then */
export function matrixOf({ live, open, orders, obstacles }: MatrixSources, now: string): Matrix {
  const seen = live.map(({ environment }) => [environment]);
  const environments = mergeOrders([...orders, ...open.map(({ order }) => order), ...seen]);
  const services = [...new Set([...live, ...open].map(({ service }) => service))].sort();
  const moving = underWay(open);
  const rows = services.map((service) => {
    const cells: Record<string, MatrixCell> = {};
    let before: MatrixCell | undefined;
    for (const environment of environments) {
      const here = ofPlace({ service, environment });
      const cell = cellOf(
        { service, environment },
        {
          live: live.filter(here),
          moving: moving.find(here),
          obstacle: obstacles.find(here),
          before,
          now,
        },
      );
      if (cell === undefined) continue;
      cells[environment] = cell;
      if (cell.versions.length > 0) before = cell;
    }
    return { service, cells };
  });
  return { environments, rows };
}

interface Place {
  readonly service: string;
  readonly environment: string;
}

function ofPlace({ service, environment }: Place) {
  return (one: { readonly service: string; readonly environment?: string }): boolean =>
    one.service === service && one.environment === environment;
}

interface CellSources {
  readonly live: readonly LiveItem[];
  readonly moving: UnderWay | undefined;
  readonly obstacle: Obstacle | undefined;
  readonly before: MatrixCell | undefined;
  readonly now: string;
}

function cellOf(place: Place, { live, moving, obstacle, before, now }: CellSources): MatrixCell | undefined {
  if (live.length === 0 && moving === undefined && obstacle === undefined) return undefined;
  const versions = versionsOf(live, now);
  const since = live
    .map((one) => one.since)
    .sort()
    .at(-1);
  const [own, other] = [mainVersion(versions), mainVersion(before?.versions ?? [])];
  return {
    ...place,
    versions,
    targets: live.length,
    ...(since === undefined ? {} : { since }),
    unproven: live.some(({ unproven }) => unproven === true),
    ...(before === undefined || versions.length === 0 || own === other ? {} : { differsFrom: before.environment }),
    ...(moving === undefined ? {} : { moving }),
    ...(obstacle?.hold === undefined ? {} : { hold: obstacle.hold }),
    ...(obstacle?.quarantine === undefined ? {} : { quarantine: obstacle.quarantine }),
  };
}

function mainVersion(versions: readonly ServedVersion[]): string | undefined {
  return versions[0]?.version;
}

/** While users move in one target, both of its versions and their shares; else versions and how many targets serve them. */
function versionsOf(live: readonly LiveItem[], now: string): ServedVersion[] {
  const [only] = live;
  if (only === undefined) return [];
  if (live.length === 1)
    return [...describeLive(only, now).serves].reverse().map(({ percent, ...one }) => ({
      ...one,
      targets: 1,
      ...(percent === 100 ? {} : { percent }),
    }));
  const found = new Map<string, ServedVersion>();
  for (const { version, release } of live) {
    const key = JSON.stringify([version, release]);
    const known = found.get(key) ?? {
      ...(version === undefined ? {} : { version }),
      ...(release === undefined ? {} : { release }),
      targets: 0,
    };
    found.set(key, { ...known, targets: known.targets + 1 });
  }
  return [...found.values()].sort((a, b) => b.targets - a.targets);
}
