import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  targetExecutionInput,
  taskName,
  deployTasks,
  gateTasks,
  validateTasks,
  verifyTasks,
} from '../../core/contract/tasks.ts';
import { functionTimeoutSeconds } from '../../infra/release-engine/engine-function.ts';
import { machineNames } from '../../core/contract/names.ts';
import { functionSubstitutions } from '../../infra/release-engine/names.ts';
import { businessErrorNames, technicalErrorNames } from '../core/contract/every-error.ts';
import { expressionsIn, machineOf, sourceOf, statesOf, tasksOf, type Task } from './machines.ts';
import { unreachableStates, variableProblems } from './variables.ts';

/** The fields that each task of a function reads, by the function's substitution. */
const tasksOfFunction: Readonly<Record<string, ReadonlyMap<string, string[]>>> = {
  ValidateFunction: fieldsOf(validateTasks),
  GateFunction: fieldsOf(gateTasks),
  DeployFunction: fieldsOf(deployTasks),
  VerifyFunction: fieldsOf(verifyTasks),
};

function fieldsOf(tasks: Readonly<Record<string, { readonly input: z.ZodObject }>>): ReadonlyMap<string, string[]> {
  return new Map(Object.entries(tasks).map(([name, { input }]) => [name, Object.keys(input.shape).sort()]));
}

const lambdaTask = z.strictObject({
  FunctionName: z.string(),
  Payload: z.looseObject({ task: taskName, token: z.string().optional() }),
});
const childTask = z.strictObject({
  StateMachineArn: z.enum(['${DeployTargetMachine}', '${RollBackTargetMachine}']),
  Name: z.string(),
  Input: z.record(z.string(), z.unknown()),
});

const invokes = ({ Resource }: Task): boolean => Resource.startsWith('arn:aws:states:::lambda:invoke');
/** All the seconds that a retrier can wait for. */
function longestDelay(retrier: Task['Retry'][number] | undefined): number {
  if (retrier === undefined) return 0;
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds, MaxAttempts } = retrier;
  const delays = Array.from({ length: MaxAttempts }, (_, attempt) =>
    Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
  );
  return delays.reduce((sum, delay) => sum + delay, 0);
}

const everyTask = machineNames.flatMap((machine) => tasksOf(machineOf(machine)));
const invocations = everyTask.filter(([, task]) => invokes(task));
const children = everyTask.filter(([, task]) => !invokes(task));

