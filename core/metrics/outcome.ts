import type { TargetItem } from '../ledger/items.ts';
import { movingAliases } from '../ledger/live.ts';
import { placeOf, type ReleaseEvent } from '../release/events.ts';
import type { ReleaseHead, TargetPhase } from '../release/head.ts';
import { goodPhases } from '../release/phases.ts';
import { isGood, isOneOf, orderedEnvironments } from '../release/progress.ts';
import { nameTarget } from '../values/identifiers.ts';
import type { Failure } from './items.ts';

/** What a release came to in one environment, for its users. */
export interface Outcome {
  readonly environment: string;
  /** When the first user came to it; absent where none did. */
  readonly firstUserAt?: string;
  /** When all users of the environment were on it; absent where they never were. */
  readonly allUsersAt?: string;
  /** It did not prove itself. */
  readonly failure?: Failure;
}

/**
 * What a release that has ended came to in each environment that it began to change.
 * @param events all of the release
 * @param items of targets in which it failed: they say whether users came with the change of the stack
 */
export function outcomesOf(
  head: ReleaseHead,
  events: readonly ReleaseEvent[],
  items: readonly TargetItem[],
): Outcome[] {
  return orderedEnvironments(head).flatMap((state) => {
    const environment = state.name;
    const here = events.filter((event) => placeOf(event).environment === environment);
    if (here.every(({ type }) => type !== 'preparing' && type !== 'aliasesRestoring')) return [];
    const targets = Object.entries(state.targets).map(([target, phase]) => {
      const own = here.filter((event) => placeOf(event).target === target);
      const item = items.find((one) => one.environment === environment && nameTarget(one) === target);
      return {
        phase,
        firstUserAt: firstUser(own, item),
        allUsersAt: momentOf(own, 'aliasesRestored', 'shifted'),
        own,
      };
    });
    const firstUserAt = targets.flatMap((one) => one.firstUserAt ?? []).sort()[0];
    const allUsersAt = lastOf(targets.map((one) => one.allUsersAt));
    const reached = targets.filter((one) => one.firstUserAt !== undefined);
    return [
      {
        environment,
        ...(firstUserAt === undefined ? {} : { firstUserAt }),
        ...(allUsersAt === undefined ? {} : { allUsersAt }),
        ...(firstUserAt === undefined || isGood(state) ? {} : { failure: failureIn(head, events, reached) }),
      },
    ];
  });
}

/** Where no alias moves, users come with the change of the stack; else as the first are shifted. */
function firstUser(own: readonly ReleaseEvent[], item: TargetItem | undefined): string | undefined {
  const shift = own.find(({ type }) => type === 'shiftStarted');
  const moves =
    shift === undefined ? item === undefined || movingAliases(item).length > 0 : shift.evidence !== undefined;
  const first = momentOf(own, 'aliasesRestored');
  return first ?? (moves ? shift?.at : momentOf(own, 'changed'));
}

interface Reached {
  readonly phase: TargetPhase;
  readonly own: readonly ReleaseEvent[];
}

/** Users who keep a target's new version, because the policy lets good targets keep it, have nothing to come back to. */
function failureIn(head: ReleaseHead, events: readonly ReleaseEvent[], reached: readonly Reached[]): Failure {
  const seenAt = momentOf(events, 'failed', 'cancelled', 'rollbackStarted') ?? head.updatedAt;
  const left = reached.filter(({ phase }) => !isOneOf(goodPhases, phase));
  const back = left.map(({ own }) => momentOf(own, 'trafficRestored', 'rolledBack'));
  const restoredAt = lastOf(back);
  if (left.length === 0) return { how: 'rolledBack', seenAt };
  return { how: 'rolledBack', seenAt, ...(restoredAt === undefined ? { unrestored: true } : { restoredAt }) };
}

/** When the first event of these types was. */
function momentOf(events: readonly ReleaseEvent[], ...types: readonly ReleaseEvent['type'][]): string | undefined {
  return events.find(({ type }) => types.includes(type))?.at;
}

/** The last of all; undefined where one is missing, or there are none. */
function lastOf(moments: readonly (string | undefined)[]): string | undefined {
  const known = moments.flatMap((moment) => moment ?? []);
  return known.length < moments.length ? undefined : known.sort().at(-1);
}
