import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { evaluate } from 'local-aws/expressions';
import { allTasks, targetExecutionInput, taskName } from '../../core/contract/tasks.ts';
import { machineNames } from '../../core/contract/names.ts';
import { expressionsIn, machineOf, statesOf, type State } from './machines.ts';

// Every expression of every machine, by all that AWS can hand it: none, one and three of whatever comes in lists, and errors and
// causes that are absent, null, empty, text or JSON. An expression that fails ends the release by States.QueryEvaluationError.

type Json = Parameters<typeof evaluate>[0];
type Values = Readonly<Record<string, Json>>;

const counts = [0, 1, 3] as const;
const list = <T extends Json>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const target = (index = 0) => ({ account: `${index + 1}`.repeat(12), region: 'us-east-1' });
const placed = (index = 0) => ({ environment: 'production', ...target(index) });
const environment = (count: number) => ({
  ...{ name: 'production', approval: count > 1, tolerant: count > 1 },
  periods: list(count, () => ({ period: 'bake', seconds: 60 })),
  waves: list(count, () => list(count, target)),
});

const description = { ExecutionArn: 'arn:aws:states:x', Input: '{"Error":"no"}', Status: 'FAILED', StartDate: 1 };
const errorOutputs: readonly Values[] = [
  {},
  ...[null, '', 'States.Timeout', 'StepFunctions.AWSStepFunctionsException'].flatMap((Error): Values[] => [
    { Error },
    ...[null, '', 'denied (Service: AWSStepFunctions)', '{"not": JSON'].map((Cause) => ({ Error, Cause })),
  ]),
  ...[description, { ...description, Error: 'ChangeFailed' }, { ...description, Error: null, Cause: null }]
    .flatMap((one) => [one, { ...one, Cause: '{"message":"The \\"Error\\":\\"stack\\"","place":{}}' }])
    .flatMap((one) => [JSON.stringify(one), JSON.stringify(one).slice(0, -20)])
    .map((Cause): Values => ({ Error: 'States.TaskFailed', Cause })),
];

const failure = (error: string) => ({ failure: { error, cause: '' } });
const waves = [[failure('A')], [failure('A'), failure('B'), failure('C')], [{}, failure('B'), failure('C')]];

/** What a state is given, where no Catch leads to it. */
const inputs: Readonly<Record<string, readonly Json[]>> = {
  'For each environment': counts.map((count) => list(count, () => environment(count))),
  'Is approval asked?': counts.map(environment),
  'For each target': counts.map((count) => list(count, target)),
  'Deploy target': [target()],
  'Did every target deploy?': [...counts.map((count) => list(count, () => ({}))), ...waves],
  'Wave not deployed': waves,
  'Bake or monitor': [{ period: 'monitor', seconds: 60 }],
  'Judge the period': [{ period: 'monitor', newer: '' }],
  'Settle target': [target()],
  'For each target to roll back': counts.map((count) => ({ rollBack: list(count, placed) })),
  'Roll back target': [placed()],
  'Settle kept target': [placed()],
  'For each target to preview': counts.map((count) => list(count, placed)),
  'Preview target': [placed()],
  'Ended clean?': [{ status: 'Failed' }, { status: 'Succeeded' }],
};
/** What a state's task answers. */
const results: Readonly<Record<string, readonly Json[]>> = {
  'Validate artifact': counts.map((count) => ({ Payload: { environments: list(count, () => environment(count)) } })),
  'Judge artifact': counts.map((count) => ({ Payload: { targets: list(count, placed) } })),
  'Bake or monitor': [{ newer: '' }, { newer: 'orders-1.1.0-a1' }],
  'Plan the rollback': counts.map((count) => ({
    Payload: { keep: list(count, placed), rollBack: list(count, placed) },
  })),
  Complete: [{ Payload: { status: 'Succeeded' } }],
};
const variables: readonly Values[] = counts.flatMap((count) =>
  ['', 'text'].map((text) => ({
    ...{ environment: environment(count), round: count + 1, keep: list(count, placed) },
    ...{ error: 'States.Timeout', cause: text },
  })),
);
const context = {
  Execution: {
    Id: 'arn:aws:states:us-east-1:111111111111:execution:sluice-release:x',
    Input: { release: 'orders-1.0.0-a1', plan: `plan-${'0'.repeat(32)}`, ...placed() },
  },
  Task: { Token: 'a token' },
};

/** A field with expressions, and what it has to give. */
interface Field {
  readonly name: string;
  readonly template: Json;
  readonly result: z.ZodType;
  readonly sees: 'result' | 'error' | 'input';
}

