import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { beforeEach, describe, expect, it } from 'vitest';
import { named, only, shape, task, tokenTask, WorkflowSandbox, type Handler } from '../../testing/workflow-sandbox.ts';

let sandbox: WorkflowSandbox;
beforeEach(async () => {
  sandbox = await new WorkflowSandbox().allow('lambda:InvokeFunction', 'states:*', 'events:*');
});

const withToken = z.object({ token: z.string() });

function tokenIn(payload: unknown): string {
  return withToken.parse(payload).token;
}

function failing(...names: string[]): Handler {
  let attempt = 0;
  return (payload) => {
    const name = names[attempt++];
    if (name === undefined) return { attempt, payload };
    throw named(name);
  };
}

describe('a Task that invokes a function', () => {
  it('gives the function its Payload and answers with the whole result', async () => {
    sandbox.functions.set('echo', (payload) => ({ got: payload }));
    const { output, history } = await sandbox.run(only(task('echo', { Output: '{% $states.result %}', End: true })), {
      a: 1,
    });
    expect(output).toMatchObject({ ExecutedVersion: '$LATEST', Payload: { got: { a: 1 } }, StatusCode: 200 });
    expect(shape(history)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered',
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSucceeded',
      '6<5 TaskStateExited',
      '7<6 ExecutionSucceeded',
    ]);
    expect(history[2]?.taskScheduledEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'us-east-1',
      parameters: '{"FunctionName":"echo","Payload":{"a":1}}',
    });
  });

  it('fails with the name of what the function threw, which a Catch turns into an output', async () => {
    sandbox.functions.set('throws', failing('OrderMissing'));
    const { output, history } = await sandbox.run({
      StartAt: 'Try',
      States: {
        Try: task('throws', {
          End: true,
          Catch: [
            { ErrorEquals: ['Other'], Next: 'Never' },
            {
              ErrorEquals: ['OrderMissing'],
              Assign: { name: '{% $states.errorOutput.Error %}' },
              Output: { cause: '{% $parse($states.errorOutput.Cause) %}', input: '{% $states.input %}' },
              Next: 'Caught',
            },
          ],
        }),
        Caught: { Type: 'Pass', Output: '{% $merge([$states.input, {"name": $name}]) %}', End: true },
        Never: { Type: 'Succeed' },
      },
    });
    expect(output).toEqual({
      name: 'OrderMissing',
      cause: { errorType: 'OrderMissing', errorMessage: 'no reason' },
      input: {},
    });
    expect(shape(history).slice(4, 7)).toEqual(['5<4 TaskFailed', '6<5 TaskStateExited', '7<6 PassStateEntered']);
  });

  it('names what the service itself refuses', async () => {
    const { execution } = await sandbox.run(only(task('absent')));
    expect(execution.error).toBe('Lambda.ResourceNotFoundException');
    expect(execution.cause).toContain('(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException;');
  });

  it('acts as the machine’s role, and fails as AWS does where that may not invoke', async () => {
    const poor = await new WorkflowSandbox().allow('states:StartExecution');
    poor.functions.set('echo', () => 1);
    const { execution } = await poor.run(only(task('echo')));
    expect(execution.error).toBe('Lambda.AWSLambdaException');
    expect(execution.cause).toContain('assumed-role/workflow/');
    expect(execution.cause).toContain('is not authorized to perform: lambda:InvokeFunction');
  });

  it('fails with States.Permissions where the role cannot be assumed', async () => {
    const without = new WorkflowSandbox();
    expect((await without.run(only(task('echo')))).execution.error).toBe('States.Permissions');
  });
});

describe('Retry', () => {
  it('waits by interval, backoff and cap, counts each retry as a transition, and shows RetryCount', async () => {
    const at: number[] = [];
    const fails = failing('Busy', 'Busy', 'Busy');
    sandbox.functions.set('busy', (payload) => {
      at.push(sandbox.clock.now());
      return fails(payload, sandbox);
    });
    const { output } = await sandbox.run(
      only({
        ...task('busy'),
        Arguments: { FunctionName: 'busy', Payload: { retries: '{% $states.context.State.RetryCount %}' } },
        Retry: [
          { ErrorEquals: ['Never'], MaxAttempts: 9 },
          { ErrorEquals: ['Busy'], IntervalSeconds: 10, BackoffRate: 3, MaxDelaySeconds: 40, MaxAttempts: 3 },
        ],
      }),
    );
    expect(output).toEqual({ attempt: 4, payload: { retries: 3 } });
    const waits = at.slice(1).map((time, index) => Math.round((time - (at[index] ?? 0)) / 1_000));
    expect(waits).toEqual([10, 30, 40]);
    expect(sandbox.meters.read({ account: '111111111111' }).stateTransitions).toBe(4);
  });

  it('gives up after MaxAttempts and leaves the rest to Catch', async () => {
    sandbox.functions.set('busy', failing('Busy', 'Busy', 'Busy', 'Busy'));
    const { output, history } = await sandbox.run({
      StartAt: 'Try',
      States: {
        Try: task('busy', {
          End: true,
          Retry: [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1, JitterStrategy: 'FULL' }],
          Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Caught' }],
        }),
        Caught: { Type: 'Succeed' },
      },
    });
    expect(output).toBe('Busy');
    expect(shape(history).slice(2, 9)).toEqual([
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskFailed',
      '6<5 TaskScheduled',
      '7<6 TaskStarted',
      '8<7 TaskFailed',
      '9<8 TaskStateExited',
    ]);
  });

  it('retries and catches an expression that fails, too', async () => {
    sandbox.functions.set('echo', () => ({}));
    const { execution, history } = await sandbox.run(
      only(
        task('echo', {
          Output: '{% $states.result.Payload.none %}',
          Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
          End: true,
        }),
      ),
    );
    expect(execution.cause).toContain("specified for the field 'Output' returned nothing (undefined).");
    expect(history.filter(({ type }) => type === 'EvaluationFailed')).toHaveLength(2);
  });
});

