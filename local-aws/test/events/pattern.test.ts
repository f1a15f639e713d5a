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
      { kind: 'b', count: 2 },
    ],
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
  [{ detail: { bucket: { name: [{ suffix: 'ases' }] } } }, true],
  [{ detail: { bucket: { name: [{ suffix: 'rel' }] } } }, false],
  [{ detail: { bucket: { name: [{ 'equals-ignore-case': 'RELEASES' }] } } }, true],
  [{ detail: { bucket: { name: [{ wildcard: 'r*s*s' }] } } }, true],
  [{ detail: { bucket: { name: [{ wildcard: 'r\\*s' }] } } }, false],
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
  ['{"detail":{"n":[{"anything-but":{"regex":"x"}}]}}', 'Unsupported anything-but pattern: regex'],
])('refuses %s', (text, reason) => {
  expect(() => readPattern(text)).toThrow(`Event pattern is not valid. Reason: ${reason}`);
});