const text = z.string().min(1);
const fieldsOf = (state: State): Field[] => {
  const field = (name: string, template: unknown, result: z.ZodType, sees: Field['sees'] = 'input'): Field[] =>
    expressionsIn(template).length === 0 ? [] : [{ name, template: z.json().parse(template), result, sees }];
  switch (state.Type) {
    case 'Task':
      return [
        ...field('Arguments', state.Arguments, argumentsOf(state.Arguments)),
        ...field('Output', state.Output, z.unknown(), 'result'),
        ...field('Assign', state.Assign, z.unknown(), 'result'),
        ...caught(state),
      ];
    case 'Choice':
      return [
        ...field('Assign', state.Assign, z.unknown()),
        ...state.Choices.flatMap(({ Condition, Assign }) => [
          ...field('Condition', Condition, z.boolean()),
          ...field('Assign', Assign, z.unknown()),
        ]),
      ];
    case 'Map':
      return [...field('Items', state.Items, z.array(z.unknown())), ...caught(state)];
    case 'Fail':
      return [...field('Error', state.Error, text), ...field('Cause', state.Cause, z.string())];
    case 'Wait':
    case 'Succeed':
      return [];
  }
  function caught({ Catch }: Extract<State, { Catch: unknown }>): Field[] {
    return Catch.flatMap(({ Output, Assign }) => [
      ...field('Catch/Output', Output, z.unknown(), 'error'),
      ...field('Catch/Assign', Assign, z.unknown(), 'error'),
    ]);
  }
};

/** A task is given what its function reads, a machine what it takes. */
function argumentsOf(template: Readonly<Record<string, unknown>>): z.ZodType {
  const task = z.object({ Payload: z.object({ task: taskName }) }).safeParse(template).data?.Payload.task;
  if (task !== undefined) return z.object({ Payload: allTasks[task].input });
  return z.object({ Name: z.string().regex(/^[A-Za-z0-9._-]{40,80}$/), Input: targetExecutionInput });
}

interface Situation {
  readonly states: Values;
  readonly variables: Values;
}

const situationsOf = (name: string, { sees }: Field, given: readonly Json[]): Situation[] => {
  const seen: readonly Values[] =
    sees === 'error'
      ? errorOutputs.map((errorOutput) => ({ errorOutput }))
      : sees === 'result'
        ? (results[name] ?? []).map((result) => ({ result }))
        : [{}];
  return variables.flatMap((known) =>
    given.flatMap((input) => seen.map((more) => ({ states: { context, input, ...more }, variables: known }))),
  );
};

const valueOf = (template: Json, where: string, situation: Situation): Promise<Json> =>
  evaluate(template, where, { ...situation, now: 0 });

/** What comes to each state: by the table, and from every Catch that leads to it, through a Choice or not. */
async function everyInput(states: readonly [string, State][]): Promise<ReadonlyMap<string, readonly Json[]>> {
  const known = new Map<string, Json[]>(Object.entries(inputs).map(([name, given]) => [name, [...given]]));
  const reach = (name: string, given: readonly Json[]): void => {
    known.set(name, [...(known.get(name) ?? []), ...given]);
    const state = states.find(([one]) => one === name)?.[1];
    if (state?.Type === 'Choice')
      for (const { Next } of [...state.Choices, { Next: state.Default }]) reach(Next, given);
  };
  for (const [name, state] of states) {
    if (!('Catch' in state)) continue;
    for (const { Output, Next } of state.Catch) {
      if (Output === undefined) continue;
      const template = z.json().parse(Output);
      const field: Field = { name: 'Catch/Output', template, result: z.unknown(), sees: 'error' };
      const situations = situationsOf(name, field, known.get(name) ?? [{}]);
      const values = await Promise.allSettled(situations.map((one) => valueOf(template, name, one)));
      // One that fails is told of where its own field is tried.
      reach(Next, distinct(values.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))));
    }
  }
  return known;
}

describe.each(machineNames)('the expressions of %s', (machine) => {
  const states = statesOf(machineOf(machine));
  const everything = everyInput(states);
  const fields = states.flatMap(([name, state]) =>
    fieldsOf(state).map((field): [string, Field, State] => [`${name}: ${field.name}`, field, state]),
  );

  it.each(fields)('give what is needed, whatever comes: %s', async (where, field) => {
    const name = where.slice(0, where.lastIndexOf(':'));
    const given = (await everything).get(name) ?? [];
    const reads = JSON.stringify(field.template).includes('$states.input');
    expect(reads ? given.length : 1, `${name} reads its input: say in this test what that is`).toBeGreaterThan(0);
    const situations = situationsOf(name, field, reads ? distinct(given) : [{}]);
    expect(situations.length, `${name} reads a result: say in this test what that is`).toBeGreaterThan(0);
    for (const situation of situations) {
      const value = await valueOf(field.template, where, situation);
      const problem = field.result.safeParse(value).error;
      expect(problem, `${JSON.stringify(situation)} gives ${JSON.stringify(value)}`).toBeUndefined();
    }
  });
});

const distinct = (values: readonly Json[]): Json[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];
