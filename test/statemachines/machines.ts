import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

/** The parts of the Amazon States Language that the machines use; another field is an error. */
const retrier = z.strictObject({
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.int(),
  BackoffRate: z.number(),
  MaxDelaySeconds: z.int(),
  MaxAttempts: z.int(),
  JitterStrategy: z.enum(['FULL', 'NONE']),
});
const assign = z.record(z.string(), z.unknown());
const catcher = z.strictObject({
  ErrorEquals: z.array(z.string()).min(1),
  Assign: assign.optional(),
  Output: z.unknown().optional(),
  Next: z.string(),
});
const rule = z.strictObject({ Condition: z.string(), Assign: assign.optional(), Next: z.string() });

const flow = { Next: z.string().optional(), End: z.literal(true).optional() };
const all = { Comment: z.string().min(20) };
const task = z.strictObject({
  ...all,
  ...flow,
  Type: z.literal('Task'),
  Resource: z.string(),
  Arguments: z.record(z.string(), z.unknown()),
  // A duration of the policy, of which none is longer than 60 days.
  TimeoutSeconds: z.union([
    z.int(),
    z
      .string()
      .startsWith('{% $')
      .transform(() => 60 * 86_400),
  ]),
  Retry: z.array(retrier).min(1),
  Catch: z.array(catcher).default([]),
  Assign: assign.optional(),
  Output: z.unknown().optional(),
});
const choice = z.strictObject({
  ...all,
  Type: z.literal('Choice'),
  Choices: z.array(rule).min(1),
  Assign: assign.optional(),
  Default: z.string(),
});
const wait = z.strictObject({ ...all, ...flow, Type: z.literal('Wait'), Seconds: z.unknown() });
const succeed = z.strictObject({ ...all, Type: z.literal('Succeed'), Output: z.strictObject({}).optional() });
const fail = z.strictObject({ ...all, Type: z.literal('Fail'), Error: z.string(), Cause: z.string() });
const map = z.strictObject({
  ...all,
  ...flow,
  Type: z.literal('Map'),
  Items: z.string(),
  MaxConcurrency: z.int().min(1).max(40),
  get ItemProcessor() {
    return processor;
  },
  Catch: z.array(catcher).default([]),
});
const state = z.discriminatedUnion('Type', [task, choice, wait, succeed, fail, map]);
const processor: z.ZodType<Processor> = z.strictObject({
  StartAt: z.string(),
  get States() {
    return z.record(z.string(), state);
  },
});
const machine = z.strictObject({
  Comment: z.string(),
  QueryLanguage: z.literal('JSONata'),
  TimeoutSeconds: z.int(),
  StartAt: z.string(),
  States: z.record(z.string(), state),
});

export type Task = z.infer<typeof task>;
type Catcher = z.infer<typeof catcher>;
interface MapState {
  readonly Type: 'Map';
  readonly Comment: string;
  readonly Next?: string | undefined;
  readonly End?: true | undefined;
  readonly Items: string;
  readonly MaxConcurrency: number;
  readonly ItemProcessor: Processor;
  readonly Catch: Catcher[];
}
export type State =
  | Task
  | z.infer<typeof choice>
  | z.infer<typeof wait>
  | z.infer<typeof succeed>
  | z.infer<typeof fail>
  | MapState;
/** States that belong together: a machine, or what a Map does with each item. */
export interface Processor {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}
export interface Machine extends Processor {
  readonly TimeoutSeconds: number;
}

/** A machine's source text. */
export function sourceOf(name: string): string {
  return readFileSync(path.resolve(import.meta.dirname, '../../statemachines', `${name}.asl.json`), 'utf8');
}

export function machineOf(name: string): Machine {
  return machine.parse(JSON.parse(sourceOf(name)));
}

/** Every state, those inside of Maps too. */
export function statesOf({ States }: Processor): [string, State][] {
  return Object.entries(States).flatMap(([name, one]): [string, State][] => [
    [name, one],
    ...(one.Type === 'Map' ? statesOf(one.ItemProcessor) : []),
  ]);
}

export function tasksOf(machine: Processor): [string, Task][] {
  return statesOf(machine).flatMap(([name, one]): [string, Task][] => (one.Type === 'Task' ? [[name, one]] : []));
}

/** Every JSONata expression somewhere in a value, without its `{% %}`. */
export function expressionsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const [, expression] = /^\{%(.*)%\}$/s.exec(value) ?? [];
    return expression === undefined ? [] : [expression.trim()];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(expressionsIn);
}
