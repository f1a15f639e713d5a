import { describe, expect, it } from 'vitest';
import { named, only, shape, task, WorkflowSandbox } from '../../testing/workflow-sandbox.ts';

describe('the states that only think', () => {
  const sandbox = new WorkflowSandbox();

  it('passes input on, transforms it, assigns variables, and shows neither Assign nor Output the other', async () => {
    const { output, history } = await sandbox.run(
      {
        StartAt: 'First',
        States: {
          First: {
            Type: 'Pass',
            Assign: { total: '{% $states.input.n + 1 %}', fixed: [1, { deep: '{% $states.input.n %}' }] },
            Output: { seen: '{% $exists($total) %}' },
            Next: 'Second',
          },
          Second: {
            Type: 'Pass',
            Output: { input: '{% $states.input %}', all: { total: '{% $total %}', fixed: '{% $fixed %}' } },
            Next: 'End',
          },
          End: { Type: 'Succeed' },
        },
      },
      { n: 4 },
    );
    expect(output).toEqual({ input: { seen: false }, all: { total: 5, fixed: [1, { deep: 4 }] } });
    expect(shape(history)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 PassStateEntered',
      '3<2 PassStateExited',
      '4<3 PassStateEntered',
      '5<4 PassStateExited',
      '6<5 SucceedStateEntered',
      '7<6 SucceedStateExited',
      '8<7 ExecutionSucceeded',
    ]);
    expect(history[2]?.stateExitedEventDetails?.assignedVariables).toEqual({ total: '5', fixed: '[1,{"deep":4}]' });
  });

  it('chooses the first rule that holds, with that rule’s own Output, and the state’s for the Default', async () => {
    const choice = {
      StartAt: 'Choose',
      States: {
        Choose: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.n > 10 %}', Output: 'large', Next: 'Done' },
            { Condition: '{% $states.input.n > 5 %}', Next: 'Done' },
          ],
          Output: 'otherwise',
          Default: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    };
    expect((await sandbox.run(choice, { n: 11 })).output).toBe('large');
    expect((await sandbox.run(choice, { n: 6 })).output).toEqual({ n: 6 });
    expect((await sandbox.run(choice, { n: 1 })).output).toBe('otherwise');
  });

  it('fails where no rule holds and nothing is the default, and where a condition is not true or false', async () => {
    const choice = (condition: string): object => ({
      StartAt: 'Choose',
      States: { Choose: { Type: 'Choice', Choices: [{ Condition: condition, Next: 'X' }] }, X: { Type: 'Succeed' } },
    });
    const none = await sandbox.run(choice('{% false %}'));
    expect(none.execution).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
    const odd = await sandbox.run(choice('{% 1 %}'));
    expect(odd.execution.cause).toContain("Expected 'boolean', but was 'number' for value: 1");
  });

  it('fails with what a Fail state says', async () => {
    const { execution, history } = await sandbox.run(
      only({ Type: 'Fail', Error: '{% $states.input.error %}', Cause: 'because' }),
      { error: 'Exception' },
    );
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Exception', cause: 'because' });
    expect(shape(history)).toEqual(['1<0 ExecutionStarted', '2<0 FailStateEntered', '3<2 ExecutionFailed']);
  });

  it('counts each state entered as one transition', async () => {
    const before = sandbox.meters.read().stateTransitions;
    await sandbox.run({
      StartAt: 'A',
      States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'C' }, C: { Type: 'Succeed' } },
    });
    expect(sandbox.meters.read().stateTransitions - before).toBe(3);
  });

  it('gives the context object its documented members', async () => {
    const { output, arn } = await sandbox.run(only({ Type: 'Pass', Output: '{% $states.context %}', End: true }), {
      a: 1,
    });
    expect(output).toMatchObject({
      Execution: { Id: arn, Input: { a: 1 }, RoleArn: sandbox.role, Name: arn.split(':').at(-1) },
      StateMachine: { Name: arn.split(':')[6] },
      State: { Name: 'Only' },
    });
  });
});

describe('waiting', () => {
  const wait = (more: object): object => only({ Type: 'Wait', End: true, ...more });

  it('waits on the engine’s clock, for seconds or until a time, and nothing is busy meanwhile', async () => {
    const sandbox = new WorkflowSandbox('manual');
    const start = sandbox.clock.now();
    const at = new Date(start + 3_600_000).toISOString();
    const first = await sandbox.start(await sandbox.create(wait({ Seconds: '{% $states.input.s %}' })), { s: 90 });
    const second = await sandbox.start(await sandbox.create(wait({ Timestamp: '{% $states.input.at %}' })), { at });
    await sandbox.clock.idle();
    expect(sandbox.clock.isBusy()).toBe(false);
    await sandbox.clock.advance(89_000);
    expect((await sandbox.describe(first)).status).toBe('RUNNING');
    await sandbox.clock.advance(2_000);
    expect((await sandbox.describe(first)).status).toBe('SUCCEEDED');
    await sandbox.clock.advance(3_600_000);
    expect((await sandbox.describe(second)).stopDate?.getTime()).toBe(start + 3_600_000);
  });

  it('refuses a time without an offset, in AWS’s words', async () => {
    const { execution, history } = await new WorkflowSandbox().run(
      wait({ Timestamp: '{% $states.input %}' }),
      '2016-12-05T21:29:29',
    );
    expect(execution).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'Only' (entered at the event id #2). The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: 2016-12-05T21:29:29",
    });
    expect(shape(history)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 WaitStateEntered',
      '3<2 EvaluationFailed',
      '4<3 ExecutionFailed',
    ]);
  });

  it('times a machine out', async () => {
    const sandbox = new WorkflowSandbox();
    const { execution, history } = await sandbox.run({ ...wait({ Seconds: 100 }), TimeoutSeconds: 5 });
    expect(execution.status).toBe('TIMED_OUT');
    expect(history.at(-1)?.type).toBe('ExecutionTimedOut');
    expect(sandbox.clock.pending()).toEqual([]);
  });
});

describe('a payload beyond 256 KiB', () => {
  it('fails a state, and only its own name catches it', async () => {
    const sandbox = await new WorkflowSandbox().allow('lambda:InvokeFunction');
    sandbox.functions.set('large', () => 'x'.repeat(262_145));
    const caught = (name: string): object => ({
      StartAt: 'Large',
      States: {
        Large: task('large', { End: true, Catch: [{ ErrorEquals: [name], Next: 'Caught' }] }),
        Caught: { Type: 'Succeed' },
      },
    });
    expect((await sandbox.run(caught('States.ALL'))).execution).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
    expect((await sandbox.run(caught('States.DataLimitExceeded'))).execution.status).toBe('SUCCEEDED');
  });
});

describe('the history limit', () => {
  it('ends an execution at 25,000 events, whatever it catches', async () => {
    const sandbox = await new WorkflowSandbox().allow('lambda:InvokeFunction');
    sandbox.functions.set('fails', () => {
      throw named('Again');
    });
    const loop = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };
    const definition = { ...loop, States: { ...loop.States, C: { Type: 'Succeed' } } };
    await expect(sandbox.create(definition)).rejects.toThrow('State "C" is not reachable');
    const arn = await sandbox.start(
      await sandbox.create({
        StartAt: 'A',
        States: {
          A: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'C' }], Default: 'B' },
          B: { Type: 'Pass', Next: 'A' },
          C: { Type: 'Succeed' },
        },
      }),
    );
    const execution = await sandbox.ended(arn);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(execution.cause).toContain('25000');
  }, 30_000);
});
