import type { EnvironmentTarget } from '../contract/tasks.ts';
import type { ReleaseHead } from '../release/head.ts';
import { parseRollout } from '../values/rollout.ts';
import type { AliasState, LiveItem, ServedItem, TargetItem } from './items.ts';
import { liveIndexKeys, liveKey, servedKey } from './keys.ts';
import type { VacantItem } from './live-row.ts';
import { isAbsent, type Condition, type WriteIntent } from './write-intent.ts';

/**
 * What is live in a target: what its aliases serve. It changes with the first user that a release moves, long before the release
 * is proven, and again when the release is rolled back.
 */

/** The transitions with which what is live changes. */
export type LiveCause = ServedItem['cause'];

/** A release at a target, at the moment of a transition. */
export interface LiveChange {
  readonly head: ReleaseHead;
  readonly item: TargetItem;
  readonly where: EnvironmentTarget;
  readonly at: string;
  readonly cause: LiveCause;
}

type Moves = NonNullable<TargetItem['moves']>;

/** The stack was changed: where no alias has to move from another version, everybody is on the new one with that. */
export function liveAfterChange(change: LiveChange): WriteIntent[] {
  return movingAliases(change.item).length > 0 ? [] : recordLive(change, servingNew(change, { unproven: true }));
}

/** Users are about to move: both versions serve, by the shares that the rollout says; or the new one alone, where all move at once. */
export function liveDuringShift(change: LiveChange, rollout: string): WriteIntent[] {
  const { item, at } = change;
  if (movingAliases(item).length === 0) return [];
  if (parseRollout(rollout).kind === 'AllAtOnce') return recordLive(change, servingNew(change, { unproven: true }));
  const from = formerOf(item);
  return recordLive(change, servingNew(change, { unproven: true, shift: { rollout, startedAt: at, from } }));
}

/** All users are on the new version. @param live what the ledger has: where all moved at once, it says so already */
export function liveAfterShift(change: LiveChange, live: LiveItem | undefined): WriteIntent[] {
  const told = live?.release === change.head.release && live.shift === undefined;
  return told || movingAliases(change.item).length === 0
    ? []
    : recordLive(change, servingNew(change, { unproven: true }));
}

/** The release is good. @param live what the ledger has; it may still be another release's, of an engine older than this */
export function liveOnceProven(change: LiveChange, live: LiveItem | undefined): WriteIntent[] {
  const { release } = change.head;
  if (live?.release !== release || live.shift !== undefined) return recordLive(change, servingNew(change, {}));
  if (live.unproven === undefined) return [];
  const proven = { ...live };
  delete proven.unproven;
  return recordLive(change, { ...proven, ...fenceOf(change) });
}

/**
 * Users are back: on what was live before, or on nothing where there was nothing.
 * @param live what the ledger has: nothing changes unless it is this release
 */
export function liveAfterRollback(change: LiveChange, live: LiveItem | undefined): WriteIntent[] {
  const { head, item, where, at } = change;
  if (live?.release !== head.release) return [];
  const point = item.rollbackPoint;
  if (point?.stackId === undefined) return recordLive(change, undefined);
  const { digest, drifted } = item.formerRelease ?? {};
  return recordLive(change, {
    ...{ service: head.service, ...where, since: at, stackId: point.stackId, aliases: point.aliases },
    ...formerOf(item),
    ...(digest === undefined || drifted === true ? {} : { digest }),
    ...fenceOf(change),
  });
}

/**
 * A rollback that people asked for: users are on what served before, while the stack is still the later release's.
 * @param before what served, and whose it was
 */
export function liveAfterReturn(
  change: LiveChange,
  before: Pick<LiveItem, 'stackId' | 'aliases' | 'release' | 'version' | 'digest'>,
): WriteIntent[] {
  const { head, where, at } = change;
  return recordLive(change, { service: head.service, ...where, since: at, ...before, ...fenceOf(change) });
}

