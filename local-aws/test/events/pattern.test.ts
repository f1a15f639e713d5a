import { expect, it } from 'vitest';
import { readPattern } from '../../services/events/pattern.ts';

const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: {
    bucket: { name: 'releases' },
    size: 120,
    gone: null,
    ip: '10.0.0.7',
    tags: ['red', 'blue'],
    empty: [],
    items: [
      { kind: 'a', count: 1 },
      { kind: 'b', count: 2, extra: 1, zone: 'z' },
    ],
    rows: [[{ cell: 'x', row: 1 }], [{ cell: 'y', row: 2 }]],
  },
};

it.each<[object, boolean]>([
  [{ source: ['aws.s3'] }, true],
  [{ source: ['aws.s3', 'other'], 'detail-type': ['Object Deleted'] }, false],
  [{ detail: { bucket: { name: ['releases'] } } }, true],
  [{ detail: { gone: [null] } }, true],
  [{ detail: { size: ['120'] } }, false],
  [{ detail: { bucket: { name: [{ prefix: 'rel' }] } } }, true],
  [{ detail: { bucket: { name: [{ prefix: { 'equals-ignore-case': 'REL' } }] } } }, true],
  [{ source: [{ prefix: '' }] }, true],
  [{ source: [{ suffix: '' }] }, true],
  [{ detail: { size: [{ prefix: '' }] } }, false],
  [{ detail: { bucket: { name: [{ suffix: 'ases' }] } } }, true],
  [{ detail: { bucket: { name: [{ suffix: 'rel' }] } } }, false],
  [{ detail: { bucket: { name: [{ 'equals-ignore-case': 'RELEASES' }] } } }, true],
  [{ detail: { bucket: { name: [{ wildcard: 'r*s*s' }] } } }, true],
  [{ detail: { bucket: { name: [{ wildcard: 'r\\*s' }] } } }, false],
  [{ detail: { bucket: { name: [{ wildcard: 'releases' }] } } }, true],
  [{ detail: { bucket: { name: [{ wildcard: 'releases*' }] } } }, true],
  [{ detail: { bucket: { name: [{ wildcard: 'release*es' }] } } }, false],
  [{ detail: { bucket: { name: [{ wildcard: 'r.l*' }] } } }, false],
  [{ detail: { bucket: { name: [{ 'anything-but': 'releases' }] } } }, false],
  [{ detail: { bucket: { name: [{ 'anything-but': ['other', 'another'] }] } } }, true],
  [{ detail: { bucket: { name: [{ 'anything-but': { prefix: 'rel' } }] } } }, false],
  [{ detail: { bucket: { name: [{ 'anything-but': { suffix: ['x', 'y'] } }] } } }, true],
  [{ detail: { bucket: { name: [{ 'anything-but': { wildcard: '*lease*' } }] } } }, false],
  [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
  [{ detail: { size: [{ numeric: ['>', 100, '<=', 120] }] } }, true],
  [{ detail: { size: [{ numeric: ['<', 120] }] } }, false],
  [{ detail: { size: [{ exists: true }] } }, true],
  [{ detail: { missing: [{ exists: false }] } }, true],
  [{ detail: { missing: { deeper: [{ exists: false }] } } }, true],
  [{ detail: { bucket: [{ exists: true }] } }, false],
  [{ detail: { ip: [{ cidr: '10.0.0.0/24' }] } }, true],
  [{ detail: { ip: [{ cidr: '10.0.1.0/24' }] } }, false],
  [{ detail: { tags: ['blue'] } }, true],
  [{ detail: { tags: ['green'] } }, false],
  // Both fields have to be found in one element.
  [{ detail: { items: { kind: ['b'], count: [2] } } }, true],
  [{ detail: { items: { kind: ['a'], count: [2] } } }, false],
  // Only an event's own members are fields of it.
  [{ toString: [{ exists: true }] }, false],
  [{ toString: [{ exists: false }] }, true],
  [{ detail: { constructor: { name: [{ exists: true }] } } }, false],
  // What must not exist must exist in no element, unless a field before it says in which one it is looked for.
  [{ detail: { items: { count: [{ exists: false }] } } }, false],
  [{ detail: { items: { extra: [{ exists: false }] } } }, false],
  [{ detail: { items: { none: [{ exists: false }] } } }, true],
  [{ detail: { items: { extra: [{ exists: true }] } } }, true],
  [{ detail: { items: { extra: [{ exists: false }], kind: ['a'] } } }, false],
  [{ detail: { items: { kind: ['a'], zone: [{ exists: false }] } } }, true],
  [{ detail: { items: { kind: ['b'], zone: [{ exists: false }] } } }, false],
  [{ detail: { empty: [{ exists: false }] } }, true],
  [{ detail: { empty: { deeper: [{ exists: false }] } } }, true],
  [{ detail: { tags: { deeper: [{ exists: false }] } } }, true],
  // Arrays in arrays, and a field beside them.
  [{ detail: { rows: { cell: ['x'], row: [1] } } }, true],
  [{ detail: { rows: { cell: ['y'], row: [1] } } }, false],
  [{ $or: [{ source: ['other'] }, { detail: { size: [120] } }] }, true],
  [{ source: ['aws.s3'], $or: [{ source: ['other'] }, { detail: { size: [1] } }] }, false],
])('%j: %s', (pattern, expected) => expect(readPattern(JSON.stringify(pattern))(event)).toBe(expected));

it.each([
  ['[]', 'Filter is not an object'],
  ['{}', 'Empty objects are not allowed'],
  ['{"source":"aws.s3"}', '"source" must be an object or an array'],
  ['{"source":[]}', 'Empty arrays are not allowed'],
  ['{"source":[{"regex":"x"}]}', 'Unrecognized match type regex'],
  ['{"detail":{"n":[{"numeric":["~",1]}]}}', 'Unrecognized numeric range operator: ~'],
  ['{"detail":{"n":[{"numeric":["constructor",1]}]}}', 'Unrecognized numeric range operator: constructor'],
  ['{"detail":{"n":[{"anything-but":{"regex":"x"}}]}}', 'Unsupported anything-but pattern: regex'],
])('refuses %s', (text, reason) => {
  expect(() => readPattern(text)).toThrow(`Event pattern is not valid. Reason: ${reason}`);
});

it('refuses a pattern of too many combinations, and one that is nested too deeply', () => {
  const either = (name: string) => ({ $or: Array.from({ length: 32 }, (_, value) => ({ [name]: [value] })) });
  expect(() => readPattern(JSON.stringify({ ...either('a'), b: either('c') }))).toThrow('Rule is too complex');
  const deep = `${'{"a":'.repeat(300)}[1]${'}'.repeat(300)}`;
  expect(() => readPattern(deep)).toThrow('Pattern is nested too deeply');
});

it('takes wildcards one after another, and not every way to place them', () => {
  const text = JSON.stringify({ a: [{ wildcard: `${'*a'.repeat(500)}*b` }] });
  expect(readPattern(text)({ a: 'a'.repeat(5_000) })).toBe(false);
  expect(readPattern(text)({ a: `${'a'.repeat(5_000)}b` })).toBe(true);
});

it('does not try every pair of elements of arrays that have nothing to do with one another', () => {
  const many = Array.from({ length: 300 }, (_, index) => ({ x: index, y: index }));
  const wanted = { x: [{ exists: true }], y: [{ exists: true }] };
  const pattern = readPattern(JSON.stringify({ a: wanted, b: wanted, c: wanted, d: wanted, e: { x: ['none'] } }));
  const begun = performance.now();
  expect(pattern({ a: many, b: many, c: many, d: many, e: many })).toBe(false);
  expect(performance.now() - begun).toBeLessThan(5_000);
});
