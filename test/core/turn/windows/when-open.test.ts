import { describe, expect, it } from 'vitest';
import { describeClosure, sameClosure, spellTimes } from '../../../../core/turn/windows/closure.ts';
import { whenOpen } from '../../../../core/turn/windows/when-open.ts';
import type { ReleaseWindow, Windows } from '../../../../core/turn/windows/windows-schema.ts';
import type { ReleaseKind } from '../../../../core/release/kind.ts';

const berlin = 'Europe/Berlin';
const weekend = { cron: '0 16 * * 5', for: 'PT60H', zone: berlin };

/** `open`, or until when it is closed, to the minute. */
function at(windows: Windows, instant: string, kind: ReleaseKind = 'release'): string | undefined {
  const opening = whenOpen(windows, instant, kind);
  return opening.open ? 'open' : opening.closed.until?.replace(':00.000Z', 'Z');
}

function frozen(cron: string, length: string, zone: string): (instant: string) => string | undefined {
  return (instant) => at({ freeze: [{ cron, for: length, zone }] }, instant);
}

describe('a freeze', () => {
  it('begins and ends to the minute, and says which it is and until when', () => {
    const freeze = [weekend];
    expect(at({ freeze }, '2026-11-27T14:59:59.999Z')).toBe('open');
    expect(at({ freeze }, '2026-11-27T15:00:00.000Z')).toBe('2026-11-30T03:00Z');
    expect(at({ freeze }, '2026-11-30T02:59:59.999Z')).toBe('2026-11-30T03:00Z');
    expect(at({ freeze }, '2026-11-30T03:00:00.000Z')).toBe('open');
    const opening = whenOpen({ freeze }, '2026-11-28T12:00:00.000Z', 'release');
    expect(opening.open ? '' : describeClosure(opening.closed)).toBe(
      'the freeze "0 16 * * 5" for PT60H (Europe/Berlin), until 2026-11-30 03:00 UTC (2026-11-30 04:00 Europe/Berlin)',
    );
  });

  it('lasts as long as it says, whatever clocks do meanwhile: over the change in spring it ends an hour later on them', () => {
    expect(at({ freeze: [weekend] }, '2027-03-27T12:00:00.000Z')).toBe('2027-03-29T03:00Z'); // 05:00 in Berlin
    expect(at({ freeze: [weekend] }, '2027-10-30T12:00:00.000Z')).toBe('2027-11-01T02:00Z'); // 03:00
  });

  it('is not there for what it excepts', () => {
    const freeze: ReleaseWindow[] = [{ ...weekend, except: ['rollback', 'hotfix'] }];
    const saturday = '2026-11-28T12:00:00.000Z';
    expect((['release', 'rollback', 'hotfix'] as const).map((kind) => at({ freeze }, saturday, kind))).toEqual([
      '2026-11-30T03:00Z',
      'open',
      'open',
    ]);
    expect(at({ freeze: [{ ...weekend, except: ['rollback'] }] }, saturday, 'hotfix')).toBe('2026-11-30T03:00Z');
  });

  it('from a time until a time is read by the clocks of its zone, and is nothing before and after', () => {
    const freeze = [{ from: '2026-12-20T18:00', until: '2027-01-04T08:00', zone: 'America/New_York' }];
    expect(at({ freeze }, '2026-12-20T22:59:59.000Z')).toBe('open');
    expect(at({ freeze }, '2026-12-20T23:00:00.000Z')).toBe('2027-01-04T13:00Z');
    expect(at({ freeze }, '2027-01-04T13:00:00.000Z')).toBe('open');
  });

  it('follows on another: the end of both is told, and the first is named', () => {
    const freeze = [weekend, { cron: '0 4 * * 1', for: 'PT5H', zone: berlin }];
    const opening = whenOpen({ freeze }, '2026-11-28T12:00:00.000Z', 'release');
    expect(opening).toMatchObject({
      open: false,
      closed: {
        until: '2026-11-30T08:00:00.000Z',
        zone: berlin,
        why: 'the freeze "0 16 * * 5" for PT60H (Europe/Berlin)',
      },
    });
    // argoproj/argo-cd#21692: hours side by side, with one between them that is left out.
    const hours = frozen('0 0-15,17-23 * * *', 'PT1H', 'UTC');
    expect(hours('2026-11-26T15:30:00.000Z')).toBe('2026-11-26T16:00Z');
    expect(hours('2026-11-26T16:30:00.000Z')).toBe('open');
    expect(hours('2026-11-26T17:00:00.000Z')).toBe('2026-11-27T16:00Z');
  });

  it('that never comes closes nothing', () => {
    expect(frozen('0 0 31 2 *', 'PT1H', 'UTC')('2026-11-28T12:00:00.000Z')).toBe('open');
  });

  it('of the day of the week is of the day that its zone has', () => {
    // OctopusDeploy/Issues#9291: Monday morning in Auckland is Sunday elsewhere.
    expect(frozen('0 8 * * 1', 'PT4H', 'Pacific/Auckland')('2026-11-29T20:00:00.000Z')).toBe('2026-11-29T23:00Z');
    // floraison/fugit#67: the fifth Tuesday of a month, in Paris.
    expect(frozen('30 18 * * 2#5', 'PT1H', 'Europe/Paris')('2026-12-29T17:30:00.000Z')).toBe('2026-12-29T18:30Z');
    expect(frozen('30 18 * * 2#5', 'PT1H', 'Europe/Paris')('2026-12-22T17:30:00.000Z')).toBe('open');
  });
});

