import { NOT_IN_ALL, type StateFailure } from './failures.ts';

/** A Retrier of the Amazon States Language, its defaults filled in. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number | undefined;
  readonly JitterStrategy: 'FULL' | 'NONE';
}

/**
 * Whether an ErrorEquals list matches. `States.TaskFailed` stands for any error but a timeout, `States.ALL` for any but
 * those that only their own name catches.
 */
export function matches(errorEquals: readonly string[], failure: StateFailure): boolean {
  return errorEquals.some((name) => {
    if (name === failure.error || failure.alsoKnownAs.includes(name)) return true;
    const special = failure.error !== undefined && NOT_IN_ALL.has(failure.error);
    if (name === 'States.ALL') return !special;
    return name === 'States.TaskFailed' && !special && failure.error !== 'States.Timeout';
  });
}

/** How long to wait before the next attempt, in seconds. `attempt` counts this retrier's own retries, from 0. */
function retryDelay(retrier: Retrier, attempt: number, random: () => number): number {
  const delay = retrier.IntervalSeconds * retrier.BackoffRate ** attempt;
  const capped = Math.min(delay, retrier.MaxDelaySeconds ?? delay);
  return retrier.JitterStrategy === 'FULL' ? random() * capped : capped;
}

/** Counts the attempts of one state's retriers and says when to try again. */
export class Retries {
  private readonly used: number[];
  /** `$states.context.State.RetryCount` */
  count = 0;

  constructor(private readonly retriers: readonly Retrier[]) {
    this.used = retriers.map(() => 0);
  }

  /** Seconds until the next attempt, or undefined when the failure is not to be retried (any more). */
  next(failure: StateFailure, random: () => number): number | undefined {
    const index = this.retriers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure));
    const retrier = this.retriers[index];
    const used = this.used[index];
    if (retrier === undefined || used === undefined || used >= retrier.MaxAttempts) return undefined;
    this.used[index] = used + 1;
    this.count += 1;
    return retryDelay(retrier, used, random);
  }
}
