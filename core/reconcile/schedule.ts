/**
 * When the reconciler runs: once a minute while something moves, and once, later, where nothing is open but releases that are
 * armed for hours. What fires, with which input, and how often it is tried again.
 */
interface ReconcilerRun {
  /** Of EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
  readonly expression: string;
  readonly input: { readonly reconcile: true; readonly rested?: true };
  readonly retryPolicy: { readonly maximumRetryAttempts: number; readonly maximumEventAgeInSeconds: number };
}

/** The next one comes in a minute; what the function itself fails at goes to its dead-letter queue. */
export const everyMinute: ReconcilerRun = {
  expression: 'rate(1 minute)',
  input: { reconcile: true },
  retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
};

/** No other comes after it, so it is tried until it was heard. @param instant ISO 8601, in UTC; its seconds count */
export function onceAt(instant: string): ReconcilerRun {
  return {
    expression: `at(${new Date(instant).toISOString().slice(0, 19)})`,
    input: { reconcile: true, rested: true },
    retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 3600 },
  };
}
