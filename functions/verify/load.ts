import { createHistogram, performance } from 'node:perf_hooks';

/** What a run of synthetic traffic measured. */
export interface LoadMeasurement {
  /** Requests sent. */
  readonly sent: number;
  readonly errors: number;
  /**
   * Milliseconds from the intended start of a request to its answer, so that a queue before the service counts, too.
   * Absent when nothing was answered.
   */
  readonly p95Milliseconds?: number;
  /** Why requests failed, each reason with how often; at most ten. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** One request: gives the reason when the answer was an error, throws when there was no answer. */
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
  const fail = (reason: string): void => {
    errors += 1;
    if (reasons.has(reason) || reasons.size < 10) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  };
  const one = async (intended: number): Promise<void> => {
    try {
      const reason = await send();
      histogram.record(Math.max(1, Math.round((performance.now() - intended) * 1000)));
      if (reason !== undefined) fail(reason);
    } catch (problem) {
      fail(problem instanceof Error ? problem.message : String(problem));
    }
  };
  const running: Promise<void>[] = [];
  for (const offset of offsets) {
    const wait = begin + offset - performance.now();
    if (wait > 0) await pause(wait);
    running.push(one(begin + offset));
  }
  await Promise.all(running);
  const answered = histogram.count > 0 ? { p95Milliseconds: Math.round(histogram.percentile(95) / 100) / 10 } : {};
  return { sent: offsets.length, errors, ...answered, reasons: Object.fromEntries(reasons) };
}
