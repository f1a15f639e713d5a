import type { EnvironmentPhase, TargetPhase } from './head.ts';

/** Groups of phases, for the transition table, progress and rollback. */

/** Phases of a target in which nothing of the environment has been applied yet. */
export const unappliedPhases = ['pending', 'preparing', 'prepared'] as const satisfies readonly TargetPhase[];
/** Phases of a target whose new version serves and was checked. */
export const goodPhases = ['checked', 'settling', 'settled', 'unsettled'] as const satisfies readonly TargetPhase[];
/** Phases of a target that its environment is finished with: settled, or left to the next release to settle. */
export const restingPhases = ['settled', 'unsettled'] as const satisfies readonly TargetPhase[];
/** Phases of a target that serves what it served before. */
export const cleanPhases = ['pending', 'rolledBack'] as const satisfies readonly TargetPhase[];
/** Phases of a target that have to be undone when the release fails. */
export const touchedPhases = [
  'preparing',
  'prepared',
  'changing',
  'changed',
  'verified',
  'shifting',
  'shifted',
  'checked',
] as const satisfies readonly TargetPhase[];

/** Phases of a target whose users are on the old version again, while the rest of it is restored. */
export const restoredPhases = [
  'trafficRestored',
  'recovering',
  'recovered',
  'restoringStack',
  'stackRestored',
] as const satisfies readonly TargetPhase[];

/** Phases of a target that is being rolled back. */
export const undoingPhases = ['rollingBack', ...restoredPhases] as const satisfies readonly TargetPhase[];

/** Phases of an environment while the release holds its turn. */
export const heldPhases = ['held', 'baking', 'monitoring', 'proven'] as const satisfies readonly EnvironmentPhase[];
/** The same, until the release is proven. */
export const underWayPhases = ['held', 'baking', 'monitoring'] as const satisfies readonly EnvironmentPhase[];
