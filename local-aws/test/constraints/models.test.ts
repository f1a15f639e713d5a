import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { NormalizedSchema } from '@smithy/core/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { CORRECTIONS } from '../../constraints/corrections.ts';
import { javaPattern } from '../../constraints/java-pattern.ts';
import { APIS, committedModel, modelFile, modelOf } from '../../constraints/model.ts';
import type { ApiModel } from '../../constraints/shapes.ts';
import { reduce, writeModel } from '../../constraints/reduce.ts';
import { implemented } from '../../scripts/implemented.ts';
import { loadModels } from '../../wire/model.ts';

const services = Object.keys(APIS);
let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.close());

it('are there for every service, and no other', () => {
  const names = [...new Set(aws.kernel.installed.map(({ signingName }) => signingName))].sort();
  expect(services.toSorted()).toEqual(names);
  const files = readdirSync(path.dirname(modelFile('s3'))).filter((file) => file.endsWith('.json'));
  expect(files.sort()).toEqual(names.map((name) => `${name}.json`).sort());
});

it.each(services)('hold what the implemented operations of %s need and nothing else: `npm run models`', (name) => {
  const { operations = new Set<string>(), inputless = new Set<string>() } =
    implemented(aws.kernel.installed).get(name) ?? {};
  const model = committedModel(name);
  expect(readFileSync(modelFile(name), 'utf8')).toBe(writeModel(reduce(model, operations, inputless)));
  expect(model.source.api).toBe(APIS[name]);
});

it.each(services)('name the members that the SDK’s own schemas of %s have', (name) => {
  const model = committedModel(name);
  const sdk = loadModels().get(name);
  for (const [operation, { input }] of Object.entries(model.operations))
    expect(strangers(input, sdk?.operations.get(operation)?.input ?? NormalizedSchema.of('unit'), model)).toEqual([]);
});

/** Members that the SDK does not know, as `Shape.member`. */
function strangers(name: string, schema: NormalizedSchema, model: ApiModel, seen = new Set<string>()): string[] {
  const shape = model.shapes[name];
  if (shape === undefined || seen.has(name)) return [];
  seen.add(name);
  if (shape.type === 'list' && schema.isListSchema())
    return strangers(shape.member ?? '', schema.getValueSchema(), model, seen);
  if (shape.type === 'map' && schema.isMapSchema())
    return strangers(shape.value ?? '', schema.getValueSchema(), model, seen);
  if (shape.type !== 'structure' || !schema.isStructSchema()) return [];
  const known = schema.getMemberSchemas();
  const unknown = [...(shape.required ?? []), ...Object.keys(shape.members ?? {})].filter(
    (member) => !(member in known),
  );
  const below = Object.entries(shape.members ?? {}).flatMap(([member, of]) => {
    const memberSchema = known[member];
    return memberSchema === undefined ? [] : strangers(of, memberSchema, model, seen);
  });
  return [...unknown.map((member) => `${name}.${member}`), ...below];
}

it('are corrected only where they say what is corrected', () => {
  for (const { shape, without } of CORRECTIONS) {
    const [service = '', name = ''] = shape.split('#');
    for (const what of without) {
      expect(committedModel(service).shapes[name], shape).toHaveProperty(what);
      expect(modelOf(service).shapes[name], shape).not.toHaveProperty(what);
    }
  }
});

it('have patterns that JavaScript reads, and that answer at once whatever the text', () => {
  const hostile = [' ', 'a', '-', '0', ':', '/', '.', '$.', 'aA0-', 'arn:aws:'].map(
    (text) => (longest: number) => `${text.repeat(Math.ceil(longest / text.length)).slice(0, longest - 1)}\u0001`,
  );
  const begun = performance.now();
  for (const name of services)
    for (const { pattern, max = 2_000 } of Object.values(modelOf(name).shapes))
      if (pattern !== undefined) for (const text of hostile) javaPattern(pattern).test(text(Math.min(max, 2_000)));
  expect(performance.now() - begun).toBeLessThan(5_000);
});
