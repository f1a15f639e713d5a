import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_SLICES, sliceDue } from '../../../core/checks/slice-timing.ts';
import { runs } from '../../runs.ts';

const start = Date.parse('2026-11-20T09:00:00.000Z');
const iso = (milliseconds: number): string => new Date(start + milliseconds).toISOString();

/** When slices begin, if the reconciler looks at these milliseconds. */
function slicesAt(ticks: readonly number[], rolloutMinutes: number): number[] {
  const begun: number[] = [];
  for (const tick of ticks) {
    const last = begun.at(-1);
    const due = sliceDue({
      startedAt: iso(0),
      rolloutMinutes,
      slices: begun.length,
      ...(last === undefined ? {} : { lastSliceAt: iso(last) }),
      now: iso(tick),
    });
    if (due) begun.push(tick);
  }
  return begun;
}

const minutely = (minutes: number, offset = 0): number[] =>
  Array.from({ length: minutes }, (_, index) => index * 60_000 + offset);

describe('slices of synthetic traffic', () => {
  it('come every other minute of a short shift, and are spread over a long one', () => {
    expect(slicesAt(minutely(6), 5)).toEqual([1, 3, 5].map((minute) => minute * 60_000));
    const long = slicesAt(minutely(601), 600);
    expect(long).toHaveLength(MOST_SLICES);
    expect(long.slice(0, 3)).toEqual([1, 21, 41].map((minute) => minute * 60_000));
    expect(long.at(-1)).toBeGreaterThan(500 * 60_000);
  });

  it('do not go out because the reconciler came a moment early', () => {
    const ticks = minutely(6).map((tick, index) => tick + (index % 2) * -2000);
    expect(slicesAt(ticks, 5)).toHaveLength(3);
  });

  it('are at most 30, begin about a minute in, and keep about two minutes apart, whenever somebody looks', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 80 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 2880 }), (list, rolloutMinutes) => {
        let now = 0;
        const begun = slicesAt(
          list.map((gap) => (now += gap)),
          rolloutMinutes,
        );
        expect(begun.length).toBeLessThanOrEqual(MOST_SLICES);
        for (const [index, one] of begun.entries()) {
          const apart = index === 0 ? 60_000 : Math.max(120_000, rolloutMinutes * 2000);
          expect(one - (begun[index - 1] ?? 0)).toBeGreaterThanOrEqual(apart - 5000);
        }
      }),
      runs(5000),
    );
  });

  it('are never forgotten: whoever looks each minute finds each that is due within a minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 59_999 }), (minutes, offset) => {
        const begun = slicesAt(minutely(minutes + 2, offset), minutes);
        const expected = Math.min(MOST_SLICES, Math.floor(minutes / Math.max(2, Math.ceil(minutes / MOST_SLICES))));
        expect(begun.length).toBeGreaterThanOrEqual(Math.floor(expected * 0.9));
        expect(begun[0]).toBeLessThan(120_000);
      }),
      runs(1000),
    );
  });
});
