import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isExcused, judgeAlarm } from '../../../core/checks/alarms.ts';
import { findDifferences } from '../../../core/checks/json-difference.ts';
import { measure } from '../../../core/checks/measurement.ts';
import { judgeSmoke, pauseBeforeRetry } from '../../../core/checks/smoke.ts';
import type { SmokeCheck } from '../../../core/checks/schema.ts';
import type { SmokeAnswer } from '../../../core/checks/smoke.ts';
import { judgeSyntheticTraffic, planRequests } from '../../../core/checks/synthetic-traffic.ts';
import { describeVerdicts, overallVerdict } from '../../../core/checks/verdict.ts';
import type { Verdict } from '../../../core/checks/verdict.ts';
import { runs } from '../../runs.ts';

describe('a smoke check', () => {
  const invoke = { invoke: 'Orders', expect: { json: { ok: true, items: [{ id: 1 }] } } };
  const http = { http: 'Url', path: '/health', expect: { status: 204 } };
  const judge = (check: SmokeCheck, answer: SmokeAnswer) =>
    judgeSmoke(check, { answer, milliseconds: 12.3, attempt: 1 });
  it('passes when the answer contains what is expected', () => {
    const payload = JSON.stringify({ ok: true, items: [{ id: 1, name: 'x' }], more: 1 });
    expect(judge(invoke, { kind: 'function', payload }).verdict).toBe('passed');
    expect(judge({ invoke: 'Orders' }, { kind: 'function', payload: 'anything' }).verdict).toBe('passed');
    expect(judge(http, { kind: 'http', status: 204, body: '' }).verdict).toBe('passed');
    expect(judge({ http: 'Url' }, { kind: 'http', status: 200, body: '' }).verdict).toBe('passed');
    expect(judge({ invoke: 'Orders' }, { kind: 'http', status: 200, body: '' }).verdict).toBe('passed');
  });

  it.each([
    [
      invoke,
      { kind: 'function', payload: '{"ok":false,"items":[]}' },
      'expected true at $.ok, got a boolean; expected a list of 1 at $.items, got a list of 0.',
    ],
    [invoke, { kind: 'function', payload: '[]' }, 'expected an object at $, got a list of 0.'],
    [invoke, { kind: 'function', payload: 'oops' }, 'expected JSON, got a text of 4 characters.'],
    [
      invoke,
      { kind: 'function', payload: '{"errorMessage":"x"}', functionError: 'Unhandled' },
      'the function failed: an error with a message of 1 characters (its log has more).',
    ],
    [
      invoke,
      { kind: 'function', payload: 'y'.repeat(400), functionError: 'Unhandled' },
      'the function failed: an error (its log has more).',
    ],
    [
      { ...invoke, keep: true },
      { kind: 'function', payload: 'y'.repeat(400), functionError: 'Unhandled' },
      `the function failed: ${'y'.repeat(299)}….`,
    ],
    [
      { ...invoke, keep: true },
      { kind: 'function', payload: '{"ok":"no\\u202e","items":[{"id":1}]}' },
      'expected true at $.ok, got "no\\u{202e}".',
    ],
    [http, { kind: 'http', status: 500, body: '' }, 'expected status 204, got 500.'],
    [{ ...http, expect: {} }, { kind: 'http', status: 404, body: '' }, 'expected status 200, got 404.'],
    [http, { kind: 'unanswered', sentence: 'no answer in 10 seconds' }, 'no answer in 10 seconds.'],
  ] as const)('fails, and says what was expected and what came', (check, answer, sentence) => {
    expect(judge({ ...check, name: 'it' }, answer)).toEqual({
      check: 'it',
      verdict: 'failed',
      sentence,
      measured: { milliseconds: 12, attempts: 1 },
    });
  });

  it('says how long the answer took, and in which attempt it came', () => {
    const check = { invoke: 'Orders', expect: { withinMilliseconds: 500 } };
    const answer = { kind: 'function', payload: '{}' } as const;
    expect(judgeSmoke(check, { answer, milliseconds: 500.4, attempt: 2 })).toEqual({
      check: 'invoke Orders',
      verdict: 'passed',
      sentence: 'answered as expected in 500 ms, allowed 500 ms (attempt 2).',
      measured: { milliseconds: 500, attempts: 2 },
      limits: { withinMilliseconds: 500 },
    });
    expect(judgeSmoke(check, { answer, milliseconds: 501, attempt: 3 })).toMatchObject({
      verdict: 'failed',
      sentence: 'answered after 501 ms, allowed 500 ms (attempt 3).',
    });
    const silent = { kind: 'unanswered', sentence: 'no answer in 10 seconds' } as const;
    expect(judgeSmoke(check, { answer: silent, milliseconds: 10_000, attempt: 1 }).sentence).toBe(
      'no answer in 10 seconds.',
    );
  });

  it('is asked again as often, and as long, as it says', () => {
    const pauses = (check: SmokeCheck, slowness: number): number[] => {
      const found: number[] = [];
      for (let [attempt, elapsed] = [1, slowness]; ; attempt += 1) {
        const pause = pauseBeforeRetry(check, attempt, elapsed);
        if (pause === undefined) return found;
        found.push(pause);
        elapsed += pause + slowness;
      }
    };
    expect(pauses({ invoke: 'Orders' }, 0)).toEqual([1000, 2000]);
    expect(pauses({ invoke: 'Orders' }, 28_500)).toEqual([1000]);
    const patient = { attempts: 7, withinSeconds: 300 };
    expect(pauses({ invoke: 'Orders', retry: patient }, 0)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(pauses({ invoke: 'Orders', retry: { attempts: 1, withinSeconds: 300 } }, 0)).toEqual([]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 20_000 }),
        (attempts, withinSeconds, slowness) => {
          const found = pauses({ invoke: 'Orders', retry: { attempts, withinSeconds } }, slowness);
          expect(found.length).toBeLessThan(attempts);
          const lastBegins = found.reduce((sum, pause) => sum + pause + slowness, 0);
          expect(lastBegins).toBeLessThanOrEqual(1000 * withinSeconds);
        },
      ),
      runs(2000),
    );
  });

  it('finds no difference between a value and itself, nor when members are added', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (value, extra) => {
        const expected = z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(value)));
        expect(findDifferences(expected, structuredClone(expected))).toEqual([]);
        expect(findDifferences(expected, { 'not there': extra, ...structuredClone(expected) })).toEqual([]);
      }),
    );
    expect(findDifferences({ a: null }, {})).toEqual([{ path: '$.a', sentence: 'expected null at $.a, got nothing' }]);
    expect(findDifferences([1], 'x')).toHaveLength(1);
    expect(findDifferences({ a: 1 }, null)).toHaveLength(1);
  });
});

