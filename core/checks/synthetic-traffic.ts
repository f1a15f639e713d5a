import { Latencies } from './latencies.ts';
import { type Measurement } from './measurement-schema.ts';
import { describeErrors, errorCount, errorPercent } from './measurement.ts';
import { checkName } from './schema.ts';
import type { Ensure, TrafficCheck, TrafficPhase } from './schema.ts';
import type { Verdict } from './verdict.ts';

/** The percentiles that `ensure` can limit. */
const shares = [50, 90, 95, 99] as const;

/** Judges synthetic traffic. Errors are judged on what was sent; too few samples never pass. */
export function judgeSyntheticTraffic(check: TrafficCheck, measurement: Measurement): Verdict {
  const { ensure } = check;
  const { sent } = measurement;
  const latencies = Latencies.parse(measurement.latencies);
  const about = {
    check: checkName(check),
    measured: {
      sent,
      errors: errorCount(measurement),
      errorPercent: errorPercent(measurement),
      ...percentilesOf(latencies),
    },
    limits: { ...ensure },
  };
  const failures = [...errorFailures(ensure, measurement), ...latencyFailures(ensure, latencies)];
  if (sent < ensure.minimumSamples) {
    const failureSummary = failures.length === 0 ? '' : ` (${failures.join('; ')})`;
    const sentence = `only ${sent} samples of the ${ensure.minimumSamples} that are needed to judge${failureSummary}.`;
    return { ...about, verdict: 'inconclusive', sentence };
  }
  if (failures.length > 0) return { ...about, verdict: 'failed', sentence: `${failures.join('; ')}.` };
  return { ...about, verdict: 'passed', sentence: describePass(ensure, measurement, latencies) };
}

function errorFailures(ensure: Ensure, measurement: Measurement): string[] {
  const percent = errorPercent(measurement);
  if (percent <= ensure.errorPercent) return [];
  const what = `${errorCount(measurement)} of ${measurement.sent}: ${describeErrors(measurement)}`;
  const { secretUnreadable } = measurement.examples;
  const told = secretUnreadable === undefined ? [] : [secretUnreadable];
  return [`${format(percent)}% errors (${what}), allowed ${ensure.errorPercent}%`, ...told];
}

function latencyFailures(ensure: Ensure, latencies: Latencies): string[] {
  const limitsAny = shares.some((share) => ensure[`p${share}Milliseconds`] !== undefined);
  if (limitsAny && latencies.count === 0) return ['no request was answered'];
  return limitedOf(ensure, latencies).flatMap(({ share, limit, value }) =>
    value > limit ? [`p${share} is ${format(value)} ms, allowed ${limit} ms`] : [],
  );
}

function describePass(ensure: Ensure, measurement: Measurement, latencies: Latencies): string {
  const parts = limitedOf(ensure, latencies).map(
    ({ share, limit, value }) => `p${share} ${format(value)} ms (allowed ${limit} ms)`,
  );
  const errors = `${format(errorPercent(measurement))}% errors (allowed ${ensure.errorPercent}%)`;
  return `${[`${measurement.sent} samples`, errors, ...parts].join(', ')}.`;
}

interface LimitedLatency {
  readonly share: number;
  readonly limit: number;
  readonly value: number;
}

/** The percentiles that have a limit; none where no request was answered. */
function limitedOf(ensure: Ensure, latencies: Latencies): LimitedLatency[] {
  return shares.flatMap((share) => {
    const limit = ensure[`p${share}Milliseconds`];
    const value = latencies.percentile(share);
    return limit === undefined || value === undefined ? [] : [{ share, limit, value }];
  });
}

/** Milliseconds that half of the requests did not exceed, and so on; empty where none was answered. */
export function percentilesOf(latencies: Latencies): Record<string, number> {
  return Object.fromEntries(
    shares.flatMap((share) => {
      const value = latencies.percentile(share);
      return value === undefined ? [] : [[`p${share}Milliseconds`, value]];
    }),
  );
}

/** At most two decimals. */
export function format(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/**
 * When each request of the phases is to start, in milliseconds from the beginning: an open loop, in which a slow answer does
 * not delay the next request. A ramp grows evenly from `perSecond` to `rampTo`.
 */
export function planRequests(phases: readonly TrafficPhase[]): number[] {
  const starts: number[] = [];
  let offset = 0;
  for (const { seconds, perSecond, rampTo = perSecond } of phases) {
    const count = Math.floor(((perSecond + rampTo) / 2) * seconds + 1e-9);
    for (let index = 0; index < count; index += 1) {
      starts.push(offset + 1000 * momentOf(index, { seconds, perSecond, rampTo }));
    }
    offset += seconds * 1000;
  }
  return starts;
}

/** Second at which a ramp has sent `index` requests: the root of perSecond·t + (rampTo − perSecond)·t²/2s = index. */
function momentOf(index: number, { seconds, perSecond, rampTo }: Required<TrafficPhase>): number {
  const slope = (rampTo - perSecond) / seconds;
  const root = Math.sqrt(Math.max(0, perSecond * perSecond + 2 * slope * index));
  return (2 * index) / (perSecond + root);
}

/** The phases cut to the length of a slice; a ramp that is cut ends at the rate it would have reached. */
export function capPhases(phases: readonly TrafficPhase[], seconds: number): TrafficPhase[] {
  const capped: TrafficPhase[] = [];
  let left = seconds;
  for (const one of phases) {
    if (left <= 0) break;
    const taken = Math.min(left, one.seconds);
    const { perSecond, rampTo } = one;
    const reached = rampTo === undefined ? {} : { rampTo: perSecond + ((rampTo - perSecond) * taken) / one.seconds };
    capped.push({ seconds: taken, perSecond, ...reached });
    left -= taken;
  }
  return capped;
}
