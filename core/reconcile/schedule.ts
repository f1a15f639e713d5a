/**
 * When the reconciler runs: once a minute while anything is open, and once, later, when only releases monitored for hours are
 * open. The schedule's expression and input, and how often a run is retried.
 */
interface ReconcilerRun {
  /** Of EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
  readonly expression: string;
  readonly input: { readonly reconcile: true; readonly rested?: true };
  readonly retryPolicy: { readonly maximumRetryAttempts: number; readonly maximumEventAgeInSeconds: number };
}

/** Not retried: the next run comes in a minute. A run that the function fails goes to its dead-letter queue. */
export const everyMinute: ReconcilerRun = {
  expression: 'rate(1 minute)',
  input: { reconcile: true },
  retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
};

/** No other run follows, so this one is retried until it is delivered. @param instant ISO 8601, in UTC; its seconds count */
export function onceAt(instant: string): ReconcilerRun {
  return {
    expression: `at(${new Date(instant).toISOString().slice(0, 19)})`,
    input: { reconcile: true, rested: true },
    retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 3600 },
  };
}
