import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../core/api/cursor.ts';

describe('a cursor', () => {
  it('gives back the keys it was made from, for the same question only', () => {
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.string()), (question, after) => {
        const text = encodeCursor(question, after);
        expect(decodeCursor(question, text)).toEqual(after);
        expect(decodeCursor(`${question}!`, text)).toBeUndefined();
      }),
    );
  });

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeCursor('releases', text)).toBeUndefined();
      }),
    );
    expect(decodeCursor('releases', Buffer.from('{"question":"releases"}').toString('base64url'))).toBeUndefined();
  });
});
