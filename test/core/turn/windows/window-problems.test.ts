import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../../../core/policy/check-policy.ts';

const zone = 'Europe/Berlin';
const now = '2026-11-26T12:00:00.000Z';

/** Code, path and sentence of what is wrong with the windows of an environment. */
function problemsOf(windows: object, at = now): string[] {
  const document = {
    services: { orders: { environments: ['production'] } },
    environments: {
      production: { waves: [{ targets: [{ account: '333333333333', region: 'us-east-1' }] }], ...windows },
    },
    people: { sre: [{ name: 'Robin', email: 'robin@example.com' }] },
  };
  const reading = checkPolicy(document, at);
  return 'problems' in reading ? reading.problems.map(({ code, message }) => `${code}: ${message}`) : [];
}

const freeze = (window: object): object => ({ freeze: [window] });
const weekend = { cron: '0 16 * * 5', for: 'PT60H', zone };

describe('windows of a policy', () => {
  it.each([
    ['a weekend', freeze({ ...weekend, except: ['rollback', 'hotfix'] })],
    ['a Christmas', freeze({ from: '2026-12-20T18:00', until: '2027-01-04T08:00', zone })],
    ['one that is over', freeze({ from: '2025-12-20T18:00', until: '2026-01-04T08:00', zone })],
    ['working hours', { allow: [{ cron: '0 9 * * 1-5', for: 'PT8H', zone }], windowOverrides: ['sre'] }],
    ['days side by side', freeze({ cron: '0 0 * * 6,0', for: 'P1D', zone: 'America/New_York' })],
    ['days that run into each other', freeze({ cron: '0 16 * * 5,6', for: 'PT30H', zone: 'UTC' })],
    ['a 29th of February', freeze({ cron: '0 0 29 2 *', for: 'P1D', zone })],
    ['a summer that allow names', { allow: [{ from: '2026-11-01T00:00', until: '2027-11-01T00:00', zone }] }],
  ])('may be %s', (_, windows) => {
    expect(problemsOf(windows)).toEqual([]);
  });

  it.each([
    [
      'no zone',
      freeze({ cron: '0 16 * * 5', for: 'PT60H' }),
      /missing-field: "environments.production.freeze\[0\].zone" is missing/,
    ],
    [
      'an unknown zone',
      freeze({ ...weekend, zone: 'Europe/Berln' }),
      /window-zone: .*freeze\[0\].zone" is "Europe\/Berln", which is no time zone/,
    ],
    [
      'an abbreviation',
      freeze({ ...weekend, zone: 'CET' }),
      /wrong-format: .*offsets and abbreviations know no summer time/,
    ],
    ['an offset', freeze({ ...weekend, zone: '+02:00' }), /wrong-format: .*a time zone by its place/],
    ['four fields', freeze({ ...weekend, cron: '16 * * 5' }), /wrong-format: .*must be a cron of five fields/],
    ['six fields', freeze({ ...weekend, cron: '0 0 16 * * 5' }), /wrong-format: .*must be a cron of five fields/],
    ['a nickname', freeze({ ...weekend, cron: '@daily' }), /wrong-format: .*must be a cron of five fields/],
    [
      'a minute that no hour has',
      freeze({ ...weekend, cron: '61 16 * * 5' }),
      /window-cron: .*"61 16 \* \* 5", which is no cron: Invalid value for minute: 61/,
    ],
    ['a word', freeze({ ...weekend, cron: '0 16 * * Fri-day' }), /window-cron: .*which is no cron/],
    [
      'a day that never comes',
      freeze({ ...weekend, cron: '0 0 31 2 *' }),
      /window-cron: .*"0 0 31 2 \*", a time that never comes/,
    ],
    ['no length', freeze({ ...weekend, for: 'PT0S' }), /wrong-value: .*for" must be at least a minute/],
    ['a length of months', freeze({ ...weekend, for: 'P2M' }), /wrong-format: .*ISO 8601 duration/],
    [
      'a length of more than its period',
      freeze({ ...weekend, for: 'P8D' }),
      /window-endless: .*for" is P8D, and "0 16 \* \* 5" comes again before that is over/,
    ],
    ['a length of its period', freeze({ cron: '0 * * * *', for: 'PT1H', zone: 'UTC' }), /window-endless/],
    [
      'an end before its begin',
      freeze({ from: '2027-01-04T08:00', until: '2026-12-20T18:00', zone }),
      /window-empty: .*from 2027-01-04T08:00 until 2026-12-20T18:00, which is not later/,
    ],
    ['an end at its begin', freeze({ from: '2027-01-04T08:00', until: '2027-01-04T08:00', zone }), /window-empty/],
    [
      'a day that no calendar has',
      freeze({ from: '2027-02-30T08:00', until: '2027-03-04T08:00', zone }),
      /window-time: .*from" is 2027-02-30T08:00, which no calendar has/,
    ],
    [
      'a time that is skipped',
      freeze({ from: '2027-03-28T02:30', until: '2027-04-04T08:00', zone }),
      /window-time: .*skip or show twice/,
    ],
    [
      'a time that is shown twice',
      freeze({ from: '2027-10-20T08:00', until: '2027-10-31T02:30', zone }),
      /window-time: .*until" is 2027-10-31T02:30, which the clocks of Europe\/Berlin skip or show twice/,
    ],
    [
      'an instant',
      freeze({ from: '2026-12-20T18:00:00Z', until: '2027-01-04T08:00', zone }),
      /wrong-format: .*must be a local time without an offset/,
    ],
    [
      'a freeze of a quarter',
      freeze({ from: '2026-12-20T18:00', until: '2027-03-20T18:00', zone }),
      /window-too-long: .*is longer than 60 days/,
    ],
    ['both shapes', freeze({ ...weekend, from: '2026-12-20T18:00' }), /unknown-field: .*freeze\[0\].from/],
    [
      'a kind that there is not',
      freeze({ ...weekend, except: ['deploy'] }),
      /wrong-value: .*must be one of rollback, hotfix/,
    ],
    ['an empty list', { freeze: [] }, /out-of-range: .*freeze" must be at least 1 entries/],
    ['an empty list of kinds', freeze({ ...weekend, except: [] }), /out-of-range/],
    [
      'people that are not there',
      { ...freeze(weekend), windowOverrides: ['boss'] },
      /group-unknown: .*windowOverrides" names the group "boss"/,
    ],
    [
      'no opening at all',
      { freeze: [{ cron: '0 9 * * 1', for: 'PT10H', zone }], allow: [{ cron: '0 10 * * 1', for: 'PT8H', zone }] },
      /window-never-open: "environments.production" is closed now by outside of what is allowed.*no opening was found in the next 400 days/,
    ],
    [
      'what alone was allowed, and is over',
      { allow: [{ from: '2025-12-20T18:00', until: '2026-01-04T08:00', zone }] },
      /window-never-open/,
    ],
  ])('may not have %s', (_, windows, expected) => {
    const problems = problemsOf(windows);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  it('are told of all at once, in every environment', () => {
    const windows = {
      freeze: [
        { ...weekend, zone: 'Mars/Olympus' },
        { ...weekend, cron: '0 99 * * *' },
      ],
    };
    expect(problemsOf(windows).map((one) => one.split(':')[0])).toEqual(['policy.window-zone', 'policy.window-cron']);
    expect(problemsOf({ ...freeze(weekend), bake: 'x' })).toHaveLength(1);
  });
});
