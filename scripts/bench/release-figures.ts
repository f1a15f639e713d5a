import type { Readings } from 'local-aws/meters';
import type { ScenarioReport } from '../../local/run-scenario.ts';
import type { Invocation } from './invocations.ts';

/** The usage of the second release of the `promote` scenario: staging and production, canary, checks, one approval. */
export interface ReleaseFigures {
  readonly report: ScenarioReport;
  /** All usage of the engine's account during the release. */
  readonly all: Readings;
  /** The same without the invocations of the reconciler and of the function that serves readers. */
  readonly own: Readings;
  readonly reconciled: number;
  /** Invocations in their order, without those of the function that serves readers. */
  readonly invocations: readonly Invocation[];
  /** Seconds of engine time from the drop to the release's first transition. */
  readonly seenAfter: number;
}
