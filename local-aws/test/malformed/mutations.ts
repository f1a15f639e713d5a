/** A sequence of numbers in [0, 1) that is the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Step = string | number;

/** Every place in a value: its members, the members of those, and so on. */
export function placesIn(value: unknown, path: readonly Step[] = []): (readonly Step[])[] {
  const below: (readonly [Step, unknown])[] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item] as const)
    : isRecord(value)
      ? Object.entries(value)
      : [];
  return below.flatMap(([step, item]) => [[...path, step], ...placesIn(item, [...path, step])]);
}

/** The value with something else at a place; `undefined` takes away what stands there. */
export function withAt(value: unknown, path: readonly Step[], other: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return other;
  if (Array.isArray(value)) {
    const items: unknown[] = value.map((item: unknown) => item);
    items[Number(step)] = withAt(items[Number(step)], rest, other);
    return items;
  }
  if (!isRecord(value)) return value;
  const changed = { ...value, [step]: withAt(value[step], rest, other) };
  if (changed[step] === undefined) delete changed[step];
  return changed;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { M: value };
  return value;
}

/** What no operation should have to expect. */
export const HOSTILE: readonly unknown[] = [
  undefined,
  null,
  '',
  ' ',
  'x'.repeat(3_000),
  '\u0000',
  '☃\ud83d\ude00\u202e',
  '../../..',
  '__proto__',
  'constructor',
  'toString',
  'arn:aws:',
  'arn:aws:lambda:us-east-1:111111111111:function:',
  '$LATEST',
  '{"__proto__":{"a":1}}',
  '{',
  'null',
  '[]',
  '['.repeat(1_900),
  `${'{"a":'.repeat(700)}1${'}'.repeat(700)}`,
  `${'['.repeat(900)}${']'.repeat(900)}`,
  `${'('.repeat(900)}a${')'.repeat(900)}`,
  'NOT '.repeat(900),
  '-'.repeat(900),
  '*a'.repeat(900),
  'rate(0 minutes)',
  'cron(* * * * ? *)',
  'p101',
  'tm90',
  '%ZZ%',
  0,
  -1,
  -60,
  0.5,
  1e308,
  2 ** 53,
  true,
  [],
  [null],
  [[]],
  [{}],
  ['', ''],
  Array.from({ length: 300 }, () => 'x'),
  {},
  JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}'),
  { toString: null },
  { key: null },
  nested(40),
];
