import type { Readings } from 'local-aws/meters';
import type { ScenarioReport } from '../../local/run-scenario.ts';

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

/** One invocation of a function. */
export interface Invocation {
  /** The function's name. */
  readonly name: string;
  /** The task, the event or the route that it was invoked with. */
  readonly occasion: string;
  /** The target, where the task or event names it. */
  readonly target: string;
}
