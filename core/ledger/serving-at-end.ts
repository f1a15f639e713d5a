import type { ReleaseHead, TargetPhase } from '../release/head.ts';
import { cleanPhases, goodPhases } from '../release/phases.ts';
import { heldEnvironment, isOneOf } from '../release/progress.ts';
import type { Serving } from '../release/serving.ts';
import { nameTarget } from '../values/identifiers.ts';
import type { LiveItem, TargetItem } from './items.ts';

/** The environment in which a release ends: the one it holds, else the one it came to last. */
export function environmentAtEnd(head: ReleaseHead): string | undefined {
  return heldEnvironment(head) ?? head.environment;
}

/**
 * What serves in the environment in which a release ends.
 * @param items of the environment's targets, and what is live there; an item that does not exist is absent
 */
export function servingAtEnd(
  head: ReleaseHead,
  environment: string,
  items: readonly TargetItem[],
  live: readonly LiveItem[],
): Serving[] {
  const { targets = {} } = head.environments[environment] ?? {};
  return Object.entries(targets).map(([target, phase]) => {
    const isHere = (one: LiveItem | TargetItem): boolean =>
      one.environment === environment && nameTarget(one) === target;
    return { environment, target, ...servingOf(phase, items.find(isHere), live.find(isHere)) };
  });
}

function servingOf(
  phase: TargetPhase,
  item: TargetItem | undefined,
  live: LiveItem | undefined,
): Omit<Serving, 'environment' | 'target'> {
  if (!isOneOf([...cleanPhases, ...goodPhases], phase)) return { serves: 'unclear' };
  const { release, version } = live ?? {};
  if (release !== undefined && version !== undefined) return { serves: 'release', release, version };
  const point = item?.rollbackPoint;
  if (live !== undefined || point?.stackId !== undefined) return { serves: 'unreleased' };
  return { serves: point === undefined || phase === 'pending' ? 'untouched' : 'nothing' };
}
