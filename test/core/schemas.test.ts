import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readPolicy } from '../../core/policy/policy.ts';
import { addHelp, fieldsOf } from '../../scripts/schema-help/help.ts';
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

const parsed = (text: string) => z.record(z.string(), z.unknown()).parse(JSON.parse(text));

describe.each(['release.schema.json', 'policy.schema.json'] as const)('every field of %s', (name) => {
  const schema = parsed(committedText(name));
  const fields = fieldsOf(schema);
  const explained = z.looseObject({ description: z.string(), examples: z.array(z.unknown()).min(1) });

  it('is found', () => {
    const paths = fields.map(({ path }) => path);
    const some = { 'release.schema.json': ['$schema', 'checks.traffic[].headers.*.secret', 'parameters.*.*'] };
    const others = { 'policy.schema.json': ['environments.*.allow[].cron', 'execution.*.role', 'notify.slack.team'] };
    expect(paths).toEqual(expect.arrayContaining({ ...some, ...others }[name]));
    expect(new Set(paths).size).toBeGreaterThan(70);
  });

  it('has a meaning, and an example that it takes', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const wrong = fields.flatMap(({ path, field }) => {
      const { success, data } = explained.safeParse(field);
      if (!success || data.description.length < 10) return [`${path} has no meaning or no example`];
      const valid = ajv.compile({ ...field, $defs: schema['$defs'] });
      return data.examples.every((example) => valid(example)) ? [] : [`${path} does not take its example`];
    });
    expect(wrong).toEqual([]);
  });
});

describe('help for editors', () => {
  const schema = () => ({
    properties: { name: { type: 'string' }, list: { items: { $ref: '#/$defs/part' } }, map: { $ref: '#/$defs/map' } },
    $defs: {
      part: {
        anyOf: [{ properties: { size: { type: 'number' }, data: { $ref: '#/$defs/json' } } }, { type: 'string' }],
      },
      map: { additionalProperties: { $ref: '#/$defs/part' } },
      json: { anyOf: [{ type: 'string' }, { additionalProperties: { $ref: '#/$defs/json' } }] },
    },
  });
  const help = {
    name: ['what it is called', 'a'],
    list: ['parts in their order', []],
    map: ['parts by their names', {}],
    'map.*': ['a part of this name', 'b'],
    '{list[],map.*}.size': ['how large it is', 1],
    '{list[],map.*}.data': ['whatever it holds', { a: 1 }],
  } as const;

  it('reaches every field, through references and forms, and nothing in data', () => {
    const made = schema();
    addHelp(made, help);
    expect(made.properties.name).toEqual({ type: 'string', description: 'What it is called.', examples: ['a'] });
    expect(fieldsOf(made).every(({ field }) => 'description' in field)).toBe(true);
    expect(fieldsOf(made).map(({ path }) => path)).toEqual([
      ...['name', 'list', 'list[].size', 'list[].data', 'map', 'map.*', 'map.*.size', 'map.*.data'],
    ]);
  });

  it('is refused where a field has none, where it is of no field, and where one field would have two', () => {
    const { name, ...without } = help;
    expect(() => addHelp(schema(), without)).toThrow(/No meaning and example in scripts\/schema-help of: name\./);
    expect(() => addHelp(schema(), { ...help, nam: name })).toThrow(/what is no field: nam\./);
    const { '{list[],map.*}.size': size, ...others } = help;
    const two = { ...others, 'list[].size': size, 'map.*.size': ['how heavy it is', 1] as const };
    expect(() => addHelp(schema(), two)).toThrow(/map\.\*\.size stands elsewhere, too/);
  });
});

describe('the sample policy', () => {
  it('is sound', () => {
    expect(readPolicy(JSON.parse(readFileSync('policy.json', 'utf8')))).toHaveProperty('policy');
  });
});
