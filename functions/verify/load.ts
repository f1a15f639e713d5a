import { createHistogram, performance } from 'node:perf_hooks';

/** What a run of synthetic traffic measured. */
export interface LoadMeasurement {
  /** Requests sent. */
  readonly samples: number;
  readonly errors: number;
  /** Milliseconds from the intended start of a request to its answer, so that a queue before the service counts, too. */
  readonly p50Milliseconds: number;
  readonly p95Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly maximumMilliseconds: number;
  /** Why requests failed, each reason once with how often; at most ten. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** One request; throws or gives the reason when it failed. */
export type SendRequest = () => Promise<string | undefined>;

/**
 * Sends requests at their intended times whether or not earlier ones have been answered (an open loop): a service that
 * slows down does not slow the load down, and its slowness is measured in full.
 * @param offsets milliseconds after the beginning, rising
 */
export async function drive(
  offsets: readonly number[],
  send: SendRequest,
  pause: (milliseconds: number) => Promise<void>,
): Promise<LoadMeasurement> {
  const histogram = createHistogram();
  const reasons = new Map<string, number>();
  let errors = 0;
  const begin = performance.now();
  const one = async (intended: number): Promise<void> => {
    const reason = await send().catch((problem: unknown) =>
      problem instanceof Error ? problem.message : String(problem),
    );
    histogram.record(Math.max(1, Math.round((performance.now() - intended) * 1000)));
    if (reason === undefined) return;
    errors += 1;
    if (reasons.has(reason) || reasons.size < 10) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  };
  const running: Promise<void>[] = [];
  for (const offset of offsets) {
    const wait = begin + offset - performance.now();
    if (wait > 0) await pause(wait);
    running.push(one(begin + offset));
  }
  await Promise.all(running);
  const milliseconds = (microseconds: number): number => Math.round(microseconds / 100) / 10;
  return {
    samples: offsets.length,
    errors,
    p50Milliseconds: milliseconds(histogram.percentile(50)),
    p95Milliseconds: milliseconds(histogram.percentile(95)),
    p99Milliseconds: milliseconds(histogram.percentile(99)),
    maximumMilliseconds: milliseconds(histogram.max),
    reasons: Object.fromEntries(reasons),
  };
}
