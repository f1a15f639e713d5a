import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { startLocalAws } from '../aws.ts';
import { APIS, modelFile } from '../constraints/model.ts';
import type { ApiModel, Shape } from '../constraints/shapes.ts';
import { reduce, writeModel } from '../constraints/reduce.ts';
import { implemented } from './implemented.ts';

/**
 * Writes `constraints/models/` anew from AWS's models as botocore's package carries them:
 * `npm run models -- FOLDER VERSION`, where FOLDER is the installed package's `botocore/data` and VERSION the package's.
 */
const reference = z.object({ shape: z.string() });
const shapeSchema = z.object({
  type: z.string(),
  required: z.array(z.string()).optional(),
  members: z.record(z.string(), reference).optional(),
  member: reference.optional(),
  key: reference.optional(),
  value: reference.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
  sensitive: z.boolean().optional(),
});
const botocoreSchema = z.object({
  metadata: z.object({ apiVersion: z.string() }),
  operations: z.record(z.string(), z.object({ input: reference.optional(), errors: z.array(reference).default([]) })),
  shapes: z.record(z.string(), shapeSchema),
});
const typeSchema = z
  .enum(['structure', 'list', 'map', 'string', 'integer', 'long', 'float', 'double', 'boolean', 'blob', 'timestamp'])
  .or(z.literal('character').transform(() => 'string' as const));

function shapeOf(shape: z.output<typeof shapeSchema>): Shape {
  const { type, required, members, member, key, value, min, max, pattern, enum: values, sensitive } = shape;
  return {
    type: typeSchema.parse(type),
    ...(required === undefined ? {} : { required }),
    ...(members === undefined
      ? {}
      : { members: Object.fromEntries(Object.entries(members).map(([name, below]) => [name, below.shape])) }),
    ...(member === undefined ? {} : { member: member.shape }),
    ...(key === undefined ? {} : { key: key.shape }),
    ...(value === undefined ? {} : { value: value.shape }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(values === undefined ? {} : { enum: values }),
    ...(sensitive === true ? { sensitive } : {}),
  };
}

type Inputs = ApiModel['operations'];

function readBotocore(folder: string, api: string, version: string): ApiModel {
  const file = path.join(folder, api, 'service-2.json');
  const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
  const { operations, shapes } = botocoreSchema.parse(JSON.parse(text.toString('utf8')));
  const inputs = Object.entries(operations).flatMap(([name, { input, errors }]): [string, Inputs[string]][] =>
    input === undefined ? [] : [[name, { input: input.shape, errors: errors.map(({ shape }) => shape) }]],
  );
  return {
    source: { model: `botocore ${version}`, api, license: 'Apache-2.0' },
    operations: Object.fromEntries(inputs),
    shapes: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, shapeOf(shape)])),
  };
}

const [, , folder, version] = process.argv;
if (folder === undefined || version === undefined) throw new Error('Usage: npm run models -- FOLDER VERSION');
const aws = await startLocalAws();
await aws.close();
for (const [signingName, { operations, inputless }] of implemented(aws.kernel.installed)) {
  const model = readBotocore(folder, APIS[signingName] ?? signingName, version);
  writeFileSync(modelFile(signingName), writeModel(reduce(model, operations, inputless)));
}