describe('what is allowed', () => {
  const hours = { cron: '0 9 * * 1-4', for: 'PT8H', zone: berlin };
  const friday = { cron: '0 9 * * 5', for: 'PT5H', zone: berlin };

  it('closes all else, and is any of several', () => {
    // argoproj/argo-cd#10425: an allow that is not there now takes nothing from one that is.
    const allow = [hours, friday];
    expect(at({ allow }, '2026-11-26T10:00:00.000Z')).toBe('open');
    expect(at({ allow }, '2026-11-27T12:59:00.000Z')).toBe('open');
    expect(at({ allow }, '2026-11-27T13:00:00.000Z')).toBe('2026-11-30T08:00Z');
    const opening = whenOpen({ allow }, '2026-11-27T13:00:00.000Z', 'release');
    expect(opening.open ? '' : opening.closed.why).toBe(
      'outside of what is allowed, "0 9 * * 1-4" for PT8H (Europe/Berlin), "0 9 * * 5" for PT5H (Europe/Berlin)',
    );
  });

  it('loses against a freeze: the opening is where neither closes', () => {
    const freeze = [{ cron: '0 8 * * 1', for: 'PT4H', zone: berlin }];
    expect(at({ freeze, allow: [hours] }, '2026-11-28T12:00:00.000Z')).toBe('2026-11-30T11:00Z');
    expect(at({ freeze, allow: [hours] }, '2026-11-30T08:00:00.000Z')).toBe('2026-11-30T11:00Z');
  });

  it('is not asked of what it excepts', () => {
    expect(at({ allow: [{ ...hours, except: ['rollback'] }] }, '2026-11-28T12:00:00.000Z', 'rollback')).toBe('open');
    const both: ReleaseWindow[] = [{ ...hours, except: ['hotfix'] }, friday];
    expect(at({ allow: both }, '2026-11-26T10:00:00.000Z', 'hotfix')).toBe('2026-11-27T08:00Z');
  });

  it('opens when the next of them begins, one that comes once too', () => {
    const once = { from: '2026-11-29T09:00', until: '2026-11-29T10:00', zone: berlin };
    expect(at({ allow: [hours, once] }, '2026-11-28T12:00:00.000Z')).toBe('2026-11-29T08:00Z');
    expect(at({ allow: [hours, once] }, '2026-11-29T08:30:00.000Z')).toBe('open');
    expect(at({ allow: [hours, once] }, '2026-11-29T09:00:00.000Z')).toBe('2026-11-30T08:00Z');
  });

  it('is over, or too far away: no opening is told', () => {
    const over = { from: '2026-01-01T00:00', until: '2026-02-01T00:00', zone: 'UTC' };
    const opening = whenOpen({ allow: [over] }, '2026-11-28T12:00:00.000Z', 'release');
    expect(opening.open ? '' : describeClosure(opening.closed)).toBe(
      'outside of what is allowed, from 2026-01-01T00:00 until 2026-02-01T00:00 (UTC); it does not open in the next year',
    );
    expect(
      at({ allow: [{ cron: '0 0 29 2 *', for: 'P1D', zone: 'UTC' }] }, '2026-11-28T12:00:00.000Z'),
    ).toBeUndefined();
    // Two that take turns: nobody follows them for ever.
    const turns = ['0 */2 * * *', '0 1-23/2 * * *'].map((cron) => ({ cron, for: 'PT1H', zone: 'UTC' }));
    expect(at({ freeze: turns }, '2026-11-28T12:00:00.000Z')).toBeUndefined();
  });
});

