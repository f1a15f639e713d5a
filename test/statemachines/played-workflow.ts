import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { WorkflowSandbox } from 'local-aws/workflow-sandbox';
import { machineNames } from '../../core/contract/names.ts';
import { machineOf, sourceOf, tasksOf } from './machines.ts';

/** The payload of a task, as a function gets it. */
export type Payload = z.infer<typeof payload>;
const payload = z.looseObject({ task: z.string(), token: z.string().optional() });

/** What a task does instead of succeeding at once: throw, answer something of its own, or not answer at all. */
type Behaviour = (payload: Payload) => unknown;

/** Answered by a task that never ends: the workflow's own timeout does. */
export const never = Symbol('never');

const production = { account: '333333333333', region: 'us-east-1' };
const target = { environment: 'production', ...production };
const planned = {
  ...{ name: 'production', approval: false, tolerant: false, waves: [[production]] },
  periods: [{ period: 'bake', seconds: 60 }],
};

const answers: Readonly<Record<string, unknown>> = {
  validate: { environments: [planned] },
  waitForTurn: { fence: 1 },
  askForApproval: { approval: 'a' },
  askToContinue: { approval: 'a' },
  bake: { newer: '' },
  planRollback: { rollBack: [target], keep: [] },
  complete: { status: 'Succeeded' },
};

/** How a release went through the machines that are deployed. */
export interface PlayedRelease {
  readonly status: string;
  readonly error: string | undefined;
  /** The payloads of a task, in the order in which it was called. */
  readonly told: (task: string) => readonly Payload[];
  /** The states of the release's own execution. */
  readonly states: readonly string[];
  /** Events of its history. */
  readonly events: number;
}

interface Play {
  /** By the name of the task. */
  readonly tasks?: Readonly<Record<string, Behaviour>>;
  /** How the environment differs from the plainest. */
  readonly environment?: object;
  /** Definitions that take the place of a machine's own. */
  readonly machines?: Readonly<Record<string, object>>;
  /** Called before the release begins. */
  readonly prepare?: (sandbox: WorkflowSandbox) => void | Promise<void>;
}

/** Runs the release machine with the machines of targets, by functions that succeed unless it is said what they do. */
export async function play({ tasks = {}, environment, machines = {}, prepare }: Play): Promise<PlayedRelease> {
  const sandbox = await new WorkflowSandbox().allow('lambda:InvokeFunction', 'states:*', 'events:*');
  const calls: Payload[] = [];
  const waiting = tasksThatWait();
  const work = async (event: unknown): Promise<unknown> => {
    const called = payload.parse(event);
    calls.push(called);
    const answer = await tasks[called.task]?.(called);
    if (answer === never) return neverEnds(sandbox, waiting.has(called.task));
    const output = answer ?? plainAnswer(called.task, environment);
    if (called.token === undefined) return output;
    const command = new SendTaskSuccessCommand({ taskToken: called.token, output: JSON.stringify(output) });
    // A task whose neighbour failed is over by then.
    const send = (): Promise<unknown> => sandbox.kernel.send(sandbox.caller, command).catch(() => undefined);
    void sandbox.clock.sleep(1000, called.task).then(send);
    return {};
  };
  for (const name of ['validate', 'gate', 'deploy', 'verify']) sandbox.functions.set(name, work);
  const arns: Record<string, string> = {};
  for (const name of machineNames.filter((one) => one !== 'release'))
    arns[name] = await sandbox.create(machines[name] ?? definitionOf(name, arns), name);
  await prepare?.(sandbox);
  const { execution, history } = await sandbox.run(definitionOf('release', arns), { release: 'orders-1.0.0-a1' });
  return {
    status: execution.status ?? '',
    error: execution.error,
    told: (task) => calls.filter((one) => one.task === task),
    events: history.length,
    states: history.flatMap(({ stateEnteredEventDetails: details }) => details?.name ?? []),
  };
}

function plainAnswer(task: string, environment: object | undefined): unknown {
  return task === 'validate' ? { environments: [{ ...planned, ...environment }] } : (answers[task] ?? {});
}

/** A function that waits returns, and its token is never sent; another does not even return. */
async function neverEnds(sandbox: WorkflowSandbox, waits: boolean): Promise<unknown> {
  const years = 10 * 365 * 86_400_000;
  if (!waits) await sandbox.clock.waiting(() => sandbox.clock.sleep(years, 'a function that does not return'));
  return {};
}

function tasksThatWait(): ReadonlySet<string> {
  const every = machineNames.flatMap((name) => tasksOf(machineOf(name)));
  const named = z.object({ Payload: z.object({ task: z.string() }) });
  return new Set(
    every.flatMap(([, { Resource, Arguments }]) => {
      const { data } = named.safeParse(Arguments);
      return Resource.endsWith('.waitForTaskToken') && data !== undefined ? [data.Payload.task] : [];
    }),
  );
}

function definitionOf(name: string, arns: Readonly<Record<string, string>>): Record<string, unknown> {
  const text = sourceOf(name)
    .replaceAll(/\$\{(\w+)Function\}/g, (_, one: string) => one.toLowerCase())
    .replaceAll('${DeployTargetMachine}', arns['deploy-target'] ?? '')
    .replaceAll('${RollBackTargetMachine}', arns['roll-back-target'] ?? '');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}
