import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSeconds,
  durationSeconds,
  isoDuration,
  secondsBetween,
  spellSeconds,
} from '../../../core/values/duration.ts';
import { moment } from '../samples.ts';

describe('a duration', () => {
  it.each([
    ['PT10M', 600],
    ['P1DT2H3M4S', 93_784],
    ['P1W', 604_800],
    ['PT0S', 0],
  ])('%s is %i seconds', (text, seconds) => {
    expect(isoDuration.safeParse(text).success).toBe(true);
    expect(durationSeconds(text)).toBe(seconds);
  });

  it.each(['', 'P', 'PT', 'P1M', 'P1Y', '10M', 'P61D', 'PT1H1D'])('is not %j', (text) => {
    expect(isoDuration.safeParse(text).success).toBe(false);
  });

  it('is not read from other text', () => {
    expect(() => durationSeconds('ten minutes')).toThrow(RangeError);
  });
});

describe('a length of time for people', () => {
  it.each([
    [0, '0 s'],
    [0.4, '0 s'],
    [59.6, '1 min'],
    [90, '1 min 30 s'],
    [21_600, '6 h'],
    [88_200, '1 d 30 min'],
    [93_784, '1 d 2 h 3 min 4 s'],
    [45 * 86_400, '45 d'],
  ])('of %d seconds is %s', (seconds, spelled) => {
    expect(spellSeconds(seconds)).toBe(spelled);
  });

  it('says every second', () => {
    const units: Readonly<Record<string, number>> = { d: 86_400, h: 3600, min: 60, s: 1 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 * 86_400 }), (seconds) => {
        const parts = [...spellSeconds(seconds).matchAll(/(\d+) (\w+)/g)];
        const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * (units[unit ?? ''] ?? NaN), 0);
        expect(sum).toBe(seconds);
      }),
    );
  });
});

describe('an instant', () => {
  it('is as far from another as what was added', () => {
    expect(addSeconds(moment(0), 90)).toBe(moment(90));
    expect(secondsBetween(moment(90), addSeconds(moment(90), -30))).toBe(-30);
  });
});
