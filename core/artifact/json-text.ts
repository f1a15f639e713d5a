/** Traits of a JSON text that `JSON.parse` does not report. */
export interface JsonTraits {
  /** How deeply lists and objects are nested. */
  readonly depth: number;
  /** Members that appear twice in one object: `JSON.parse` keeps the last and drops the others silently. */
  readonly repeated: readonly string[];
  /** Numbers that JavaScript or DynamoDB would not keep as they are written: `1e300`, 2^53, more digits than a double has. */
  readonly inexact: readonly string[];
  /** A string holds an unpaired surrogate (`\ud800`), which UTF-8 cannot encode. */
  readonly halfCharacters: boolean;
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]|-?\d[\d.eE+-]*/g;

/** Traits of a text that `JSON.parse` accepts. */
export function jsonTraits(text: string): JsonTraits {
  const open: (Set<string> | undefined)[] = [];
  const repeated = new Set<string>();
  const inexact = new Set<string>();
  let depth = 0;
  let halfCharacters = false;
  let before = '';
  for (const [token] of text.matchAll(tokens)) {
    const names = open.at(-1);
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      depth = Math.max(depth, open.length);
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (/^[-\d]/.test(token)) {
      if (!isExact(token)) inexact.add(token);
    } else if (token !== ',') {
      const value = String(JSON.parse(token));
      halfCharacters ||= /\p{Cs}/u.test(value);
      // In an object a name follows "{" or ","; a value follows its name.
      if (names !== undefined && (before === '{' || before === ',')) {
        if (names.has(value)) repeated.add(value);
        names.add(value);
      }
    }
    before = token;
  }
  return { depth, repeated: [...repeated], inexact: [...inexact], halfCharacters };
}

/** The smallest number that DynamoDB keeps: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-data-types-number */
const SMALLEST = 1e-130;

function isExact(token: string): boolean {
  const value = Number(token);
  const size = Math.abs(value);
  if (size > Number.MAX_SAFE_INTEGER || (size !== 0 && size < SMALLEST)) return false;
  return decimalOf(String(value)) === decimalOf(token);
}

/** The same text for the same decimal number, however it is written: `1.50`, `15e-1`. */
function decimalOf(text: string): string {
  const mantissa = text.replace(/e.*/i, '');
  const exponent = Number(text.slice(mantissa.length + 1));
  const fraction = mantissa.replace(/^[^.]*\.?/, '');
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  const power = short === '' ? 0 : exponent - fraction.length + digits.length - short.length;
  return `${mantissa.startsWith('-') ? '-' : ''}${short}e${power}`;
}

/** The text of UTF-8 bytes, without a byte order mark; undefined when they are not UTF-8. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  // ASCII in UTF-16 without a mark is UTF-8, too, with a character 0 between any two that somebody wrote.
  if (isWide(bytes)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What the bytes of a text are, where they are not UTF-8, in words: `UTF-16 text, as some editors on Windows write it`. */
export function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return marked || isWide(bytes) ? 'UTF-16 text, as some editors on Windows write it' : 'no UTF-8 text';
}

/** Does the text begin with two ASCII characters of two bytes each? */
function isWide([first, second, third, fourth]: Uint8Array): boolean {
  const little = second === 0 && fourth === 0 && first !== 0 && third !== 0;
  const big = first === 0 && third === 0 && second !== 0 && fourth !== 0;
  return (little || big) && first !== undefined && fourth !== undefined;
}

/** A document, or why there is none: `is not JSON (…)`, and what to do. */
export type JsonReading = { readonly document: unknown } | { readonly fault: string; readonly advice: string };

/** Parses the bytes of a JSON file; a byte order mark before it says nothing. */
export function readJson(bytes: Uint8Array): JsonReading {
  const text = readUtf8(bytes);
  if (text === undefined) return { fault: `is ${encodingOf(bytes)}`, advice: 'save it as UTF-8' };
  try {
    const document: unknown = JSON.parse(text);
    return { document };
  } catch (error) {
    return { fault: `is not JSON (${jsonFault(text, error)})`, advice: 'correct it' };
  }
}

/** What `JSON.parse` says of a text, with line and column in place of a position. */
export function jsonFault(text: string, error: unknown): string {
  const said = String(error)
    .replace(/^SyntaxError: /, '')
    .replace(/ \(line \d+ column \d+\)$/, '');
  const [, position] = / at position (\d+)$/.exec(said) ?? [];
  const end = text.trimEnd().length;
  if (position === undefined && !said.endsWith('end of JSON input')) return said;
  const offset = Math.min(Number(position ?? end), end);
  const before = text.slice(0, offset).split('\n');
  const what = said.replace(/(?: in JSON)? at position \d+$/, '');
  return `line ${before.length}, column ${before.slice(-1).join().length + 1}: ${what}`;
}
