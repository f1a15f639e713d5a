import type { EnvironmentState, ReleaseHead, TargetPhase } from './head.ts';
import { cleanPhases, goodPhases, heldPhases, restingPhases, touchedPhases, undoingPhases } from './phases.ts';
import type { EndStatus } from './status.ts';
import { parseTarget } from '../values/identifiers.ts';
import type { EnvironmentTarget } from '../contract/tasks.ts';

/** Questions about a head, answered in one place for the transition table, the workflow's end and the pages. */

/** Is the phase one of these? */
export function isOneOf(phases: readonly string[], phase: string): boolean {
  return phases.includes(phase);
}

function everyTarget(state: EnvironmentState, phases: readonly TargetPhase[]): boolean {
  return Object.values(state.targets).every((phase) => isOneOf(phases, phase));
}

/** Environments in the order in which the release passes them. */
export function orderedEnvironments(head: ReleaseHead): (EnvironmentState & { readonly name: string })[] {
  return head.order.flatMap((name) => {
    const state = head.environments[name];
    return state === undefined ? [] : [{ name, ...state }];
  });
}

/** The environment under way: the first that is not done. */
export function currentEnvironment(head: ReleaseHead): string | undefined {
  return orderedEnvironments(head).find(({ phase }) => phase !== 'done')?.name;
}

/** Has the release proven itself here: baked and monitored to the end, or every target checked where neither is planned? */
export function isGood(state: EnvironmentState): boolean {
  if (state.phase === 'done' || state.phase === 'proven') return true;
  return state.phase === 'held' && !state.bakes && state.monitors !== true && everyTarget(state, goodPhases);
}

/** Has the release nothing left to do in this environment, so that its turn goes back with this very event? */
export function isFinished(head: ReleaseHead, environment: string): boolean {
  const state = head.environments[environment];
  if (state === undefined || isHalted(head)) return false;
  return isHeld(state) && isGood(state) && everyTarget(state, restingPhases);
}

/** Does the release hold this environment's turn? */
export function isHeld(state: EnvironmentState): boolean {
  return isOneOf(heldPhases, state.phase);
}

/** Does the policy let good targets keep the new version although others fail? */
export function mayKeep({ onFailure }: EnvironmentState): boolean {
  return onFailure !== 'rollBackAll';
}

/** Does every target serve what it served before, or the proven new version? Only then may the turn be given back. */
export function isClean(state: EnvironmentState): boolean {
  return isGood(state) || everyTarget(state, mayKeep(state) ? [...cleanPhases, ...goodPhases] : cleanPhases);
}

/** Has the release failed, been stopped or been refused? Nothing new may begin then. */
export function isHalted(head: ReleaseHead): boolean {
  return head.failure !== undefined || head.cancelled !== undefined || refusal(head) !== undefined;
}

/** The environment whose turn this release holds. */
export function heldEnvironment(head: ReleaseHead): string | undefined {
  return orderedEnvironments(head).find(isHeld)?.name;
}

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

function targetsWhere(state: EnvironmentState, holds: (phase: TargetPhase) => boolean): string[] {
  return Object.entries(state.targets)
    .filter(([, phase]) => holds(phase))
    .map(([name]) => name);
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

/** The last wave in which a target was started. */
function latestWave(state: EnvironmentState): number {
  const begun = targetsWhere(state, (phase) => phase !== 'pending');
  return wavesOf(state).findLastIndex((wave) => wave.some((name) => begun.includes(name)));
}

/** The end that follows from the ledger. Business outcomes first, unless something is left unclean. */
export function decideEnd(head: ReleaseHead): EndStatus {
  const states = orderedEnvironments(head);
  if (states.some((state) => isHeld(state) && !isClean(state))) return 'Failed';
  if (head.rejected !== undefined) return 'Rejected';
  const refused = refusal(head);
  if (refused !== undefined) return refused;
  if (head.cancelled !== undefined && !states.some(wasUndone)) return 'Cancelled';
  const finished = states.length > 0 && states.every(({ phase }) => phase === 'done');
  if (finished) return 'Succeeded';
  const never = ['TurnNotGiven', 'AlarmKeptFiring'].includes(head.failure?.error ?? '');
  return never && !states.some(wasTouched) ? 'Expired' : 'RolledBack';
}

/** Was anything of the environment under way changed by this release, whether it was undone or kept? */
function wasTouched(state: EnvironmentState): boolean {
  return state.phase !== 'done' && !everyTarget(state, ['pending']);
}

function wasUndone(state: EnvironmentState): boolean {
  return Object.values(state.targets).includes('rolledBack');
}

function refusal(head: ReleaseHead): EndStatus | undefined {
  for (const { phase } of orderedEnvironments(head)) {
    if (phase === 'declined') return 'Declined';
    if (phase === 'expired') return 'Expired';
    if (phase === 'superseded') return 'Superseded';
  }
  return undefined;
}