/** Does AWS serve what the ledger says? @param aliases what AWS serves */
export function agreesWith(live: LiveItem, aliases: readonly AliasState[]): boolean {
  if (live.shift !== undefined) return false;
  return aliases.every(({ alias, version }) => {
    const known = live.aliases.find((one) => one.alias === alias);
    return known === undefined || known.version === version;
  });
}

/** What was live before, where that is known. */
function formerOf({ formerRelease: former }: TargetItem): { release?: string; version?: string } {
  return former === undefined || former.drifted === true ? {} : { release: former.release, version: former.version };
}

/** Aliases that users are moved by; a new one has served the new version since the stack was changed. */
export function movingAliases(item: TargetItem): Moves {
  return (item.moves ?? []).filter(({ from }) => from !== undefined);
}

function servingNew(change: LiveChange, state: Pick<LiveItem, 'unproven' | 'shift'>): LiveItem {
  const { head, item, where, at } = change;
  const { service, release, version, artifact } = head;
  return {
    ...{ service, ...where, release, version, since: at },
    ...(artifact.sha256 === undefined ? {} : { digest: artifact.sha256 }),
    ...{ stackId: item.stackId ?? item.stackName, aliases: aliasesOf(item) },
    ...state,
    ...fenceOf(change),
  };
}

function aliasesOf({ moves = [], rollbackPoint }: TargetItem): AliasState[] {
  const moved = moves.map((move): [string, AliasState] => [move.alias, { ...move, version: move.to }]);
  const before = (rollbackPoint?.aliases ?? []).map((alias): [string, AliasState] => [alias.alias, alias]);
  return [...new Map([...before, ...moved]).values()].map(({ alias, functionName, aliasName, version }) => ({
    ...{ alias, functionName, aliasName },
    ...(version === undefined ? {} : { version }),
  }));
}

function fenceOf({ head, where }: LiveChange): { fence?: number } {
  const fence = head.environments[where.environment]?.fence;
  return fence === undefined ? {} : { fence };
}

/**
 * What is live now, and one item that is never changed for what has been live when. A release that has lost the turn writes
 * nothing: the fence only grows. @param live undefined where nothing serves
 */
function recordLive(change: LiveChange, live: LiveItem | undefined): WriteIntent[] {
  const { head, where, at, cause } = change;
  const key = liveKey(head.service, where);
  const guarded = { condition: notFencedOff(fenceOf(change).fence ?? 0), lost: 'FenceLost' } as const;
  const served: ServedItem = {
    ...{ at, cause, by: head.release, service: head.service, ...where },
    ...(live === undefined ? {} : { live: withoutPlace(live) }),
  };
  return [
    {
      write: 'put',
      item: { ...key, ...liveIndexKeys(head.service, where.environment, where), ...(live ?? vacant(change)) },
      ...guarded,
    },
    {
      write: 'put',
      item: { ...servedKey(head.service, where, at, cause), ...served },
      condition: isAbsent,
      lost: 'AlreadyDone',
    },
  ];
}

function vacant(change: LiveChange): VacantItem {
  const { head, where, at } = change;
  return { service: head.service, ...where, vacant: true, since: at, ...fenceOf(change) };
}

/** The history's item says where: one unit of writing less. */
function withoutPlace({ release, version, digest, since, stackId, aliases, unproven, shift, fence }: LiveItem) {
  return {
    ...{ since, stackId, aliases },
    ...(release === undefined ? {} : { release }),
    ...(version === undefined ? {} : { version }),
    ...(digest === undefined ? {} : { digest }),
    ...(unproven === undefined ? {} : { unproven }),
    ...(shift === undefined ? {} : { shift }),
    ...(fence === undefined ? {} : { fence }),
  };
}

/** Nobody has written it with a later turn. */
function notFencedOff(fence: number): Condition {
  return {
    expression: 'attribute_not_exists(#fence) OR #fence <= :fence',
    names: { '#fence': 'fence' },
    values: { ':fence': fence },
  };
}