describe('synthetic traffic', () => {
  const check = {
    invoke: 'Orders',
    phases: [{ seconds: 1, perSecond: 1 }],
    ensure: { errorPercent: 1, p95Milliseconds: 300, minimumSamples: 100 },
  };
  const measured = (count: number, failed: number, milliseconds?: number) =>
    measure(
      Array.from({ length: count }, (_, index) => ({
        ...(milliseconds === undefined ? {} : { milliseconds }),
        ...(index < failed ? { failure: { kind: 'functionError' as const, sentence: `no ${index}` } } : {}),
      })),
    );
  it.each([
    ['passed', measured(100, 1, 256), '100 samples, 1% errors (allowed 1%), p95 256 ms (allowed 300 ms).'],
    ['failed', measured(100, 2, 10), '2% errors (2 of 100: 2 function error), allowed 1%.'],
    ['failed', measured(100, 0, 512), 'p95 is 512 ms, allowed 300 ms.'],
    [
      'failed',
      measured(100, 100),
      '100% errors (100 of 100: 100 function error), allowed 1%; no request was answered.',
    ],
    ['inconclusive', measured(99, 0, 10), 'only 99 samples of the 100 that are needed to judge.'],
    [
      'inconclusive',
      measured(10, 5, 10),
      'only 10 samples of the 100 that are needed to judge (50% errors (5 of 10: 5 function error), allowed 1%).',
    ],
    ['inconclusive', measured(0, 0), 'only 0 samples of the 100 that are needed to judge (no request was answered).'],
  ])('is %s', (verdict, measurement, sentence) => {
    expect(judgeSyntheticTraffic(check, measurement)).toMatchObject({ verdict, sentence, check: 'invoke Orders' });
  });

  it('says why a secret could not be read, for which no request was sent', () => {
    const failure = { kind: 'secretUnreadable' as const, sentence: 'no value for the header Cookie: it is empty' };
    const measurement = measure(Array.from({ length: 100 }, () => ({ failure })));
    expect(
      judgeSyntheticTraffic({ ...check, ensure: { errorPercent: 1, minimumSamples: 1 } }, measurement),
    ).toMatchObject({
      sentence:
        '100% errors (100 of 100: 100 secret not readable), allowed 1%; no value for the header Cookie: it is empty.',
    });
  });

  it('needs no latency where none is asked for', () => {
    const ensure = { errorPercent: 1, minimumSamples: 100 };
    const { limits, ...verdict } = judgeSyntheticTraffic({ ...check, ensure }, measured(100, 0));
    expect(verdict).toMatchObject({ verdict: 'passed', measured: { sent: 100, errors: 0, errorPercent: 0 } });
    expect(limits).toEqual(ensure);
  });

  it('starts every request at its time, slow answers or not', () => {
    expect(planRequests([{ seconds: 2, perSecond: 2 }])).toEqual([0, 500, 1000, 1500]);
    expect(
      planRequests([
        { seconds: 1, perSecond: 1 },
        { seconds: 1, perSecond: 2 },
      ]),
    ).toEqual([0, 1000, 1500]);
    const rate = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), rate, rate, (seconds, perSecond, rampTo) => {
        const starts = planRequests([{ seconds, perSecond, rampTo }]);
        expect(starts).toHaveLength(Math.floor(((perSecond + rampTo) / 2) * seconds));
        expect(
          starts.every(
            (start, index) => start >= 0 && start < seconds * 1000 && (index === 0 || start > (starts[index - 1] ?? 0)),
          ),
        ).toBe(true);
      }),
    );
  });
});

