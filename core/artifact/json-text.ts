/** Traits of a JSON text that `JSON.parse` does not report. */
export interface JsonTraits {
  /** How deeply lists and objects are nested. */
  readonly depth: number;
  /** Members that appear twice in one object: `JSON.parse` keeps the last and drops the others silently. */
  readonly repeated: readonly string[];
  /** A string holds an unpaired surrogate (`\ud800`), which UTF-8 cannot encode. */
  readonly halfCharacters: boolean;
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/** Traits of a text that `JSON.parse` accepts. */
export function jsonTraits(text: string): JsonTraits {
  const open: (Set<string> | undefined)[] = [];
  const repeated = new Set<string>();
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
  return { depth, repeated: [...repeated], halfCharacters };
}

/** The text of UTF-8 bytes, without a byte order mark; undefined when they are not UTF-8. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
