import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { named, WorkflowSandbox } from 'local-aws/workflow-sandbox';
import { machineOf, sourceOf, tasksOf } from './machines.ts';

/** How the function that restores ends an attempt: it throws, or it waits and its token is answered. */
type Attempt = `${'throws' | 'is answered'} ${string}`;

const call = z.object({ task: z.string(), token: z.string().optional() });
const input = { release: 'orders-1-a1', environment: 'production', account: '222222222222', region: 'us-east-1' };

// Retriers are what this is about: how often each kind may be retried is read in the machine.
const [, restoreStack] = tasksOf(machineOf('roll-back-target')).find(([name]) => name === 'Restore stack') ?? [];
const retriesOf = (error: string): number =>
  restoreStack?.Retry.find(({ ErrorEquals }) => ErrorEquals.includes(error))?.MaxAttempts ?? 0;
const busy = retriesOf('TargetBusy');
const technical = retriesOf('TargetUnreachable');

describe('a rollback whose stack is busy', () => {
  let sandbox: WorkflowSandbox;
  beforeEach(async () => {
    sandbox = await new WorkflowSandbox().allow('lambda:InvokeFunction', 'states:*', 'events:*');
  });

  /** Runs the machine that is deployed, with functions that succeed but for these attempts to restore the stack. */
  async function rollBack(attempts: readonly Attempt[]) {
    const left = [...attempts];
    const send = (taskToken: string, error: string | undefined) =>
      error === undefined
        ? sandbox.kernel.send(sandbox.caller, new SendTaskSuccessCommand({ taskToken, output: '{}' }))
        : sandbox.kernel.send(sandbox.caller, new SendTaskFailureCommand({ taskToken, error, cause: 'a reason' }));
    const work = (payload: unknown) => {
      const { task, token } = call.parse(payload);
      const [, how, error] = /^(throws|is answered) (.*)$/.exec((task === 'restoreStack' && left.shift()) || '') ?? [];
      if (how === 'throws') throw named(error ?? '');
      if (token !== undefined) void sandbox.clock.sleep(60_000, 'the stack').then(() => send(token, error));
      return {};
    };
    sandbox.functions.set('deploy', work).set('verify', work);
    const text = sourceOf('roll-back-target').replaceAll(/\$\{(\w+)Function\}/g, (_, name: string) =>
      name.toLowerCase(),
    );
    const definition = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    const { execution } = await sandbox.run(definition, input);
    return { status: execution.status, error: execution.error, left: left.length };
  }

  const times = (count: number, attempt: Attempt): Attempt[] => Array.from({ length: count }, () => attempt);

  it.each(['throws', 'is answered'] as const)(
    'has all its retries left for what fails afterwards (%s)',
    async (how) => {
      const attempts = [...times(busy, `${how} TargetBusy`), ...times(technical, `${how} TargetUnreachable`)];
      expect(await rollBack(attempts)).toEqual({ status: 'SUCCEEDED', error: undefined, left: 0 });
    },
  );

  it('has all its retries left for a stack that becomes busy after other errors', async () => {
    const attempts = [...times(technical, 'throws EngineUnavailable'), ...times(busy, 'is answered TargetBusy')];
    expect(await rollBack(attempts)).toEqual({ status: 'SUCCEEDED', error: undefined, left: 0 });
  });

  it.each([
    ['TargetBusy', busy],
    ['TargetUnreachable', technical],
  ])('ends by %s when it comes once more than it is retried', async (error, retries) => {
    const ended = await rollBack(times(retries + 1, `throws ${error}`));
    expect(ended).toEqual({ status: 'FAILED', error, left: 0 });
  });
});
