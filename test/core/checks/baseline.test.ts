import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEWEST_SAMPLES, judgeBaseline } from '../../../core/checks/baseline.ts';
import { type Measurement, nothingMeasured } from '../../../core/checks/measurement-schema.ts';
import { measure } from '../../../core/checks/measurement.ts';
import type { Baseline } from '../../../core/checks/schema.ts';
import { runs } from '../../runs.ts';

/** @param milliseconds by the number of the request */
function measured(sent: number, errors: number, milliseconds: (index: number) => number): Measurement {
  return measure(
    Array.from({ length: sent }, (_, index) => ({
      milliseconds: milliseconds(index),
      ...(index < errors ? { failure: { kind: 'functionError' as const, sentence: 'no' } } : {}),
    })),
  );
}

const around = (mean: number) => (index: number) => mean * (0.8 + (0.4 * (index % 11)) / 10);
const checkWith = (baseline: Baseline) => ({
  name: 'orders',
  invoke: 'Orders',
  phases: [{ seconds: 1, perSecond: 1 }],
  ensure: { errorPercent: 1, minimumSamples: 1 },
  baseline,
});
const both: Baseline = { errorPoints: 1, latencyPercent: 10, confidence: 0.95 };
const verdictOf = (newVersion: Measurement, oldVersion: Measurement, baseline = both, looks = 1) =>
  judgeBaseline(checkWith(baseline), { newVersion, oldVersion }, looks);

describe('the new version against the one before', () => {
  it('says both values, the difference, the margin and the confidence', () => {
    const good = measured(1000, 10, around(100));
    expect(verdictOf(measured(1000, 90, around(100)), good)).toMatchObject({
      check: 'orders against the version before',
      verdict: 'failed',
      sentence:
        'errors 9% (90 of 1000) against 1% (10 of 1000): 8 points more, allowed 1 points more (95% confidence).',
      measured: { errorPercent: 9, errorPercentBefore: 1 },
      limits: { errorPoints: 1, latencyPercent: 10, confidence: 0.95 },
    });
    const slow = verdictOf(measured(1000, 10, around(500)), good);
    expect(slow?.verdict).toBe('failed');
    expect(slow?.sentence).toMatch(
      /^latency 49\d\S* ms against 9\d\S* ms \(geometric means of 1000 and 1000 answers\): (39|40)\S*% slower, allowed 10% slower \(95% confidence\)\.$/,
    );
    const same = verdictOf(measured(2000, 10, around(90)), measured(2000, 10, around(100)));
    expect(same?.verdict).toBe('passed');
    expect(same?.sentence).toMatch(/^errors 0.5% .*: 0 points more, .*; latency .*% faster, allowed 10% slower/);
  });

  it('is not compared where no baseline is asked for', () => {
    const { baseline, ...plain } = checkWith(both);
    expect(baseline).toBe(both);
    expect(judgeBaseline(plain, { newVersion: nothingMeasured, oldVersion: nothingMeasured })).toBeUndefined();
  });

  it('has nothing to be compared with when there was none', () => {
    expect(verdictOf(measured(100, 50, around(100)), nothingMeasured)).toEqual({
      check: 'orders against the version before',
      verdict: 'passed',
      sentence: 'there is no version before to compare with.',
    });
  });

  it('is inconclusive when a difference may or may not be large enough to count', () => {
    const verdict = verdictOf(measured(100, 2, around(100)), measured(100, 0, around(100)));
    expect(verdict).toMatchObject({ verdict: 'inconclusive' });
    expect(verdict?.sentence).toBe(
      'errors 2% (2 of 100) against 0% (0 of 100): 2 points more, allowed 1 points more; too little to tell with 95% confidence.',
    );
  });

  it('asks for more when it is judged again and again', () => {
    const [worse, before] = [measured(300, 12, around(100)), measured(300, 0, around(100))];
    expect(verdictOf(worse, before, { errorPoints: 1 })?.verdict).toBe('failed');
    expect(verdictOf(worse, before, { errorPoints: 1 }, 1000)?.verdict).not.toBe('failed');
  });

  const size = fc.integer({ min: 0, max: 400 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const baselines = fc.record({
    errorPoints: fc.double({ min: 0.1, max: 20, noNaN: true }),
    latencyPercent: fc.double({ min: 1, max: 100, noNaN: true }),
    confidence: fc.double({ min: 0.9, max: 0.999, noNaN: true }),
  });
  const mean = fc.double({ min: 1, max: 5000, noNaN: true });

  it('never fails when both measured the same', () => {
    fc.assert(
      fc.property(size, share, mean, baselines, (sent, failed, milliseconds, baseline) => {
        const one = measured(sent, Math.floor(sent * failed), around(milliseconds));
        expect(verdictOf(one, one, baseline)?.verdict).not.toBe('failed');
      }),
      runs(2000),
    );
  });

  it('never fails when the new version is better, nor passes when it is worse by more than what counts', () => {
    fc.assert(
      fc.property(size, size, share, share, mean, mean, baselines, (n, m, p, q, x, y, baseline) => {
        const one = measured(n, Math.floor(n * Math.min(p, q)), around(Math.min(x, y)));
        const other = measured(m, Math.ceil(m * Math.max(p, q)), around(Math.max(x, y)));
        expect(verdictOf(one, other, { latencyPercent: baseline.latencyPercent })?.verdict).not.toBe('failed');
        const better = judgeBaseline(checkWith({ errorPoints: baseline.errorPoints }), {
          newVersion: one,
          oldVersion: other,
        });
        expect(better?.verdict).not.toBe('failed');
        const worse = verdictOf(other, one, { latencyPercent: 1 });
        if (n > 0 && Math.max(x, y) > 1.2 * Math.min(x, y)) expect(worse?.verdict).not.toBe('passed');
      }),
      runs(2000),
    );
  });

  it('fails when they are far apart and there are enough samples', () => {
    const enough = fc.integer({ min: 200, max: 500 });
    fc.assert(
      fc.property(enough, enough, mean, fc.integer({ min: 1, max: 31 }), (n, m, milliseconds, looks) => {
        const before = measured(m, 0, around(milliseconds));
        const errors = verdictOf(measured(n, Math.ceil(n / 5), around(milliseconds)), before, both, looks);
        const slow = verdictOf(measured(n, 0, around(5 * milliseconds)), before, both, looks);
        expect([errors?.verdict, slow?.verdict]).toEqual(['failed', 'failed']);
      }),
      runs(1000),
    );
  });

  it('is inconclusive with few samples, whatever they say', () => {
    const few = fc.integer({ min: 0, max: FEWEST_SAMPLES - 1 });
    fc.assert(
      fc.property(
        few,
        size.map((one) => one + 1),
        share,
        share,
        mean,
        mean,
        baselines,
        (n, m, p, q, x, y, baseline) => {
          const verdict = verdictOf(
            measured(n, Math.floor(n * p), around(x)),
            measured(m, Math.floor(m * q), around(y)),
            baseline,
          );
          expect(verdict?.verdict).toBe('inconclusive');
        },
      ),
      runs(1500),
    );
  });
});
