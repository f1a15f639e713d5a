import { expect, it } from 'vitest';
import { readManifestFile } from '../../../core/artifact/contents.ts';
import { readJson } from '../../../core/artifact/json-text.ts';

it.each([
  ['{\n  "a": 1,\n  }', /^is not JSON \(line 3, column 3: (?!.*position)/],
  ['{\n  "a": 1\n', /^is not JSON \(line 2, column 9: /],
  ['x', /^is not JSON \(Unexpected token/],
])('says by line and column where %j is no JSON', (text, expected) => {
  expect(readJson(Buffer.from(text))).toHaveProperty('fault', expect.stringMatching(expected));
});

it('and so of a manifest', () => {
  const reading = readManifestFile(Buffer.from('{\n "service": "a",\n}'));
  expect(reading).toHaveProperty('problems.0.message', expect.stringMatching(/not JSON \(line 3, column 1: /));
});
