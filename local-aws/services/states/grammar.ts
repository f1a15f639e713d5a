/**
 * The Amazon States Language: JSONata states, and what states in both query languages make, as schemas: https://states-language.net and
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html.
 * Every object is strict: a field that is not here is refused by name.
 */
import * as z from 'zod';
import { isExpression } from './expressions.ts';
import { assign, caught, comment, json, LONGEST, moving, name, retrier, TIMESTAMP } from './fields.ts';
import { isJson, type Json } from './json.ts';
import type * as byPath from './jsonpath/grammar.ts';
import type { Choice } from './jsonpath/choice-rules.ts';

const expression = z.custom<string>(isExpression, 'Expected a JSONata expression, "{% … %}"');
const seconds = z.union([z.int().min(1).max(LONGEST), expression]);

export const catcher = z.strictObject({ ...caught, Assign: assign.optional(), Output: json.optional() });

const common = { ...comment, QueryLanguage: z.literal('JSONata').default('JSONata') };
const output = { Output: json.optional() };
const assigned = { ...output, Assign: assign.optional() };
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
  QueryLanguage: z.enum(['JSONata', 'JSONPath']).default('JSONPath'),
  Version: z.literal('1.0').optional(),
  TimeoutSeconds: z.int().min(1).max(LONGEST).optional(),
});

type Branching<S> = Omit<S, 'Branches'> & { readonly branches: readonly Flow[] };
type Iterating<S> = Omit<S, 'ItemProcessor' | 'Iterator'> & { readonly processor: Flow };

export type PassState = z.output<typeof passState>;
export type ChoiceState = z.output<typeof choiceState>;
export type WaitState = z.output<typeof waitState>;
export type SucceedState = z.output<typeof succeedState>;
export type FailState = z.output<typeof failState>;
export type PathChoiceState = Omit<byPath.ChoiceState, 'Choices'> & { readonly choices: readonly Choice[] };
export type TaskState = z.output<typeof taskState> | byPath.TaskState;
export type ParallelState = Branching<z.output<typeof parallelState>> | Branching<byPath.ParallelState>;
export type MapState = Iterating<z.output<typeof mapState>> | Iterating<byPath.MapState>;

type JsonataState = PassState | ChoiceState | WaitState | SucceedState | FailState;
type PathState = byPath.PassState | PathChoiceState | byPath.WaitState | byPath.SucceedState | byPath.FailState;
export type State = JsonataState | PathState | TaskState | ParallelState | MapState;
export type QueryLanguage = State['QueryLanguage'];

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
