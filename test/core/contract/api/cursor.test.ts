import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../../core/contract/api/cursor.ts';
import { RequestInvalid } from '../../../../core/contract/errors.ts';

const keys = fc.dictionary(fc.constantFrom('pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'), fc.string());

describe('a cursor', () => {
  it('gives back the keys it was made from, for the same list only', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), keys, (list, key) => {
        const text = encodeCursor(list, key);
        expect(decodeCursor(list, text)).toEqual(key);
        expect(() => decodeCursor([...list, 'other'], text)).toThrowError(RequestInvalid);
      }),
    );
  });

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor(['releases'], text)).toThrowError(RequestInvalid);
      }),
    );
    const forged = Buffer.from('{"list":"x","key":{"holder":"y"}}').toString('base64url');
    expect(() => decodeCursor(['releases'], forged)).toThrowError(RequestInvalid);
  });
});
