/** What `JSON.parse` passes over in a text that it can read. */
export interface JsonTraits {
  /** How deep lists and objects lie within each other. */
  readonly depth: number;
  /** Members that are there twice in one object: `JSON.parse` would keep the last and drop the others without a word. */
  readonly repeated: readonly string[];
  /** Some string holds half of a character (`\ud800`), which no UTF-8 can carry. */
  readonly halfCharacters: boolean;
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/** Looks through a text that `JSON.parse` accepts. */
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

/** The text of UTF-8 bytes, a byte order mark left out; undefined when they are no UTF-8. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
