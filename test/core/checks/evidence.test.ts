import { describe, expect, it } from 'vitest';
import { describeCounts, MOST_SHOWN, recordedObject, summarizeVerdicts } from '../../../core/checks/evidence.ts';
import { measure } from '../../../core/checks/measurement.ts';
import { nothingMeasured } from '../../../core/checks/measurement-schema.ts';
import type { TrafficCheck } from '../../../core/checks/schema.ts';
import { describeSlice, weightOf } from '../../../core/checks/series.ts';
import type { Verdict } from '../../../core/checks/verdict.ts';

const object = { sha256: 'a'.repeat(64), bytes: 7 };
const of = (verdict: Verdict['verdict'], check: string): Verdict => ({ check, verdict, sentence: 'so it is.' });

describe('what an event holds of verdicts', () => {
  it('are counts, and those that did not pass, failed ones first', () => {
    const verdicts = [of('inconclusive', 'a'), of('passed', 'b'), of('failed', 'c')];
    expect(summarizeVerdicts(verdicts, object)).toEqual({
      counts: { passed: 1, failed: 1, inconclusive: 1 },
      notPassed: [of('failed', 'c'), of('inconclusive', 'a')],
      object,
    });
  });

  it('stays small, however many there are and however long they are: 40 targets with 150 verdicts each', () => {
    const long: Verdict = { check: 'ö'.repeat(1000), verdict: 'failed', sentence: '€'.repeat(5000) };
    const summary = summarizeVerdicts(Array<Verdict>(6000).fill(long), object);
    expect(summary).toMatchObject({ counts: { failed: 6000 }, notShown: 6000 - MOST_SHOWN });
    expect(summary.notPassed).toHaveLength(MOST_SHOWN);
    expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThan(50_000);
  });

  it('is found again, and told in numbers', () => {
    const summary = summarizeVerdicts([of('passed', 'a'), of('passed', 'b'), of('failed', 'c')], object);
    expect(recordedObject({ ...summary, seconds: 7 })).toEqual({ counts: summary.counts, object });
    expect(recordedObject({ verdicts: [] })).toBeUndefined();
    expect(describeCounts(summary.counts)).toBe('3 checks: 2 passed, 1 failed');
    expect(describeCounts({ passed: 0, failed: 0, inconclusive: 1 })).toBe('1 check: 1 inconclusive');
    expect(describeCounts({ passed: 0, failed: 0, inconclusive: 0 })).toBe('0 checks');
  });
});

describe('a slice of the series', () => {
  const load = { phases: [{ seconds: 1, perSecond: 1 }], ensure: { errorPercent: 1, minimumSamples: 1 } };
  const orders: TrafficCheck = { name: 'orders', invoke: 'Orders', ...load };
  const url: TrafficCheck = { http: 'Url', ...load };

  it('has weights, requests, errors and latencies of each version', () => {
    const failure = { kind: 'functionError' as const, sentence: 'no' };
    const newVersion = measure([{ milliseconds: 10 }, { milliseconds: 30, failure }]);
    const about = { slice: 2, at: '2026-11-20T10:00:00.000Z' };
    const [first, second] = describeSlice(about, [
      { check: orders, seen: { measured: { newVersion, oldVersion: nothingMeasured }, weight: 10 }, verdict: 'failed' },
      { check: url, seen: { measured: { newVersion, oldVersion: nothingMeasured }, weight: undefined } },
    ]).checks;
    expect(first).toMatchObject({
      ...{ check: 'orders', weight: 10, verdict: 'failed' },
      newVersion: { requests: 2, errors: { functionError: 1 }, latencies: { p50Milliseconds: 9.984 } },
      oldVersion: { requests: 0, errors: {}, latencies: {} },
    });
    for (const unknown of ['weight', 'verdict']) expect(second).not.toHaveProperty(unknown);
  });

  it.each([
    [{ version: '1', weights: { 2: 0.1 } }, 10],
    [{ version: '1', weights: {} }, 0],
    [{ version: '2', weights: {} }, 100],
    [{ version: '2', weights: { 1: 0.25 } }, 75],
  ])('knows how many of the users come to version 2 by %j', (alias, percent) => {
    expect(weightOf(alias, '2')).toBe(percent);
  });
});
