import type { EnvironmentState, ReleaseHead, TargetPhase } from './head.ts';
import { cleanPhases, goodPhases, heldPhases, restingPhases } from './phases.ts';
import type { EndStatus } from './status.ts';

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

/** Has the release proven itself in this environment, to the end? */
export function hasPassed(head: ReleaseHead, environment: string): boolean {
  return head.environments[environment]?.phase === 'done';
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

/** The end that the ledger says the release has come to. Business outcomes first, unless something is left unclean. */
export function decideEnd(head: ReleaseHead): EndStatus {
  const states = orderedEnvironments(head);
  if (states.some((state) => isHeld(state) && !isClean(state))) return 'Failed';
  if (head.rejected !== undefined) return 'Rejected';
  const refused = refusal(head);
  if (refused !== undefined) return refused;
  if (head.cancelled !== undefined && !states.some(wasUndone)) return 'Cancelled';
  const finished = states.length > 0 && states.every(({ phase }) => phase === 'done');
  if (finished) return 'Succeeded';
  const never = ['TurnNotGiven', 'AlarmKeptFiring', 'WindowClosed', 'ApprovalImpossible'].includes(
    head.failure?.error ?? '',
  );
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
