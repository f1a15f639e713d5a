import type { ReleaseHead } from '../release/head.ts';
import type { BlockItem, QuarantineItem, TurnItem, WaiterItem } from '../ledger/items.ts';
import { blockKey, quarantineKey, turnKey, waiterKey } from '../ledger/keys.ts';
import { isAbsent } from '../ledger/write-intent.ts';
import type { Condition, PutIntent, WriteIntent } from '../ledger/write-intent.ts';

/** Which environment of which service. */
export interface TurnPlace {
  readonly service: string;
  readonly environment: string;
}

/** Joins the queue. Joining again changes nothing. */
export function requestTurn(place: TurnPlace, waiter: WaiterItem): WriteIntent[] {
  return [{ write: 'put', item: { ...waiterKey(place.service, place.environment, waiter.release), ...waiter } }];
}

/** Leaves the queue: superseded, cancelled, or its turn came. */
export function leaveQueue(place: TurnPlace, release: string): WriteIntent[] {
  return [{ write: 'delete', key: waiterKey(place.service, place.environment, release) }];
}

/** The number the next holder gets. */
export function nextFence(turn: TurnItem | undefined): number {
  return (turn?.fence ?? 0) + 1;
}

/**
 * Takes a free turn, with the next fencing number. Record `turnTaken` in the same transaction, and leave the queue if the release
 * is in it.
 */
export function takeTurn(
  place: TurnPlace,
  turn: TurnItem | undefined,
  { release, at }: { release: string; at: string },
): WriteIntent[] {
  const fence = nextFence(turn);
  const item = { ...bare(place, turn), fence, holder: release, takenAt: at };
  const condition: Condition =
    turn === undefined
      ? isAbsent
      : {
          expression: '#fence = :fence AND attribute_not_exists(#holder)',
          names: { '#fence': 'fence', '#holder': 'holder' },
          values: { ':fence': turn.fence },
        };
  return [putTurn(place, item, condition)];
}

/**
 * Gives the turn back. With `proven` the environment serves this release's version, and older releases may not overtake it.
 * Record `turnGivenBack` (or `approvalVoided`) in the same transaction; then pass the turn on.
 */
export function giveTurnBack(
  place: TurnPlace,
  turn: TurnItem,
  head: ReleaseHead,
  outcome: 'proven' | 'undone',
): WriteIntent[] {
  const { release, startedAt } = head;
  const newest = outcome === 'proven' ? { proven: { release, startedAt } } : {};
  return [putTurn(place, { ...bare(place, turn), fence: turn.fence, ...newest }, heldBy(turn, release))];
}

/** Takes the turn from a release that ended without giving it back; its fencing number is not used again. */
export function freeTurn(place: TurnPlace, turn: TurnItem, release: string): WriteIntent[] {
  return [putTurn(place, { ...bare(place, turn), fence: turn.fence }, heldBy(turn, release))];
}

/** Keeps a version out until people bring it there again. */
export function blockVersion(place: TurnPlace, block: BlockItem): WriteIntent[] {
  return [{ write: 'put', item: { ...blockKey(place.service, place.environment, block.version), ...block } }];
}

/** Lets a version in again. */
export function unblockVersion(place: TurnPlace, version: string): WriteIntent[] {
  return [{ write: 'delete', key: blockKey(place.service, place.environment, version) }];
}

/** Locks an environment whose rollback did not finish; the release keeps the turn until a person clears it. */
export function quarantineEnvironment(place: TurnPlace, quarantine: QuarantineItem): WriteIntent[] {
  return [{ write: 'put', item: { ...quarantineKey(place.service, place.environment), ...quarantine } }];
}

function bare({ service, environment }: TurnPlace, turn: TurnItem | undefined): Omit<TurnItem, 'fence'> {
  return { service, environment, ...(turn?.proven === undefined ? {} : { proven: turn.proven }) };
}

function heldBy(turn: TurnItem, release: string): Condition {
  return {
    expression: '#fence = :fence AND #holder = :holder',
    names: { '#fence': 'fence', '#holder': 'holder' },
    values: { ':fence': turn.fence, ':holder': release },
  };
}

function putTurn({ service, environment }: TurnPlace, item: TurnItem, condition: Condition): PutIntent {
  return { write: 'put', item: { ...turnKey(service, environment), ...item }, condition, lost: 'TurnMoved' };
}
