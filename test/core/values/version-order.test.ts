import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../../core/values/version-order.ts';
import { runs } from '../../runs.ts';

describe('of two versions', () => {
  it.each([
    ['1.4.2', '1.4.10'],
    ['1.4', '1.4.1'],
    ['2026-9-1', '2026-11-20'],
    ['2026-11-20.1', '2026-11-20.2'],
    ['1.0.0-alpha', '1.0.0-alpha.1'],
    ['1.0.0-alpha.1', '1.0.0-alpha.beta'],
    ['1.0.0-beta.2', '1.0.0-beta.11'],
    ['1.0.0-rc.1', '1.0.0'],
    ['1.0.0-rc.1', '1.0.1-alpha'],
    ['1.0.0-a', '1.0.0-b'],
    ['99999999999999999998', '99999999999999999999'],
  ])('%s is earlier than %s', (one, other) => {
    expect(compareVersions(one, other)).toBe(-1);
    expect(compareVersions(other, one)).toBe(1);
  });

  it('neither is earlier where they are the same', () => {
    for (const [one, other] of [
      ['1.4', '1.4.0'],
      ['7f3a', '7f3a'],
      ['1.0.0-a', '1.0.0-a'],
      ['01.0.0-a.1', '1.0.0-a.01'],
    ] as const)
      expect(compareVersions(one, other)).toBe(0);
  });

  it.each([
    ['7f3a', '8b2c'],
    ['1.4.2', '7f3a'],
    ['2026-11-20', '1.4.2'],
    ['1_2', '1.2'],
    ['1.4-rc', '1.4'],
  ])('nobody can tell of %s and %s', (one, other) => {
    expect(compareVersions(one, other)).toBeUndefined();
    expect(compareVersions(other, one)).toBeUndefined();
  });

  it('the order is one, whoever is named first', () => {
    const version = fc.stringMatching(/^[0-9]{1,2}(\.[0-9]{1,2}){0,2}(-[ab1.]{1,4})?$/);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [ab, ba, bc, ac] = [
          compareVersions(a, b),
          compareVersions(b, a),
          compareVersions(b, c),
          compareVersions(a, c),
        ];
        expect(ba).toBe(ab === undefined || ab === 0 ? ab : -ab);
        if (ab === -1 && bc === -1 && ac !== undefined) expect(ac).toBe(-1);
      }),
      runs(20_000),
    );
  });
});
