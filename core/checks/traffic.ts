import { checkName } from './schema.ts';
import type { Ensure, TrafficCheck, TrafficPhase } from './schema.ts';
import type { Verdict } from './verdict.ts';

/** What was measured. Latencies count from the intended start of each request, so that a stalled target shows. */
export interface TrafficMeasure {
  readonly sent: number;
  readonly errors: number;
  /** Of the answered requests; absent when none was. */
  readonly p95Milliseconds?: number;
}

/** Judges synthetic traffic. Errors are judged on what was sent; too few samples never pass. */
export function judgeTraffic(check: TrafficCheck, measure: TrafficMeasure): Verdict {
  const { sent, errors, p95Milliseconds } = measure;
  const errorPercent = sent === 0 ? 0 : (100 * errors) / sent;
  const measured = { sent, errors, errorPercent, ...(p95Milliseconds === undefined ? {} : { p95Milliseconds }) };
  const about = { check: checkName(check), measured };
  const failures = trafficFailures(check.ensure, measure, errorPercent);
  const enough = sent >= check.ensure.minimumSamples;
  if (failures.length > 0 && enough) return { ...about, verdict: 'failed', sentence: `${failures.join('; ')}.` };
  if (!enough) {
    const doubt = failures.length === 0 ? '' : ` (${failures.join('; ')})`;
    const sentence = `only ${sent} samples of the ${check.ensure.minimumSamples} that are needed to judge${doubt}.`;
    return { ...about, verdict: 'inconclusive', sentence };
  }
  return { ...about, verdict: 'passed', sentence: `${sent} samples, ${format(errorPercent)}% errors.` };
}

function trafficFailures(ensure: Ensure, measure: TrafficMeasure, errorPercent: number): string[] {
  const failures: string[] = [];
  if (errorPercent > ensure.errorPercent) {
    failures.push(
      `${format(errorPercent)}% errors (${measure.errors} of ${measure.sent}), allowed ${ensure.errorPercent}%`,
    );
  }
  const limit = ensure.p95Milliseconds;
  if (limit === undefined) return failures;
  if (measure.p95Milliseconds === undefined) return [...failures, 'no request was answered'];
  if (measure.p95Milliseconds > limit) {
    failures.push(`p95 is ${format(measure.p95Milliseconds)} ms, allowed ${limit} ms`);
  }
  return failures;
}

function format(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/**
 * When each request of the phases is to start, in milliseconds from the beginning: an open loop, so that a slow answer never
 * slows the asking. A ramp grows evenly from `perSecond` to `rampTo`.
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