describe('an alarm', () => {
  it('fails in alarm, and proves nothing when it is missing', () => {
    expect(judgeAlarm({ name: 'A', state: 'ALARM', reason: 'errors' })).toEqual({
      check: 'alarm A',
      verdict: 'failed',
      sentence: 'is in alarm: errors.',
    });
    expect(judgeAlarm({ name: 'A', state: 'ALARM' }).sentence).toBe('is in alarm.');
    expect(judgeAlarm({ name: 'A', state: 'missing' }).verdict).toBe('inconclusive');
    expect(judgeAlarm({ name: 'A', state: 'OK' }).verdict).toBe('passed');
    expect(judgeAlarm({ name: 'A', state: 'INSUFFICIENT_DATA' }).verdict).toBe('passed');
  });

  it('says nothing of a release that a person let in while it was firing, until it is OK', () => {
    const [before, then, after] = ['2026-11-20T09:00:00.000Z', '2026-11-20T09:10:00.000Z', '2026-11-20T09:20:00.000Z'];
    const firing = { state: 'ALARM', since: before };
    expect(isExcused(firing, then)).toBe(true);
    expect(isExcused({ ...firing, since: then }, then)).toBe(true);
    expect(isExcused(firing, undefined)).toBe(false);
    expect(isExcused({ ...firing, since: after }, then)).toBe(false);
    expect(isExcused({ ...firing, since: '' }, then)).toBe(false);
    expect(isExcused({ ...firing, state: 'OK' }, then)).toBe(false);
    expect(judgeAlarm({ name: 'A', state: 'ALARM', reason: 'errors', excusedSince: before })).toEqual({
      ...{ check: 'alarm A', verdict: 'passed' },
      sentence: `has been in alarm since ${before}, before a person let the release in.`,
    });
  });
});

describe('verdicts', () => {
  const of = (verdict: Verdict['verdict']): Verdict => ({ check: verdict, verdict, sentence: 's.' });
  it('are good together only if each is', () => {
    expect(overallVerdict([])).toBe('passed');
    expect(overallVerdict([of('passed'), of('inconclusive')])).toBe('inconclusive');
    expect(overallVerdict([of('inconclusive'), of('failed'), of('passed')])).toBe('failed');
    expect(describeVerdicts([of('passed'), of('failed'), of('inconclusive')])).toBe(
      'failed failed: s. inconclusive inconclusive: s.',
    );
  });

  it('are told in a text that every reason, answer and log takes, however many did not pass', () => {
    const long: Verdict = { check: 'ping', verdict: 'failed', sentence: 'x'.repeat(100_000) };
    const told = describeVerdicts(Array<Verdict>(30_000).fill(long));
    expect(told.length).toBeLessThan(25_000);
    expect(told).toMatch(/ And 29980 more did not pass\.$/);
  });

  it('tell the beginning of an answer that is all wrong', () => {
    const json = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`m${index}`, 'x'.repeat(10_000)]));
    const answer: SmokeAnswer = { kind: 'function', payload: '{}' };
    const { sentence } = judgeSmoke({ invoke: 'Orders', expect: { json } }, { answer, milliseconds: 1, attempt: 1 });
    expect(sentence.length).toBeLessThan(11_000);
    expect(sentence).toMatch(/; 4980 more differences\.$/);
  });
});
