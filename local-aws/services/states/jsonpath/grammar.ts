/**
 * JSONPath states, as schemas: https://states-language.net and
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html.
 * Every object is strict: a field that is not here is refused by name.
 */
import * as z from 'zod';
import { assign, caught, comment, json, LONGEST, moving, name, retrier, TIMESTAMP } from '../fields.ts';
import { isRecord, type Json } from '../json.ts';
import { checkReferencePath } from './reference-path.ts';
import { PathSyntaxError } from './read-path.ts';
import { problemOf } from './template.ts';

const pathText = z.string().superRefine((text, context) => {
  const problem = text.startsWith('$') ? problemOf(text) : `Invalid path '${text}'`;
  if (problem !== undefined) context.addIssue(`Value is not a valid JSONPath: ${problem}`);
});
const referencePath = z.string().superRefine((text, context) => {
  try {
    checkReferencePath(text);
  } catch (error) {
    if (!(error instanceof PathSyntaxError)) throw error;
    context.addIssue(`Value is not a Reference Path: ${error.message}`);
  }
});
const pathOrFunction = z.string().superRefine((text, context) => {
  const problem = problemOf(text);
  if (problem !== undefined) context.addIssue(`Value is not a valid JSONPath or intrinsic function call: ${problem}`);
});
const resultPath = referencePath
  .refine((text) => /^\$([.[]|$)/.test(text), 'ResultPath leads into the input: it begins with "$", "$." or "$["')
  .nullable();
const template = z.custom<Readonly<Record<string, Json>>>(isRecord, 'Expected a JSON object');
const seconds = z.int().min(1).max(LONGEST);

const common = { ...comment, QueryLanguage: z.literal('JSONPath').default('JSONPath') };
const filtered = { InputPath: pathText.nullable().optional(), OutputPath: pathText.nullable().optional() };
const assigned = { Assign: assign.optional() };
const placed = { ResultPath: resultPath.optional() };
const catcher = z.strictObject({ ...caught, ...assigned, ...placed });
const working = {
  ...common,
  ...filtered,
  ...placed,
  ...assigned,
  ...moving,
  ResultSelector: template.optional(),
  Retry: z.array(retrier).optional(),
  Catch: z.array(catcher).optional(),
};

const passState = z.strictObject({
  Type: z.literal('Pass'),
  ...{ ...common, ...filtered, ...placed, ...assigned, ...moving },
  Parameters: json.optional(),
  Result: json.optional(),
});

const taskState = z.strictObject({
  Type: z.literal('Task'),
  ...working,
  Resource: z.string(),
  Parameters: json.optional(),
  TimeoutSeconds: seconds.optional(),
  TimeoutSecondsPath: referencePath.optional(),
  HeartbeatSeconds: seconds.optional(),
  HeartbeatSecondsPath: referencePath.optional(),
});

const choiceState = z.strictObject({
  Type: z.literal('Choice'),
  ...{ ...common, ...filtered, ...assigned },
  Choices: z.array(template).min(1),
  Default: name.optional(),
});

const waitState = z.strictObject({
  Type: z.literal('Wait'),
  ...{ ...common, ...filtered, ...assigned, ...moving },
  Seconds: z.int().min(0).max(LONGEST).optional(),
  SecondsPath: referencePath.optional(),
  Timestamp: z.string().regex(TIMESTAMP, 'String does not match RFC3339 timestamp').optional(),
  TimestampPath: referencePath.optional(),
});

const succeedState = z.strictObject({ Type: z.literal('Succeed'), ...common, ...filtered });

const failState = z.strictObject({
  Type: z.literal('Fail'),
  ...common,
  Error: z.string().optional(),
  ErrorPath: pathOrFunction.optional(),
  Cause: z.string().optional(),
  CausePath: pathOrFunction.optional(),
});

const parallelState = z.strictObject({
  Type: z.literal('Parallel'),
  ...working,
  Parameters: json.optional(),
  Branches: z.array(z.unknown()).min(1),
});

const mapState = z.strictObject({
  Type: z.literal('Map'),
  ...working,
  ItemsPath: pathText.optional(),
  ItemSelector: template.optional(),
  Parameters: template.optional(),
  ItemProcessor: z.unknown().optional(),
  Iterator: z.unknown().optional(),
  MaxConcurrency: z.int().min(0).optional(),
  MaxConcurrencyPath: referencePath.optional(),
});

export const anyPathState = z.discriminatedUnion('Type', [
  passState,
  taskState,
  choiceState,
  waitState,
  succeedState,
  failState,
  parallelState,
  mapState,
]);

export type PassState = z.output<typeof passState>;
export type TaskState = z.output<typeof taskState>;
export type ChoiceState = z.output<typeof choiceState>;
export type WaitState = z.output<typeof waitState>;
export type SucceedState = z.output<typeof succeedState>;
export type FailState = z.output<typeof failState>;
export type ParallelState = z.output<typeof parallelState>;
export type MapState = z.output<typeof mapState>;
