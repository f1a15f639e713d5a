import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Latencies } from '../../../core/checks/latencies.ts';
import { errorKind, measurementSchema, nothingMeasured } from '../../../core/checks/measurement-schema.ts';
import {
  describeErrors,
  errorCount,
  errorPercent,
  measure,
  mergeMeasurements,
} from '../../../core/checks/measurement.ts';
import type { Sample } from '../../../core/checks/measurement.ts';
import { capPhases, planRequests } from '../../../core/checks/synthetic-traffic.ts';
import { runs } from '../../runs.ts';

const latency = fc.double({ min: 0.001, max: 900_000, noNaN: true });
const sample: fc.Arbitrary<Sample> = fc.oneof(
  fc.record({ milliseconds: latency }),
  fc.record({
    milliseconds: latency,
    failure: fc.record({ kind: fc.constantFrom(...errorKind.options), sentence: fc.string() }),
  }),
  fc.record({ failure: fc.record({ kind: fc.constantFrom(...errorKind.options), sentence: fc.string() }) }),
);
const samples = fc.array(sample, { maxLength: 20 });

describe('measurements of many slices', () => {
  it('come to the same in any grouping, and as if all had been measured at once', () => {
    fc.assert(
      fc.property(samples, samples, samples, (a, b, c) => {
        const [one, two, three] = [measure(a), measure(b), measure(c)];
        const all = measure([...a, ...b, ...c]);
        expect(mergeMeasurements(mergeMeasurements(one, two), three)).toEqual(all);
        expect(mergeMeasurements(one, mergeMeasurements(two, three))).toEqual(all);
        expect(mergeMeasurements(nothingMeasured, all)).toEqual(all);
        expect(mergeMeasurements(all, nothingMeasured)).toEqual(all);
      }),
      runs(2000),
    );
  });

  it('are kept by the ledger as they are', () => {
    fc.assert(
      fc.property(samples, (list) => {
        const measurement = measure(list);
        expect(measurementSchema.parse(JSON.parse(JSON.stringify(measurement)))).toEqual(measurement);
        expect(measurement.sent).toBe(list.length);
        expect(errorCount(measurement)).toBe(list.filter(({ failure }) => failure !== undefined).length);
        expect(errorPercent(measurement)).toBeLessThanOrEqual(100);
      }),
      runs(1000),
    );
  });

  it('say how often and in which way requests failed, each way with its first example', () => {
    const failed = (kind: 'timeout' | 'throttled', sentence: string): Sample => ({ failure: { kind, sentence } });
    const measurement = measure([failed('timeout', 'a'), failed('throttled', 'b'), failed('timeout', 'c'.repeat(300))]);
    expect(describeErrors(measurement)).toBe('1 throttled, 2 no answer in time');
    expect(measurement.examples).toEqual({ timeout: 'a', throttled: 'b' });
  });
});

describe('percentiles', () => {
  const nearest = (sorted: readonly number[], share: number): number =>
    sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? NaN;

  it('are never above the true one, and within 1% of it', () => {
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(50, 90, 95, 99, 100),
        (list, share) => {
          const latencies = new Latencies();
          for (const one of list) latencies.record(one);
          const truth = nearest(
            list.map((one) => Math.max(1, Math.round(one * 1000)) / 1000).sort((a, b) => a - b),
            share,
          );
          const found = latencies.percentile(share) ?? NaN;
          expect(found).toBeLessThanOrEqual(truth + 1e-9);
          expect(found).toBeGreaterThanOrEqual(truth * 0.99);
        },
      ),
      runs(3000),
    );
  });

  it('rise with the share', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 40 }), (list) => {
        const latencies = new Latencies();
        for (const one of list) latencies.record(one);
        const found = [50, 90, 95, 99].map((share) => latencies.percentile(share) ?? NaN);
        expect([...found].sort((a, b) => a - b)).toEqual(found);
      }),
      runs(1000),
    );
  });

  it('need samples; what is not a histogram is refused', () => {
    expect(new Latencies().percentile(95)).toBeUndefined();
    expect(Latencies.parse('').count).toBe(0);
    for (const text of ['x', '1:2:3', '0:1', '5:-1']) expect(() => Latencies.parse(text)).toThrow(RangeError);
  });

  it('count what takes longer than an hour as an hour', () => {
    const latencies = new Latencies();
    latencies.record(1e12);
    expect(latencies.percentile(100)).toBeGreaterThan(3_500_000);
  });
});

describe('the phases of a slice', () => {
  const phase = fc.record(
    {
      seconds: fc.integer({ min: 1, max: 100 }),
      perSecond: fc.integer({ min: 1, max: 20 }),
      rampTo: fc.integer({ min: 1, max: 20 }),
    },
    { requiredKeys: ['seconds', 'perSecond'] },
  );
  it('are the beginning of the whole, as far as a slice goes', () => {
    fc.assert(
      fc.property(fc.array(phase, { minLength: 1, maxLength: 4 }), (phases) => {
        const capped = planRequests(capPhases(phases, 45));
        const whole = planRequests(phases).filter((start) => start < 45_000);
        expect(Math.abs(capped.length - whole.length)).toBeLessThanOrEqual(1);
        for (const [index, start] of capped.entries()) expect(start).toBeCloseTo(whole[index] ?? start, 6);
      }),
      runs(500),
    );
  });
});
