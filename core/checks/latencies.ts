import { constructorFromBucketSize } from 'hdr-histogram-js/dist/JsHistogramFactory.js';

// Counts may exceed 32 bits over many slices; doubles are exact up to 2^53.
const Histogram = constructorFromBucketSize(64);

/** Longest latency that is distinguished: one hour, in microseconds. Checks time out long before. */
const LONGEST = 3_600_000_000;

/** Two digits: a percentile is never above the true one, and less than 1% below it. */
const DIGITS = 2;

/** A latency and how often it was measured. */
export interface CountedLatency {
  readonly milliseconds: number;
  readonly count: number;
}

/**
 * Latencies in an HDR histogram (http://hdrhistogram.org): its size does not grow with the samples, and histograms add up
 * without loss, so what was measured in slices is judged as a whole.
 */
export class Latencies {
  private readonly histogram = new Histogram(1, LONGEST, DIGITS);

  /** Reads what `toText` wrote. @throws RangeError for other text */
  static parse(text: string): Latencies {
    const latencies = new Latencies();
    for (const pair of text.split(' ').filter((one) => one !== '')) {
      const [value, count, ...more] = pair.split(':').map((digits) => parseInt(digits, 36));
      if (value === undefined || count === undefined || more.length > 0 || !(value > 0) || !(count > 0)) {
        throw new RangeError(`"${pair}" is no counted latency`);
      }
      latencies.histogram.recordValueWithCount(value, count);
    }
    return latencies;
  }

  record(milliseconds: number): void {
    this.histogram.recordValue(Math.min(LONGEST, Math.max(1, Math.round(milliseconds * 1000))));
  }

  /** Adds all that the other one has counted. */
  add(other: Latencies): void {
    this.histogram.add(other.histogram);
  }

  get count(): number {
    return this.histogram.totalCount;
  }

  /** Milliseconds that this share of the samples, 0–100, did not exceed; undefined without samples. */
  percentile(share: number): number | undefined {
    if (this.count === 0) return undefined;
    return this.histogram.lowestEquivalentValue(this.histogram.getValueAtPercentile(share)) / 1000;
  }

  /** Every latency that was measured, ascending. */
  counted(): CountedLatency[] {
    return this.buckets().map(({ value, count }) => ({ milliseconds: value / 1000, count }));
  }

  /** `microseconds:count` of each measured latency, in base 36: short, because DynamoDB charges by the kilobyte. */
  toText(): string {
    return textOf(this.buckets());
  }

  /** The same, of one digit: a percentile is never above the true one, and less than 7% below it. */
  toCoarseText(): string {
    const coarse = new Map<number, number>();
    for (const { value, count } of this.buckets()) {
      const step = 2 ** Math.max(0, Math.floor(Math.log2(value)) - 4);
      const rounded = Math.floor(value / step) * step;
      coarse.set(rounded, (coarse.get(rounded) ?? 0) + count);
    }
    return textOf([...coarse].map(([value, count]) => ({ value, count })));
  }

  private buckets(): { readonly value: number; readonly count: number }[] {
    if (this.count === 0) return [];
    const found: { value: number; count: number }[] = [];
    const last = this.histogram.countsArrayIndex(this.histogram.maxValue);
    for (let index = 0; index <= last; index += 1) {
      const count = this.histogram.getCountAtIndex(index);
      if (count > 0) found.push({ value: this.histogram.valueFromIndex(index), count });
    }
    return found;
  }
}

function textOf(buckets: readonly { readonly value: number; readonly count: number }[]): string {
  return buckets.map(({ value, count }) => `${value.toString(36)}:${count.toString(36)}`).join(' ');
}
