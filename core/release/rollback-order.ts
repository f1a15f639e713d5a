import type { EnvironmentTarget } from '../contract/tasks.ts';
import { parseTarget } from '../values/identifiers.ts';
import type { EnvironmentState, ReleaseHead, TargetPhase } from './head.ts';
import { goodPhases, undoingPhases, touchedPhases } from './phases.ts';
import { orderedEnvironments, isHeld, isGood, mayKeep, isOneOf, heldEnvironment } from './progress.ts';

/**
 * What has to be undone, newest first: targets of the environment whose turn is held, unless the release is already good
 * there; how many of them is the policy's choice. Earlier environments keep the new version.
 */
export function rollbackOrder(head: ReleaseHead): EnvironmentTarget[] {
  return orderedEnvironments(head)
    .filter((state) => isHeld(state) && !isGood(state))
    .flatMap((state) => {
      const kept = head.cancelled === undefined ? keptTargets(state) : [];
      return touchedTargets(state)
        .filter((name) => !kept.includes(name))
        .map((name) => ({ environment: state.name, ...parseTarget(name) }));
    });
}

/** Targets of a failed release that keep the new version under `onFailure`, oldest first. */
export function keptOrder(head: ReleaseHead): EnvironmentTarget[] {
  if (head.cancelled !== undefined) return [];
  return orderedEnvironments(head)
    .filter((state) => isHeld(state) && !isGood(state))
    .flatMap((state) => keptTargets(state).map((name) => ({ environment: state.name, ...parseTarget(name) })));
}

/**
 * Targets of a failed environment that keep the new version: none under `rollBackAll`, and none when the environment as a
 * whole failed its bake or the time after it; those of earlier waves under `rollBackWave`; all that are good under `stop`.
 */
export function keptTargets(state: EnvironmentState): string[] {
  if (!mayKeep(state) || isOneOf(['baking', 'monitoring'], state.phase)) return [];
  const proven = targetsWhere(state, (phase) => isOneOf(goodPhases, phase));
  const good = wavesOf(state)
    .flat()
    .filter((name) => proven.includes(name));
  if (state.onFailure === 'stop') return good;
  const last = latestWave(state);
  return good.filter((name) => waveOf(state, name) < last);
}

/**
 * Would a release whose execution has ended leave something half done: a target to roll back, or to settle where it is kept?
 * What could not be rolled back, and what has proven itself, is left as it is.
 */
export function needsUndoing(head: ReleaseHead): boolean {
  const state = head.environments[heldEnvironment(head) ?? ''];
  if (state === undefined || isGood(state)) return false;
  return Object.values(state.targets).some((phase) => isOneOf(['settling', ...touchedPhases, ...undoingPhases], phase));
}

/**
 * Targets that were started, newest first: the later wave, then the least advanced; of two equally advanced, the later name.
 * One that is being rolled back already comes first: its execution had ended, and another continues.
 */
function touchedTargets(state: EnvironmentState): string[] {
  return Object.entries(state.targets)
    .filter(([, phase]) => isOneOf([...undoingPhases, ...touchedPhases], phase))
    .sort(([nameA, a], [nameB, b]) => {
      const wave = waveOf(state, nameB) - waveOf(state, nameA);
      return wave !== 0 ? wave : progressOf(a) - progressOf(b) || nameB.localeCompare(nameA);
    })
    .map(([name]) => name);
}
function progressOf(phase: TargetPhase): number {
  return touchedPhases.findIndex((touched) => touched === phase);
}
function wavesOf(state: EnvironmentState): readonly (readonly string[])[] {
  return state.waves ?? [Object.keys(state.targets)];
}
function waveOf(state: EnvironmentState, target: string): number {
  return wavesOf(state).findIndex((wave) => wave.includes(target));
}

/** The last wave of which anything was started. */
function latestWave(state: EnvironmentState): number {
  const begun = targetsWhere(state, (phase) => phase !== 'pending');
  return wavesOf(state).findLastIndex((wave) => wave.some((name) => begun.includes(name)));
}
function targetsWhere(state: EnvironmentState, holds: (phase: TargetPhase) => boolean): string[] {
  return Object.entries(state.targets)
    .filter(([, phase]) => holds(phase))
    .map(([name]) => name);
}