describe.each(machineNames)('%s', (name) => {
  const machine = machineOf(name);

  it('reads every variable after it was assigned', () => {
    expect(variableProblems(machine)).toEqual([]);
  });

  it('can come to each of its states', () => {
    expect(unreachableStates(machine)).toEqual([]);
  });

  it.each([...new Set(expressionsIn(machine))])('%s is JSONata', (expression) => {
    expect(() => jsonata(expression)).not.toThrow();
  });

  it('keeps its expressions small', () => {
    for (const expression of expressionsIn(machine)) {
      expect(expression.length, expression).toBeLessThan(200);
      expect(expression, 'what AWS does not have').not.toMatch(/\$eval|\?\?|\?:|function\s*\(|:=/);
    }
  });

  it('retries nothing that is a business outcome, and every technical error', () => {
    for (const [state, { Retry }] of tasksOf(machine).filter(([, task]) => invokes(task))) {
      const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(retried, state).toEqual(
        expect.arrayContaining([...technicalErrorNames, 'Lambda.TooManyRequestsException']),
      );
      expect(
        retried.filter((error) => businessErrorNames.includes(error) || /^States\.(ALL|TaskFailed)$/.test(error)),
        state,
      ).toEqual([]);
    }
  });

  it('counts how often a stack is busy apart, so that it takes no retry from errors', () => {
    for (const [state, { Retry }] of tasksOf(machine).filter(([, task]) => invokes(task))) {
      const [busy, ...more] = Retry.filter(({ ErrorEquals }) => ErrorEquals.includes('TargetBusy'));
      expect(busy?.ErrorEquals, state).toEqual(['TargetBusy']);
      expect(more, state).toEqual([]);
      expect(longestDelay(busy), state).toBeGreaterThan(30 * 60);
    }
  });

  it('names in Retry and Catch only errors that exist', () => {
    const known = [...businessErrorNames, ...technicalErrorNames];
    const named = statesOf(machine).flatMap(([, state]) =>
      ['Retry' in state ? state.Retry : [], 'Catch' in state ? state.Catch : []]
        .flat()
        .flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    const strangers = named.filter(
      (error) =>
        !known.includes(error) &&
        !/^(States|Lambda|StepFunctions)\.[A-Za-z]+$|^(Sandbox\.Timedout|Runtime\.ExitError)$/.test(error),
    );
    expect(strangers).toEqual([]);
  });
});

describe('tasks', () => {
  it.each(invocations)('%s sends what its function reads, and no more', (_, task) => {
    const { FunctionName, Payload } = lambdaTask.parse(task.Arguments);
    const fields = tasksOfFunction[FunctionName.slice(2, -1)]?.get(Payload.task);
    expect(fields, `${Payload.task} is a task of ${FunctionName}`).toBeDefined();
    // A bake is of a whole environment: what is asked about it names no target.
    const ofTarget = Payload['checkpoint'] === 'bake' ? ['account', 'region'] : [];
    expect(Object.keys(Payload).sort()).toEqual(fields?.filter((field) => !ofTarget.includes(field)));
  });

  it.each(invocations)('%s waits for a token if and only if it sends one', (_, task) => {
    const { Payload } = lambdaTask.parse(task.Arguments);
    expect(task.Resource.endsWith('.waitForTaskToken')).toBe('token' in Payload);
    if ('token' in Payload) expect(Payload.token).toBe('{% $states.context.Task.Token %}');
  });

  it.each(invocations)('%s gives its function the time that it has', (_, task) => {
    const { FunctionName } = lambdaTask.parse(task.Arguments);
    const names = new Map(Object.entries(functionSubstitutions));
    const name = names.get(FunctionName.slice(2, -1));
    expect(name).toBeDefined();
    if (name !== undefined) expect(task.TimeoutSeconds).toBeGreaterThan(functionTimeoutSeconds(name));
  });

  it('are all used', () => {
    const used = invocations.map(([, task]) => lambdaTask.parse(task.Arguments).Payload.task);
    expect([...new Set(used)].sort()).toEqual([...taskName.options].sort());
  });

  it.each(children)('%s starts a machine with the input it takes, and gives it its time', (_, task) => {
    const { StateMachineArn, Input } = childTask.parse(task.Arguments);
    expect(Object.keys(Input).sort()).toEqual(Object.keys(targetExecutionInput.shape).sort());
    const child = StateMachineArn === '${DeployTargetMachine}' ? 'deploy-target' : 'roll-back-target';
    expect(task.TimeoutSeconds).toBeGreaterThanOrEqual(machineOf(child).TimeoutSeconds);
  });

  it.each(['deploy-target', 'roll-back-target'] as const)('of %s have time for all of them', (name) => {
    const machine = machineOf(name);
    const sum = tasksOf(machine).reduce((seconds, [, { TimeoutSeconds }]) => seconds + TimeoutSeconds, 0);
    expect(machine.TimeoutSeconds).toBeGreaterThan(sum);
  });
});

describe('expressions that are more than a path', () => {
  const aws = (expression: string) => {
    const compiled = jsonata(expression);
    compiled.registerFunction('hash', () => 'f'.repeat(64)); // AWS's own $hash; SHA-256 in hex
    return compiled;
  };

  it('name executions of targets within 80 characters, whatever the release', async () => {
    const longest = {
      environment: { name: 'a'.repeat(20) },
      round: 99,
      states: {
        input: { environment: 'a'.repeat(20), account: '333333333333', region: 'ap-southeast-1' },
        context: { Execution: { Id: 'arn:aws:states:us-east-1:111111111111:execution:sluice-release:x' } },
      },
    };
    for (const [, task] of children) {
      const [expression = ''] = expressionsIn(childTask.parse(task.Arguments).Name);
      const name = z.string().parse(await aws(expression).evaluate({}, longest));
      expect(name).toMatch(/^[A-Za-z0-9._-]{40,80}$/);
    }
  });

  it('lists the targets of all waves, one after another', async () => {
    const map = new Map(statesOf(machineOf('release'))).get('For each target to settle');
    const [expression = ''] = expressionsIn(map?.Type === 'Map' ? map.Items : '');
    const target = (account: string) => ({ account, region: 'us-east-1' });
    const targets = async (waves: object[][]): Promise<unknown> =>
      JSON.parse(JSON.stringify(await aws(expression).evaluate({}, { environment: { waves } })));
    expect(await targets([[target('1')]])).toEqual([target('1')]);
    expect(await targets([[target('1'), target('2')], [target('3')]])).toEqual(['1', '2', '3'].map(target));
  });
});

describe('substitutions', () => {
  it.each(machineNames)('of %s are all known to the stack', (name) => {
    const used = new Set([...sourceOf(name).matchAll(/\$\{(\w+)\}/g)].map(([, one = '']) => one));
    const known = [...Object.keys(functionSubstitutions), 'DeployTargetMachine', 'RollBackTargetMachine'];
    expect([...used].filter((one) => !known.includes(one))).toEqual([]);
  });
});
