import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../core/policy/policy.ts';
import { committedText, schemaFiles, schemaText } from '../../scripts/schemas.ts';
import { manifest } from './samples.ts';

const names = ['release.schema.json', 'policy.schema.json', 'release-event.schema.json'] as const;

describe('the JSON Schemas', () => {
  it.each(names)('%s is what the parser goes by (npx tsx scripts/schemas.ts)', (name) => {
    expect(Object.keys(schemaFiles)).toContain(name);
    expect(committedText(name)).toBe(schemaText(name));
  });

  it('accept what the parser accepts, and refuse unknown fields', () => {
    const compile = (name: (typeof names)[number]) =>
      new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(schemaText(name)));
    const policy: unknown = JSON.parse(readFileSync('policy.json', 'utf8'));
    expect(compile('policy.schema.json')(policy)).toBe(true);
    expect(compile('release.schema.json')(manifest)).toBe(true);
    expect(compile('release.schema.json')({ ...manifest, rollouts: {} })).toBe(false);
  });
});

describe('the sample policy', () => {
  it('is sound', () => {
    expect(readPolicy(JSON.parse(readFileSync('policy.json', 'utf8')))).toHaveProperty('policy');
  });
});
