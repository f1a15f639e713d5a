import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginningOf,
  cutText,
  firstUnsafe,
  oneLine,
  plainLines,
  tidyLines,
  visibleDocument,
  visibleJson,
  visibleLine,
  inWords,
  visibleLines,
} from '../../../core/values/text.ts';
import { textProblems } from '../../../core/values/text-problems.ts';

const hostile = fc.string({ unit: 'binary', maxLength: 60 });
const acts = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const half = /\p{Cs}/u;

describe('a text from outside', () => {
  it.each([
    ['a line break', 'Ada\nhttps://evil.example', 'U+000A'],
    ['an escape of a terminal', '\u001b[2J', 'U+001B'],
    ['one of the eight-bit escapes', '\u009b2J', 'U+009B'],
    ['a turn of direction', 'a\u202egpj.exe', 'U+202E'],
    ['an isolated turn', '\u2066x', 'U+2066'],
    ['a zero-width space', 'a\u200bb', 'U+200B'],
    ['a joiner', 'a\u200db', 'U+200D'],
    ['a soft hyphen', 'a\u00adb', 'U+00AD'],
    ['a byte order mark', '\ufeffa', 'U+FEFF'],
    ['a separator of lines', 'a\u2028b', 'U+2028'],
    ['a filler that shows nothing', 'a\u3164b', 'U+3164'],
    ['a tag', 'a\u{e0041}b', 'U+E0041'],
    ['half of a character', 'a\ud800', 'U+D800'],
  ])('may not hold %s', (_, text, code) => {
    expect(firstUnsafe(text)).toBe(code);
    expect(plainLines.safeParse(text).success).toBe(['U+000A', 'U+FEFF'].includes(code));
    expect(visibleLine(text)).not.toMatch(acts);
    expect(visibleLine(text)).toContain(`\\u{${code.slice(2).replace(/^0+/, '').toLowerCase()}}`);
  });

  it.each(['Ada Lovelace <ada@example.com>', 'Jürgen Groß', '葛城 美里', 'مريم', '👍🏽 ❤️', '', 'a\u0301'])(
    'may be %j',
    (text) => {
      expect(firstUnsafe(text)).toBeUndefined();
      expect(plainLines.parse(text)).toBe(text);
      expect(visibleLine(text)).toBe(text);
    },
  );

  it('may have lines where lines belong', () => {
    expect(firstUnsafe('a\r\n\tb', true)).toBeUndefined();
    expect(firstUnsafe('a\r\nb\u001b', true)).toBe('U+001B');
  });

  it.each([
    ['one\r\ntwo\r\n', 'one\ntwo'],
    ['one\rtwo', 'one\ntwo'],
    ['  - a  \n\n\n\n\t- b\t\n ', '- a\n\n - b'],
    ['', ''],
  ])('has lines that end in one way: %j', (text, tidy) => {
    expect(tidyLines(text)).toBe(tidy);
    expect(plainLines.parse(text)).toBe(tidy);
  });

  it('is one line where it is told among others, a reason with its lines one after another', () => {
    const shown = visibleDocument({ reason: 'a\r\n b\u001b', author: 'a\nb', reasons: ['a\nb'] });
    expect(shown).toEqual({ reason: 'a b\\u{1b}', author: 'a\\u{a}b', reasons: ['a\\u{a}b'] });
  });

  it('is told of by its place, values and names alike, except where it is data', () => {
    const document = { a: ['x', 'y\u0007'], 'b\u202e': 1, data: { z: '\u0000' }, none: null };
    const problems = textProblems(document, 'thing', ([first]) => (first === 'data' ? 'anything' : 'line'));
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'thing.unsafe-character a[1]',
      'thing.unsafe-character b\\u{202e}',
    ]);
    expect(problems[0]?.message).toBe(
      '"a[1]" holds the character U+0007, which cannot be seen or changes what people see: remove it.',
    );
    expect(textProblems(document, 'thing')).toHaveLength(3);
  });
});

describe('a text for people', () => {
  it('never acts, whatever it quotes', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(visibleLine(text)).not.toMatch(acts);
        expect(visibleLines(text).replaceAll('\n', '')).not.toMatch(acts);
        expect(visibleLines(text).split('\n')).toHaveLength(text.split('\n').length);
        expect(JSON.stringify(visibleDocument({ [text]: [text, 1, null] }))).not.toMatch(acts);
      }),
    );
  });

  it('as JSON loses nothing, and does not act', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = visibleJson(value, indent);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text.replaceAll('\n', '')).not.toMatch(acts);
      }),
    );
    expect(visibleJson({ a: '\u202e\u{e0041}' })).toBe('{"a":"\\u202e\\udb40\\udc41"}');
  });

  it('becomes one line', () => {
    expect(oneLine(' a\r\n\tb  c\n')).toBe('a b c');
  });
});

describe('a text that is too long', () => {
  it.each([
    ['an emoji of many parts', 'ab👩🏽‍🚀cd', 6, 'ab…'],
    ['a letter with its accent', 'abe\u0301', 3, 'ab…'],
    ['a flag', 'ab🇩🇪x', 5, 'ab…'],
    ['a pair of surrogates', 'abc😀d', 5, 'abc…'],
    ['line break of two', 'ab\r\nd', 4, 'ab…'],
    ['plain letters', 'abcdef', 4, 'abc…'],
  ])('is cut before %s, not inside', (_, text, length, cut) => {
    expect(cutText(text, length)).toBe(cut);
  });

  it('is cut even where one character never ends, and not into half a code point', () => {
    expect(cutText(`e${'\u0301'.repeat(50)}`, 10)).toBe(`e${'\u0301'.repeat(8)}…`);
    expect(beginningOf('😀😀', 1)).toBe('');
  });

  it('keeps its length, its beginning and whole code points', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, length) => {
        const cut = cutText(text, length);
        expect(cut.length).toBeLessThanOrEqual(length);
        if (text.length <= length) expect(cut).toBe(text);
        else expect(text.startsWith(cut.slice(0, -1))).toBe(true);
        if (!half.test(text)) expect(cut).not.toMatch(half);
      }),
    );
  });
});

describe('a name of the code', () => {
  it('is said in words', () => {
    expect(['approvalPending', 'AwaitingTurn', 'done'].map(inWords)).toEqual([
      'approval pending',
      'Awaiting turn',
      'done',
    ]);
  });
});
