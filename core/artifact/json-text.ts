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
  const {
    sign,
    whole,
    fraction = '',
    exponent = '0',
  } = /^(?<sign>-?)(?<whole>\d+)(?:\.(?<fraction>\d+))?(?:[eE](?<exponent>[+-]?\d+))?$/.exec(text)?.groups ?? {};
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  const power = short === '' ? 0 : Number(exponent) - fraction.length + digits.length - short.length;
  return `${sign}${short}e${power}`;
}

/** The text of UTF-8 bytes, without a byte order mark; undefined when they are not UTF-8. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
