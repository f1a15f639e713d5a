import type { EnvironmentState, ReleaseHead, TargetPhase } from '../release/head.ts';
import { isEnd } from '../release/status.ts';

/** The steps of a target on its way forward, in order. */
const forward: readonly TargetPhase[] = [
  'pending',
  'preparing',
  'prepared',
  'changing',
  'changed',
  'verified',
  'shifting',
  'shifted',
  'checked',
  'settling',
  'settled',
];

/** How far a release has come in one environment, in whole percent; all that is undone counts as not done. */
export function advanceIn({ phase, targets }: Pick<EnvironmentState, 'phase' | 'targets'>): number {
  if (phase === 'done') return 100;
  const steps = Object.values(targets).map((target) =>
    target === 'unsettled' ? forward.length - 1 : forward.indexOf(target),
  );
  if (steps.length === 0) return 0;
  const sum = steps.reduce((total, step) => total + Math.max(0, step), 0);
  return Math.round((100 * sum) / (steps.length * (forward.length - 1)));
}

/** A release that is under way, in one line. */
export interface UnderWay {
  readonly release: string;
  readonly service: string;
  readonly version: string;
  readonly status: ReleaseHead['status'];
  /** Absent before the first. */
  readonly environment?: string;
  /** Whole percent of its way through this environment. */
  readonly advance: number;
  readonly startedAt: string;
  readonly author?: string;
}

/** Those that have not ended. */
export function underWay(heads: readonly ReleaseHead[]): UnderWay[] {
  return heads
    .filter(({ status }) => !isEnd(status))
    .map(({ release, service, version, status, environment, environments, startedAt, author }) => {
      const state = environment === undefined ? undefined : environments[environment];
      return {
        ...{ release, service, version, status, startedAt },
        ...(environment === undefined ? {} : { environment }),
        ...(author === undefined ? {} : { author }),
        advance: state === undefined ? 0 : advanceIn(state),
      };
    });
}
