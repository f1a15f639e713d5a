/**
 * The Amazon States Language for JSONata states, as schemas: https://states-language.net and
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html.
 * Every object is strict: a field that is not here is refused by name.
 */
import * as z from 'zod';
import { isExpression } from './expressions.ts';
import { isJson, type Json } from './json.ts';

const json = z.custom<Json>(isJson, 'Expected a JSON value');
const expression = z.custom<string>(isExpression, 'Expected a JSONata expression, "{% … %}"');
const name = z.string().min(1).max(80);
const assign = z.custom<Readonly<Record<string, Json>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && isJson(value),
  'Expected an object of variables',
);
const LONGEST = 99_999_999;
const seconds = z.union([z.int().min(1).max(LONGEST), expression]);

/** A numeric offset or Z is required: https://www.rfc-editor.org/rfc/rfc3339 */
export const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export const retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.int().min(1).max(LONGEST).default(1),
  MaxAttempts: z.int().min(0).max(LONGEST).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});

export const catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  Next: name,
  Assign: assign.optional(),
  Output: json.optional(),
});

const common = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONata').optional() };
const output = { Output: json.optional() };
const assigned = { ...output, Assign: assign.optional() };
const moving = { Next: name.optional(), End: z.literal(true).optional() };
const guarded = { Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };

const passState = z.strictObject({ Type: z.literal('Pass'), ...common, ...assigned, ...moving });

const taskState = z.strictObject({
  Type: z.literal('Task'),
  ...common,
  ...assigned,
  ...moving,
  ...guarded,
  Resource: z.string(),
  Arguments: json.optional(),
  TimeoutSeconds: seconds.optional(),
  HeartbeatSeconds: seconds.optional(),
});

const choiceState = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  ...assigned,
  Choices: z
    .array(
      z.strictObject({
        Comment: z.string().optional(),
        Condition: z.union([z.boolean(), expression]),
        Next: name,
        ...assigned,
      }),
    )
    .min(1),
  Default: name.optional(),
});

const waitState = z.strictObject({
  Type: z.literal('Wait'),
  ...common,
  ...assigned,
  ...moving,
  Seconds: z.union([z.int().min(0).max(LONGEST), expression]).optional(),
  Timestamp: z.union([z.string().regex(TIMESTAMP, 'String does not match RFC3339 timestamp'), expression]).optional(),
});

const succeedState = z.strictObject({ Type: z.literal('Succeed'), ...common, ...output });

const failState = z.strictObject({
  Type: z.literal('Fail'),
  ...common,
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

const parallelState = z.strictObject({
  Type: z.literal('Parallel'),
  ...common,
  ...assigned,
  ...moving,
  ...guarded,
  Arguments: json.optional(),
  Branches: z.array(z.unknown()).min(1),
});

const mapState = z.strictObject({
  Type: z.literal('Map'),
  ...common,
  ...assigned,
  ...moving,
  ...guarded,
  Items: z.union([expression, z.custom<readonly Json[]>((value) => Array.isArray(value) && isJson(value))]).optional(),
  ItemSelector: json.optional(),
  ItemProcessor: z.unknown(),
  MaxConcurrency: z.union([z.int().min(0), expression]).optional(),
});

export const anyState = z.discriminatedUnion('Type', [
  passState,
  taskState,
  choiceState,
  waitState,
  succeedState,
  failState,
  parallelState,
  mapState,
]);

export const flow = z.strictObject({
  Comment: z.string().optional(),
  StartAt: z.string(),
  States: z.record(z.string(), z.unknown()),
});

export const processor = flow.extend({
  ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional(),
});

export const topLevel = flow.extend({
  QueryLanguage: z.literal('JSONata'),
  Version: z.literal('1.0').optional(),
  TimeoutSeconds: z.int().min(1).max(LONGEST).optional(),
});

export type PassState = z.output<typeof passState>;
export type TaskState = z.output<typeof taskState>;
export type ChoiceState = z.output<typeof choiceState>;
export type WaitState = z.output<typeof waitState>;
export type SucceedState = z.output<typeof succeedState>;
export type FailState = z.output<typeof failState>;
export type ParallelState = Omit<z.output<typeof parallelState>, 'Branches'> & { readonly branches: readonly Flow[] };
export type MapState = Omit<z.output<typeof mapState>, 'ItemProcessor'> & { readonly processor: Flow };
export type State =
  PassState | TaskState | ChoiceState | WaitState | SucceedState | FailState | ParallelState | MapState;

/** A state machine, or the machine inside a Map or a Parallel branch. */
export interface Flow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** A whole definition. */
export interface Definition {
  readonly flow: Flow;
  readonly timeoutSeconds: number | undefined;
}
