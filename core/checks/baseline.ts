import { probit, tTestTwoSample } from 'simple-statistics';
import { Latencies } from './latencies.ts';
import { type Measurement } from './measurement-schema.ts';
import { errorCount, errorPercent } from './measurement.ts';
import { type Baseline, checkName, type TrafficCheck } from './schema.ts';
import { format } from './synthetic-traffic.ts';
import { overallVerdict, type Verdict } from './verdict.ts';

/**
 * Compares the new version with the one it replaces, from the same traffic at the same time. Each comparison is a test
 * against the smallest difference that counts, in both directions: `failed` means, with the required confidence, that the new
 * version is worse by more than that, `passed` that it is not, and everything between is `inconclusive`.
 */

const DEFAULT_CONFIDENCE = 0.95;

/** Fewer answers of either version prove nothing: below, the normal distribution is no good approximation of Student's. */
export const FEWEST_SAMPLES = 30;

/** The same traffic, as each version answered it. */
export interface SideBySide {
  readonly newVersion: Measurement;
  readonly oldVersion: Measurement;
}

interface Comparison {
  readonly verdict: Verdict['verdict'];
  readonly sentence: string;
  readonly measured: Record<string, number>;
  readonly limits: Record<string, number>;
}

/**
 * @param looks how often the growing evidence is judged and may stop the release: repeated tests would otherwise find a
 * difference by chance (Bonferroni's correction)
 */
export function judgeBaseline(check: TrafficCheck, sides: SideBySide, looks = 1): Verdict | undefined {
  if (!('baseline' in check) || check.baseline === undefined) return undefined;
  const { baseline } = check;
  const name = `${checkName(check)} against the version before`;
  // The old version gets a share of every slice, so nothing is sent to it only if there is none.
  if (sides.oldVersion.sent === 0 && sides.newVersion.sent > 0) {
    return { check: name, verdict: 'passed', sentence: 'there is no version before to compare with.' };
  }
  const comparisons = [compareErrors(baseline, sides, looks), compareLatency(baseline, sides, looks)].filter(
    (one) => one !== undefined,
  );
  const verdict = overallVerdict(comparisons.map((one) => ({ check: '', ...one })));
  const decisive = comparisons.filter((one) => one.verdict === verdict);
  return {
    check: name,
    verdict,
    sentence: `${decisive.map(({ sentence }) => sentence).join('; ')}.`,
    measured: together(comparisons.map(({ measured }) => measured)),
    limits: { ...together(comparisons.map(({ limits }) => limits)), confidence: confidenceOf(baseline) },
  };
}

function together(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}

function compareErrors(baseline: Baseline, { newVersion, oldVersion }: SideBySide, looks: number) {
  const allowed = baseline.errorPoints;
  if (allowed === undefined) return undefined;
  const [now, before] = [errorPercent(newVersion), errorPercent(oldVersion)];
  const verdict = compare(outcomes(newVersion), outcomes(oldVersion), allowed / 100, {
    confidence: confidenceOf(baseline),
    looks,
    enough: Math.min(newVersion.sent, oldVersion.sent) >= FEWEST_SAMPLES,
    measuredMore: now - before > allowed,
  });
  const counts = (one: Measurement): string => `${errorCount(one)} of ${one.sent}`;
  const sentence =
    `errors ${format(now)}% (${counts(newVersion)}) against ${format(before)}% (${counts(oldVersion)}): ` +
    `${difference(now - before, ' points', 'more', 'fewer')}, allowed ${allowed} points more`;
  return tell(verdict, sentence, baseline, {
    measured: { errorPercent: now, errorPercentBefore: before },
    limits: { errorPoints: allowed },
  });
}

function compareLatency(baseline: Baseline, { newVersion, oldVersion }: SideBySide, looks: number) {
  const allowed = baseline.latencyPercent;
  if (allowed === undefined) return undefined;
  const [ours, theirs] = [logarithms(newVersion), logarithms(oldVersion)];
  const [now, before] = [geometricMean(ours), geometricMean(theirs)];
  const enough = Math.min(ours.length, theirs.length) >= FEWEST_SAMPLES;
  const slower = enough ? 100 * (now / before - 1) : 0;
  const verdict = compare(ours, theirs, Math.log(1 + allowed / 100), {
    confidence: confidenceOf(baseline),
    looks,
    enough,
    measuredMore: slower > allowed,
  });
  const sentence = enough
    ? `latency ${format(now)} ms against ${format(before)} ms (geometric means of ${ours.length} and ${theirs.length} ` +
      `answers): ${difference(slower, '%', 'slower', 'faster')}, allowed ${allowed}% slower`
    : `only ${ours.length} answers of the new version and ${theirs.length} of the old one, ${FEWEST_SAMPLES} are needed to compare`;
  return tell(verdict, sentence, baseline, {
    measured: enough ? { meanMilliseconds: rounded(now), meanMillisecondsBefore: rounded(before) } : {},
    limits: { latencyPercent: allowed },
  });
}

function tell(
  verdict: Verdict['verdict'],
  sentence: string,
  baseline: Baseline,
  numbers: Pick<Comparison, 'measured' | 'limits'>,
): Comparison {
  const confidence = `${format(100 * confidenceOf(baseline))}% confidence`;
  const end = verdict === 'inconclusive' ? `; too little to tell with ${confidence}` : ` (${confidence})`;
  return { verdict, sentence: `${sentence}${end}`, ...numbers };
}

/** `4 points more`, `2% faster`. */
function difference(value: number, unit: string, above: string, below: string): string {
  return `${format(Math.abs(value))}${unit} ${value < 0 ? below : above}`;
}

interface Demand {
  readonly confidence: number;
  readonly looks: number;
  readonly enough: boolean;
  /** Is the measured difference itself above the margin? Otherwise nothing fails. */
  readonly measuredMore: boolean;
}

function compare(
  ours: readonly number[],
  theirs: readonly number[],
  margin: number,
  { confidence, looks, enough, measuredMore }: Demand,
): Verdict['verdict'] {
  const statistic = enough ? tTestTwoSample([...ours], [...theirs], margin) : null;
  if (statistic === null) return 'inconclusive';
  if (measuredMore && statistic > probit(1 - (1 - confidence) / looks)) return 'failed';
  return statistic < -probit(confidence) ? 'passed' : 'inconclusive';
}

/**
 * 1 for each request that failed, 0 for each other, and one more of each: this adjustment (Agresti and Caffo, The American
 * Statistician 54, 2000) keeps the test sound for rare errors, where no error at all would look like certainty.
 */
function outcomes(measurement: Measurement): number[] {
  const errors = errorCount(measurement);
  return [...Array<number>(errors + 1).fill(1), ...Array<number>(measurement.sent - errors + 1).fill(0)];
}

/** Latencies are skewed, their logarithms hardly so: a difference of logarithms is a ratio of latencies. */
function logarithms({ latencies }: Measurement): number[] {
  return Latencies.parse(latencies)
    .counted()
    .flatMap(({ milliseconds, count }) => Array<number>(count).fill(Math.log(milliseconds)));
}

function geometricMean(logs: readonly number[]): number {
  return logs.length === 0 ? 0 : Math.exp(logs.reduce((sum, one) => sum + one, 0) / logs.length);
}

/** To the microsecond, as latencies are measured. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

function confidenceOf({ confidence = DEFAULT_CONFIDENCE }: Baseline): number {
  return confidence;
}
