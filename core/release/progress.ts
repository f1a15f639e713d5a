import type { EnvironmentState, ReleaseHead, TargetPhase } from './head.ts';
import { cleanPhases, goodPhases, heldPhases, touchedPhases } from './transition-table.ts';
import type { EndStatus } from './status.ts';
import { parseTarget } from '../values.ts';
import type { EnvironmentTarget } from '../tasks.ts';

/** Questions about a head, answered in one place for the transition table, the workflow's end and the pages. */

/** Is the phase one of these? */
export function among(phases: readonly string[], phase: string): boolean {
  return phases.includes(phase);
}

function everyTarget(state: EnvironmentState, phases: readonly TargetPhase[]): boolean {
  return Object.values(state.targets).every((phase) => among(phases, phase));
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

/** Has the release proven itself here: baked, or every target checked where nothing bakes? */
export function isGood(state: EnvironmentState): boolean {
  if (state.phase === 'done' || state.phase === 'proven') return true;
  return state.phase === 'held' && !state.bakes && everyTarget(state, goodPhases);
}

/** Does the release hold this environment's turn? */
export function isHeld(state: EnvironmentState): boolean {
  return among(heldPhases, state.phase);
}

/** Does every target serve what it served before, or the proven new version? Only then may the turn be given back. */
export function isClean(state: EnvironmentState): boolean {
  return isGood(state) || everyTarget(state, cleanPhases);
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
 * there. Earlier environments keep what they proved.
 */
export function rollbackOrder(head: ReleaseHead): EnvironmentTarget[] {
  return orderedEnvironments(head)
    .filter((state) => isHeld(state) && !isGood(state))
    .flatMap((state) =>
      Object.entries(state.targets)
        .filter(([, phase]) => among(touchedPhases, phase))
        .sort(byProgress)
        .map(([name]) => ({ environment: state.name, ...parseTarget(name) })),
    );
}

/** Least far first: it was begun last. Of two that are as far, the later name. */
function byProgress([nameA, a]: [string, TargetPhase], [nameB, b]: [string, TargetPhase]): number {
  const progress = (phase: TargetPhase): number => touchedPhases.findIndex((touched) => touched === phase);
  return progress(a) - progress(b) || nameB.localeCompare(nameA);
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
  return head.failure?.error === 'TurnNotGiven' && !states.some(wasUndone) ? 'Expired' : 'RolledBack';
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
