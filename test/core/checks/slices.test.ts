import { describe, expect, it } from 'vitest';
import { Latencies } from '../../../core/checks/latencies.ts';
import { nothingMeasured, type MeasuredVersions } from '../../../core/checks/measurement-schema.ts';
import { measure } from '../../../core/checks/measurement.ts';
import type { TrafficCheck } from '../../../core/checks/schema.ts';
import { addSlice, judgeMeasuredVersions, routesOf, sortSamples, standingOfEach } from '../../../core/checks/slices.ts';

const load = { phases: [{ seconds: 1, perSecond: 1 }], ensure: { errorPercent: 1, minimumSamples: 50 } };
const plain: TrafficCheck = { invoke: 'Orders', ...load };
const compared: TrafficCheck = { invoke: 'Orders', ...load, baseline: { errorPoints: 1 } };
const url: TrafficCheck = { http: 'Url', ...load };

/** @param errors how many of the requests failed */
const measured = (sent: number, errors = 0) =>
  measure(
    Array.from({ length: sent }, (_, index) => ({
      milliseconds: 10,
      ...(index < errors ? { failure: { kind: 'functionError' as const, sentence: 'no' } } : {}),
    })),
  );

describe('the routes of a check’s requests', () => {
  it('are the alias and the new version, and the old one only where it is compared with', () => {
    expect(routesOf(plain)).toEqual(['alias', 'newVersion']);
    expect(routesOf(compared)).toEqual(['alias', 'newVersion', 'oldVersion']);
  });

  it('are one for a URL', () => {
    expect(routesOf(url)).toEqual(['alias']);
  });
});

describe('samples', () => {
  it('count against the new version unless the old one surely answered', () => {
    const sample = { milliseconds: 10 };
    const samples = [{ version: '7', sample }, { version: '8', sample }, { sample }];
    const { newVersion, oldVersion } = sortSamples(samples, '7');
    expect([newVersion.sent, oldVersion.sent]).toEqual([2, 1]);
    const first = sortSamples(samples, undefined);
    expect([first.newVersion.sent, first.oldVersion.sent]).toEqual([3, 0]);
  });

  it('of a slice are added to what was seen of the same check', () => {
    const seen: MeasuredVersions = { newVersion: measured(2, 1), oldVersion: measured(3) };
    const added = addSlice({ '0': seen, '1': seen }, { '1': seen, '2': seen });
    expect(Object.entries(added).map(([name, one]) => [name, one.newVersion.sent, one.oldVersion.sent])).toEqual([
      ['0', 2, 3],
      ['1', 4, 6],
      ['2', 2, 3],
    ]);
    expect(added['1']?.newVersion.errors).toEqual({ functionError: 2 });
  });
});

describe('what was seen beside a shift', () => {
  it('is judged by the limits, check by check, and against the old version only where that is asked for', () => {
    const watched = {
      '0': { newVersion: measured(100), oldVersion: measured(100) },
      '1': { newVersion: measured(100, 20), oldVersion: measured(100) },
    };
    expect(judgeMeasuredVersions([plain, compared], watched, 1).map(({ check, verdict }) => [check, verdict])).toEqual([
      ['invoke Orders during the shift', 'passed'],
      ['invoke Orders during the shift', 'failed'],
      ['invoke Orders against the version before', 'failed'],
    ]);
  });

  it('gives each check one verdict: the worst of what it is judged by', () => {
    const watched = {
      '0': { newVersion: measured(100), oldVersion: measured(100) },
      '1': { newVersion: measured(100, 20), oldVersion: measured(100) },
    };
    expect(standingOfEach([plain, compared, url], watched, 1)).toEqual(['passed', 'failed', 'inconclusive']);
  });

  it('proves nothing for a check of which nothing was seen', () => {
    expect(judgeMeasuredVersions([plain], {}, 1)).toMatchObject([
      { verdict: 'inconclusive', sentence: 'only 0 samples of the 50 that are needed to judge.' },
    ]);
    const nothing = { newVersion: nothingMeasured, oldVersion: nothingMeasured };
    expect(judgeMeasuredVersions([url], {}, 1)).toEqual(judgeMeasuredVersions([url], { '0': nothing }, 1));
  });
});

describe('measurements that are wider apart than the ledger has room for', () => {
  it('are kept with one digit: nothing is lost, and no percentile is above the true one', () => {
    const latencies = new Latencies();
    for (let milliseconds = 0.001; milliseconds < 3_600_000; milliseconds *= 1.003) latencies.record(milliseconds);
    const one = { sent: latencies.count, errors: {}, examples: {}, latencies: latencies.toText() };
    const slice = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [String(index), { newVersion: one, oldVersion: one }]),
    );
    expect(JSON.stringify(slice).length).toBeGreaterThan(409_600);
    const added = addSlice(addSlice({}, slice), slice);
    expect(JSON.stringify(added).length).toBeLessThan(300_000);
    const kept = Latencies.parse(added['7']?.oldVersion.latencies ?? '');
    expect(kept.count).toBe(2 * latencies.count);
    for (const share of [1, 50, 90, 99]) {
      const exact = latencies.percentile(share) ?? 0;
      expect(kept.percentile(share)).toBeLessThanOrEqual(exact);
      expect(kept.percentile(share)).toBeGreaterThan(exact * 0.93);
    }
  });
});
