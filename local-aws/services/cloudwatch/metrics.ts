import { AwsError, NotImplemented } from '../../kernel/errors.ts';

/** A metric's identity within an account and region. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What was measured: a value seen `count` times, or a set of which only the summary is known. */
export interface Measurement {
  readonly at: number;
  readonly unit: string;
  readonly value?: number;
  readonly count?: number;
  readonly summary?: {
    readonly sum: number;
    readonly minimum: number;
    readonly maximum: number;
    readonly count: number;
  };
}

interface Bucket {
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
  /** Values and how often each was seen; percentiles need them. Undefined once a summary went in. */
  values: Map<number, number> | undefined;
}

interface Series {
  readonly id: MetricId;
  /** By unit, by second. */
  readonly units: Map<string, Map<number, Bucket>>;
}

/** One period's value. `at` is the period's start, milliseconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
  readonly unit: string;
}

/** The metrics of one account and region, kept by the second. */
export class MetricSpace {
  private readonly series = new Map<string, Series>();

  record(id: MetricId, measured: Measurement): void {
    const key = keyOf(id);
    const series = this.series.get(key) ?? { id, units: new Map<string, Map<number, Bucket>>() };
    this.series.set(key, series);
    const seconds = series.units.get(measured.unit) ?? new Map<number, Bucket>();
    series.units.set(measured.unit, seconds);
    const second = Math.floor(measured.at / 1_000);
    const bucket = seconds.get(second) ?? empty();
    seconds.set(second, bucket);
    add(bucket, measured);
  }

  list(): readonly MetricId[] {
    return [...this.series.values()].map(({ id }) => id);
  }

  /**
   * The statistic of each period of `period` milliseconds from `from` (inclusive) to `until` (exclusive) that has data.
   * Without a unit, data of every unit is looked at, each unit by itself, as AWS documents; the first unit that has data gives
   * the point.
   */
  points(
    id: MetricId,
    statistic: string,
    { from, until, period }: { readonly from: number; readonly until: number; readonly period: number },
    unit?: string,
  ): Point[] {
    const series = this.series.get(keyOf(id));
    const points: Point[] = [];
    for (let at = from; at < until; at += period) {
      for (const [name, seconds] of series?.units ?? []) {
        if (unit !== undefined && unit !== name) continue;
        const value = statisticOf(gather(seconds, at, Math.min(at + period, until)), statistic);
        if (value === undefined) continue;
        points.push({ at, value, unit: name });
        break;
      }
    }
    return points;
  }

  /** Whether any data lies between the two times. */
  hasData(id: MetricId, from: number, until: number): boolean {
    const series = this.series.get(keyOf(id));
    for (const seconds of series?.units.values() ?? []) if (gather(seconds, from, until).count > 0) return true;
    return false;
  }
}

export function keyOf({ namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}

function empty(): Bucket {
  return { sum: 0, count: 0, minimum: Infinity, maximum: -Infinity, values: new Map() };
}

function add(bucket: Bucket, { value = 0, count = 1, summary }: Measurement): void {
  bucket.sum += summary?.sum ?? value * count;
  bucket.count += summary?.count ?? count;
  bucket.minimum = Math.min(bucket.minimum, summary?.minimum ?? value);
  bucket.maximum = Math.max(bucket.maximum, summary?.maximum ?? value);
  if (summary === undefined) bucket.values?.set(value, (bucket.values.get(value) ?? 0) + count);
  // A set whose every value is the same is as good as its values.
  else if (summary.minimum === summary.maximum)
    bucket.values?.set(summary.minimum, (bucket.values.get(summary.minimum) ?? 0) + summary.count);
  else bucket.values = undefined;
}

function gather(seconds: ReadonlyMap<number, Bucket>, from: number, until: number): Bucket {
  const first = Math.ceil(from / 1_000);
  const last = Math.ceil(until / 1_000);
  const all = empty();
  if (last - first > seconds.size) {
    for (const [second, bucket] of seconds) if (second >= first && second < last) merge(all, bucket);
    return all;
  }
  for (let second = first; second < last; second += 1) {
    const bucket = seconds.get(second);
    if (bucket !== undefined) merge(all, bucket);
  }
  return all;
}

function merge(into: Bucket, from: Bucket): void {
  into.sum += from.sum;
  into.count += from.count;
  into.minimum = Math.min(into.minimum, from.minimum);
  into.maximum = Math.max(into.maximum, from.maximum);
  if (from.values === undefined) into.values = undefined;
  else for (const [value, count] of from.values) into.values?.set(value, (into.values.get(value) ?? 0) + count);
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
function statisticOf(bucket: Bucket, statistic: string): number | undefined {
  if (bucket.count === 0) return undefined;
  switch (statistic) {
    case 'SampleCount':
      return bucket.count;
    case 'Sum':
      return bucket.sum;
    case 'Average':
      return bucket.sum / bucket.count;
    case 'Minimum':
      return bucket.minimum;
    case 'Maximum':
      return bucket.maximum;
    default: {
      const percent = percentIn(statistic);
      return percent === undefined ? undefined : percentile(bucket, percent);
    }
  }
}

const SIMPLE = new Set(['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum']);

/**
 * What is not refused here can be computed from any data.
 * @throws NotImplemented for trimmed means and the like, AwsError ValidationError for what is no statistic
 */
export function checkStatistic(statistic: string, parameter: string): void {
  if (SIMPLE.has(statistic) || percentIn(statistic) !== undefined) return;
  if (/^(TM|WM|TC|TS|PR)[(\d]|^IQM$/i.test(statistic)) throw new NotImplemented(`the statistic ${statistic}`);
  throw new AwsError('ValidationError', `The value ${statistic} for parameter ${parameter} is not a valid statistic.`);
}

/** `p95` gives 95. */
function percentIn(statistic: string): number | undefined {
  const digits = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(statistic)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function percentile({ values, count }: Bucket, percent: number): number | undefined {
  if (values === undefined) return undefined;
  const wanted = (percent / 100) * count;
  let seen = 0;
  const sorted = [...values].sort(([one], [other]) => one - other);
  for (const [value, times] of sorted) {
    seen += times;
    if (seen >= wanted) return value;
  }
  return sorted.at(-1)?.[0];
}