describe('a Task that waits for its token', () => {
  let token: string;
  const send = (
    command: SendTaskSuccessCommand | SendTaskFailureCommand | SendTaskHeartbeatCommand,
  ): Promise<unknown> => {
    if (command instanceof SendTaskSuccessCommand) return sandbox.kernel.send(sandbox.caller, command);
    if (command instanceof SendTaskFailureCommand) return sandbox.kernel.send(sandbox.caller, command);
    return sandbox.kernel.send(sandbox.caller, command);
  };
  const waiting = async (more: object = {}): Promise<string> => {
    const asked = new Promise<void>((resolve) => {
      sandbox.functions.set('ask', (payload) => {
        token = tokenIn(payload);
        resolve();
        return 'asked';
      });
    });
    const arn = await sandbox.start(await sandbox.create(only(tokenTask('ask', { End: true, ...more }))));
    await asked;
    await sandbox.clock.idle();
    return arn;
  };

  it('goes on with what SendTaskSuccess brings, once, and is not busy meanwhile', async () => {
    const arn = await waiting();
    expect(sandbox.clock.isBusy()).toBe(false);
    await send(new SendTaskSuccessCommand({ taskToken: token, output: '{"approved":true}' }));
    expect((await sandbox.ended(arn)).output).toBe('{"approved":true}');
    expect(shape(await sandbox.history(arn)).slice(2)).toEqual([
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSubmitted',
      '6<5 TaskSucceeded',
      '7<6 TaskStateExited',
      '8<7 ExecutionSucceeded',
    ]);
    const again = send(new SendTaskSuccessCommand({ taskToken: token, output: '1' }));
    await expect(again).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  it('fails with what SendTaskFailure says', async () => {
    const arn = await waiting();
    await send(new SendTaskFailureCommand({ taskToken: token, error: 'Declined', cause: 'too late' }));
    expect(await sandbox.ended(arn)).toMatchObject({ status: 'FAILED', error: 'Declined', cause: 'too late' });
  });

  it('takes an answer from within the function itself', async () => {
    sandbox.functions.set('answers', async (payload) => {
      const taskToken = tokenIn(payload);
      await sandbox.kernel.send(sandbox.caller, new SendTaskSuccessCommand({ taskToken, output: '"at once"' }));
      return 'too late';
    });
    expect((await sandbox.run(only(tokenTask('answers')))).output).toBe('at once');
  });

  it('fails where the function fails', async () => {
    sandbox.functions.set('ask', failing('NoSuchRelease'));
    expect((await sandbox.run(only(tokenTask('ask')))).execution.error).toBe('NoSuchRelease');
  });

  it.each([
    ['TimeoutSeconds', { TimeoutSeconds: '{% 60 * 60 %}' }, 3_600, ['States.Timeout']],
    ['HeartbeatSeconds', { HeartbeatSeconds: 30, TimeoutSeconds: 600 }, 30, ['States.HeartbeatTimeout']],
  ])('times out by %s', async (_, more, seconds, errors) => {
    const before = sandbox.clock.now();
    sandbox.functions.set('ask', () => 'asked');
    const { output, history } = await sandbox.run({
      StartAt: 'Ask',
      States: {
        Ask: tokenTask('ask', {
          ...more,
          End: true,
          Retry: [{ ErrorEquals: ['States.TaskFailed'] }],
          Catch: [{ ErrorEquals: errors, Output: 'caught', Next: 'Caught' }],
        }),
        Caught: { Type: 'Succeed' },
      },
    });
    expect(output).toBe('caught');
    expect(Math.round((sandbox.clock.now() - before) / 1_000)).toBe(seconds);
    expect(history.find(({ type }) => type === 'TaskTimedOut')?.taskTimedOutEventDetails?.error).toBe('States.Timeout');
  });

  it('lives on by heartbeats', async () => {
    sandbox.clock.setPace('manual');
    const arn = await waiting({ HeartbeatSeconds: 30 });
    await sandbox.clock.advance(20_000);
    await send(new SendTaskHeartbeatCommand({ taskToken: token }));
    await sandbox.clock.advance(20_000);
    expect((await sandbox.describe(arn)).status).toBe('RUNNING');
    await sandbox.clock.advance(11_000);
    expect((await sandbox.describe(arn)).error).toBe('States.Timeout');
  });

  it('tells a token that never was from one that is no token', async () => {
    const arn = await waiting();
    const never = Buffer.from('task-token:never').toString('base64');
    await expect(send(new SendTaskHeartbeatCommand({ taskToken: never }))).rejects.toMatchObject({
      code: 'TaskDoesNotExist',
    });
    await expect(send(new SendTaskHeartbeatCommand({ taskToken: 'no' }))).rejects.toMatchObject({
      code: 'InvalidToken',
    });
    const output = send(new SendTaskSuccessCommand({ taskToken: token, output: 'not json' }));
    await expect(output).rejects.toMatchObject({ code: 'InvalidOutput' });
    await sandbox.kernel.send(sandbox.caller, new StopExecutionCommand({ executionArn: arn, error: 'Cancelled' }));
    const closed = send(new SendTaskSuccessCommand({ taskToken: token, output: '1' }));
    await expect(closed).rejects.toMatchObject({ code: 'TaskTimedOut' });
    expect(shape(await sandbox.history(arn)).at(-1)).toBe('6<0 ExecutionAborted');
  });
});
