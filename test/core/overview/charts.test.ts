import { expect, it } from 'vitest';
import { chartsOf, movesOf } from '../../../core/overview/charts.ts';
import { digest, production, succeeded } from '../samples.ts';

const version = (requests: number, failed: number, p95?: number) => ({
  requests,
  errors: failed === 0 ? {} : { serverError: failed },
  latencies: p95 === undefined ? {} : { p95Milliseconds: p95 },
});
const slices = [
  {
    slice: 1,
    at: '2026-11-20T10:00:00.000Z',
    checks: [{ check: 'a', weight: 10, newVersion: version(20, 1, 30), oldVersion: version(20, 0, 25) }],
  },
  {
    slice: 2,
    at: '2026-11-20T10:02:00.000Z',
    checks: [{ check: 'a', weight: 100, newVersion: version(20, 0, 40), oldVersion: version(0, 0) }],
  },
];

it('draws users, requests, errors and latency of both versions, with what is allowed', () => {
  const verdicts = [
    {
      check: 'a during the shift',
      verdict: 'passed' as const,
      sentence: '',
      limits: { errorPercent: 1, p95Milliseconds: 300 },
    },
  ];
  const [{ check, charts } = { check: '', charts: [] }] = chartsOf(slices, verdicts);
  expect(check).toBe('a');
  const values = charts.map(({ title, lines, limit, top }) => ({
    title,
    ...(limit === undefined ? {} : { limit }),
    top,
    lines: lines.map(({ of, points }) => [of, ...points.map(({ value }) => value)]),
  }));
  expect(values).toEqual([
    { title: 'Users on the new version', top: 100, lines: [['new', 10, 100]] },
    {
      title: 'Requests',
      top: 20,
      lines: [
        ['new', 20, 20],
        ['old', 20, 0],
      ],
    },
    {
      title: 'Errors',
      limit: 1,
      top: 5,
      lines: [
        ['new', 5, 0],
        ['old', 0],
      ],
    },
    {
      title: '95th percentile of latency',
      limit: 300,
      top: 300,
      lines: [
        ['new', 30, 40],
        ['old', 25],
      ],
    },
  ]);
});

it('draws nothing of what was not measured', () => {
  expect(chartsOf([])).toEqual([]);
  const unguarded = slices.map((slice) => ({
    ...slice,
    checks: slice.checks.map(({ check, newVersion, oldVersion }) => ({ check, newVersion, oldVersion })),
  }));
  expect(chartsOf(unguarded)[0]?.charts.map(({ title }) => title)).not.toContain('Users on the new version');
});

it('follows users to the end, once all are on the new version, or back on the old one', () => {
  const place = {
    actor: 'sluice-deploy',
    environment: 'production',
    from: '',
    to: '',
    previousHash: digest,
    hash: digest,
  };
  const target = '333333333333/us-east-1';
  const at = (minute: number): string => `2026-11-20T10:0${minute}:00.000Z`;
  const events = [
    { ...place, sequence: 7, type: 'shifted' as const, at: at(1), target },
    { ...place, sequence: 8, type: 'shifted' as const, at: at(5), target },
    { ...place, sequence: 9, type: 'trafficRestored' as const, at: at(7), target },
    { ...place, sequence: 10, type: 'shifted' as const, at: at(8), target: '444444444444/us-east-1' },
  ];
  const [users] = chartsOf(slices, [], movesOf(events, 'production', target))[0]?.charts ?? [];
  expect(users?.lines[0]?.points.map(({ at: when, value }) => [when, value])).toEqual([
    [at(0), 10],
    [at(2), 100],
    [at(5), 100],
    [at(7), 0],
  ]);
});

it('draws a check from the first slice in which it was measured', () => {
  const late = slices.map((slice, index) => ({
    ...slice,
    checks: index === 0 ? slice.checks : slice.checks.flatMap((one) => [one, { ...one, check: 'b' }]),
  }));
  const drawn = chartsOf(late).map(({ check, charts }) => [check, charts[0]?.lines[0]?.points.map(({ at }) => at)]);
  expect(drawn).toEqual([
    ['a', slices.map(({ at }) => at)],
    ['b', slices.slice(1).map(({ at }) => at)],
  ]);
});

it('follows nobody but the users of the target', () => {
  expect(movesOf(succeeded.events, 'production', production)).toMatchObject([{ weight: 100 }]);
  expect(movesOf(succeeded.events, 'production', '444444444444/us-east-1')).toEqual([]);
});
