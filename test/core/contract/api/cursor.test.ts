import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, type KeyShape } from '../../../../core/contract/api/cursor.ts';
import { RequestInvalid } from '../../../../core/contract/errors.ts';
import { dayOf, dayShapes, liveShapes, serviceShapes, transitionShapes } from '../../../../core/ledger/list-keys.ts';

const names = ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'] as const;
const value = fc.string({ minLength: 1, maxLength: 40 });
const keys = fc.dictionary(fc.constantFrom(...names), value, { minKeys: 1 });
const list = ['releases', {}];
const head = { pk: 'release#orders-1-a1', sk: 'head' };
const time = '2026-11-20T10:00:00.000Z#orders-1-a1';

function isTaken(key: Record<string, string>, shapes: readonly KeyShape[]): boolean {
  const cursor = encodeCursor(list, key);
  try {
    expect(decodeCursor(list, cursor, shapes)).toEqual(key);
    return true;
  } catch (problem) {
    expect(problem).toBeInstanceOf(RequestInvalid);
    return false;
  }
}

describe('a cursor', () => {
  it('gives back the keys it was made from, for the same list only', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), keys, (filters, key) => {
        const shapes = [Object.fromEntries(Object.keys(key).map((name) => [name, { begins: '' }]))];
        const text = encodeCursor(filters, key);
        expect(decodeCursor(filters, text, shapes)).toEqual(key);
        expect(() => decodeCursor([...filters, 'other'], text, shapes)).toThrowError(RequestInvalid);
      }),
    );
  });

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor(list, text, [{}])).toThrowError(RequestInvalid);
      }),
    );
    for (const key of [{ holder: 'y' }, { ['__proto__']: 'y' }, { pk: '' }, { pk: 'x'.repeat(513) }, { pk: '\u00e9' }])
      expect(isTaken(key, [{ pk: { begins: '' } }])).toBe(false);
  });

  it.each([
    ['a service', serviceShapes('orders'), { ...head, gsi1pk: 'service#orders', gsi1sk: time }],
    ['a day', dayShapes, { ...head, gsi2pk: 'day#2026-11-20', gsi2sk: time }],
    ['the beginning of a day', dayShapes, { gsi2pk: 'day#2026-11-20' }],
    ['transitions', transitionShapes('orders-1-a1'), { pk: 'release#orders-1-a1', sk: 'event#00000007' }],
    [
      'what is live',
      liveShapes('orders#'),
      { pk: 'service#orders', sk: 'live#x', gsi1pk: 'live', gsi1sk: 'orders#staging#x' },
    ],
  ])('of %s has exactly the keys of that list', (_, shapes, key: Record<string, string>) => {
    expect(isTaken(key, shapes)).toBe(true);
    for (const name of Object.keys(key)) {
      const { [name]: gone = '', ...rest } = key;
      expect([name, isTaken(rest, shapes)]).toEqual([name, false]);
      if (name !== 'gsi1sk' && name !== 'gsi2sk' && gone !== 'live#x')
        expect([name, isTaken({ ...key, [name]: 'other' }, shapes)]).toEqual([name, false]);
    }
    expect(isTaken({ ...key, gsi3pk: 'open#wait' }, shapes)).toBe(false);
  });

  it.each(['day#2026-13-01', 'day#2026-02-31', 'day#x', 'day#', 'day#2026-11-20T10:00'])(
    'of %s is of no day',
    (day) => {
      expect(dayOf(day)).toBeUndefined();
    },
  );

  it('of a day names it', () => expect(dayOf('day#2028-02-29')).toBe('2028-02-29'));
});