describe('where clocks change', () => {
  it.each([
    // 02:00–03:00 is skipped on 2027-03-28 in Berlin: a time in it comes right after.
    ['30 2 * * *', berlin, '2027-03-28T01:00:00.000Z', '2027-03-28T02:00Z'],
    ['30 2 * * *', berlin, '2027-03-28T00:59:59.999Z', 'open'],
    // 02:30 is shown twice on 2026-10-25: it counts once, the first time.
    ['30 2 * * *', berlin, '2026-10-25T00:30:00.000Z', '2026-10-25T01:30Z'],
    ['30 2 * * *', berlin, '2026-10-25T01:30:00.000Z', 'open'],
    // An hour with `*` is the hour that clocks show: both of the doubled ones, and none that is skipped.
    ['30 * * * *', berlin, '2026-10-25T00:40:00.000Z', '2026-10-25T00:50Z', 'PT20M'],
    ['30 * * * *', berlin, '2026-10-25T01:40:00.000Z', '2026-10-25T01:50Z', 'PT20M'],
    ['30 2-3 * * *', berlin, '2027-03-28T01:00:00.000Z', '2027-03-28T02:30Z'],
    ['*/30 2 * * *', berlin, '2027-03-28T01:00:00.000Z', 'open', 'PT5M'],
    // New York skips 02:00–03:00 on 2027-03-14, and shows 01:00–02:00 twice on 2026-11-01.
    ['15 2 * * *', 'America/New_York', '2027-03-14T07:00:00.000Z', '2027-03-14T08:00Z'],
    ['15 1 * * *', 'America/New_York', '2026-11-01T05:15:00.000Z', '2026-11-01T06:15Z'],
    ['15 1 * * *', 'America/New_York', '2026-11-01T06:15:00.000Z', 'open'],
    // Lord Howe goes by half an hour: 02:00–02:30 is skipped on 2026-10-04, 01:30–02:00 is shown twice on 2027-04-04.
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T15:30:00.000Z', '2026-10-03T16:30Z'],
    ['45 1 * * *', 'Australia/Lord_Howe', '2027-04-03T14:45:00.000Z', '2027-04-03T15:45Z'],
    ['45 1 * * *', 'Australia/Lord_Howe', '2027-04-03T15:45:00.000Z', 'open'],
    ['0 2 * * *', 'Australia/Lord_Howe', '2027-04-03T15:29:00.000Z', 'open'],
    ['0 2 * * *', 'Australia/Lord_Howe', '2027-04-03T15:30:00.000Z', '2027-04-03T16:30Z'],
  ])('%s in %s at %s: %s', (cron, zone, instant, expected, length = 'PT1H') => {
    expect(frozen(cron, length, zone)(instant)).toBe(expected);
  });

  it('an end is told by the clocks of its day', () => {
    expect(spellTimes('2027-03-28T01:00:00.000Z', berlin)).toBe(
      '2027-03-28 01:00 UTC (2027-03-28 03:00 Europe/Berlin)',
    );
    expect(spellTimes('2026-10-03T15:30:00.000Z', 'Australia/Lord_Howe')).toBe(
      '2026-10-03 15:30 UTC (2026-10-04 02:30 Australia/Lord_Howe)',
    );
    expect(spellTimes('2026-10-03T15:30:00.000Z', 'UTC')).toBe('2026-10-03 15:30 UTC');
  });
});

it('two closures are the same where they say the same', () => {
  const closed = { until: '2026-11-30T03:00:00.000Z', why: 'the freeze', zone: berlin };
  expect(sameClosure(closed, { ...closed })).toBe(true);
  expect(sameClosure(closed, { ...closed, until: '2026-12-01T03:00:00.000Z' })).toBe(false);
  expect(sameClosure(closed, { ...closed, why: 'another' })).toBe(false);
  expect(sameClosure(undefined, closed)).toBe(false);
  expect(sameClosure(undefined, undefined)).toBe(true);
});
