/** https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html */
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  PublishStateMachineVersionCommand,
  CreateStateMachineAliasCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  type StartSyncExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, it } from 'vitest';
import { only, task, tokenTask, WorkflowSandbox } from '../../testing/workflow-sandbox.ts';

let sandbox: WorkflowSandbox;
let machines = 0;
const refusal: unknown = expect.stringContaining('Express state machine does not support');

beforeAll(async () => {
  sandbox = await new WorkflowSandbox().allow('lambda:InvokeFunction', 'states:*', 'events:*');
  sandbox.functions.set('echo', (payload) => ({ got: payload }));
});

async function create(state: object, language = 'JSONPath'): Promise<string> {
  const definition = JSON.stringify({ QueryLanguage: language, ...only(state) });
  const name = `express-${++machines}`;
  const created = await sandbox.kernel.send(
    sandbox.caller,
    new CreateStateMachineCommand({ name, type: 'EXPRESS', definition, roleArn: sandbox.role }),
  );
  return created.stateMachineArn ?? '';
}

function runSync(stateMachineArn: string, input: unknown = {}): Promise<StartSyncExecutionCommandOutput> {
  return sandbox.kernel.send(
    sandbox.caller,
    new StartSyncExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name: 'same' }),
  );
}

describe('an Express machine', () => {
  it('is one, and answers to its caller with its end', async () => {
    const arn = await create(task('echo'), 'JSONata');
    const described = await sandbox.kernel.send(
      sandbox.caller,
      new DescribeStateMachineCommand({ stateMachineArn: arn }),
    );
    expect(described.type).toBe('EXPRESS');
    const before = sandbox.meters.read({ account: '111111111111' }).stateTransitions;
    const answer = await runSync(arn, { a: 1 });
    expect(answer).toMatchObject({
      status: 'SUCCEEDED',
      stateMachineArn: arn,
      input: '{"a":1}',
      output: '{"got":{"a":1}}',
    });
    expect(answer.executionArn).toMatch(
      /^arn:aws:states:us-east-1:111111111111:express:express-\d+:same:[0-9a-f-]{36}$/,
    );
    expect(answer.billingDetails?.billedMemoryUsedInMB).toBe(64);
    // Its name may be used again; it is billed by time, and no event tells of it.
    expect((await runSync(arn, { a: 2 })).executionArn).not.toBe(answer.executionArn);
    expect(sandbox.meters.read({ account: '111111111111' }).stateTransitions).toBe(before);
    expect(JSON.stringify(sandbox.events)).not.toContain(':express:');
  });

  it('tells how it failed, and that it took more than five minutes', async () => {
    const failed = await runSync(await create({ Type: 'Fail', Error: 'Broken', Cause: 'why' }));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'why' });
    const late = await runSync(await create({ Type: 'Wait', Seconds: 301, End: true }));
    expect(late).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(late.billingDetails?.billedDurationInMilliseconds).toBe(300_000);
  });

  it('runs by itself, started asynchronously', async () => {
    const heard = new Promise((resolve) => sandbox.functions.set('hear', resolve));
    const stateMachineArn = await create(task('hear'), 'JSONata');
    const start = new StartExecutionCommand({ stateMachineArn, input: '{"n":3}' });
    const { executionArn = '' } = await sandbox.kernel.send(sandbox.caller, start);
    expect(await heard).toEqual({ n: 3 });
    const describe = sandbox.kernel.send(sandbox.caller, new DescribeExecutionCommand({ executionArn }));
    await expect(describe).rejects.toMatchObject({ code: 'InvalidArn' });
    const list = sandbox.kernel.send(sandbox.caller, new ListExecutionsCommand({ stateMachineArn }));
    await expect(list).rejects.toMatchObject({ code: 'StateMachineTypeNotSupported' });
  });

  it('is started by an alias, as its version is', async () => {
    const stateMachineArn = await create({ Type: 'Pass', Result: 1, End: true });
    const publish = new PublishStateMachineVersionCommand({ stateMachineArn });
    const { stateMachineVersionArn } = await sandbox.kernel.send(sandbox.caller, publish);
    const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
    const live = new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration });
    const { stateMachineAliasArn = '' } = await sandbox.kernel.send(sandbox.caller, live);
    expect(await runSync(stateMachineAliasArn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
  });

  it.each([
    ['a token', () => tokenTask('echo')],
    [
      'a job',
      () => ({
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        End: true,
        Arguments: { StateMachineArn: 'x' },
      }),
    ],
  ])('does not wait for %s', async (_, state) => {
    await expect(create(state(), 'JSONata')).rejects.toMatchObject({
      code: 'InvalidDefinition',
      message: refusal,
    });
  });
});

it('a Standard machine has no synchronous executions', async () => {
  const arn = await sandbox.create(only({ Type: 'Succeed' }));
  await expect(runSync(arn)).rejects.toMatchObject({ code: 'StateMachineTypeNotSupported' });
});
