import { beforeEach, describe, expect, it } from 'vitest';
import { named, only, shape, task, WorkflowSandbox } from '../../testing/workflow-sandbox.ts';

let sandbox: WorkflowSandbox;
beforeEach(async () => {
  sandbox = await new WorkflowSandbox().allow('lambda:InvokeFunction');
});

function map(inner: Readonly<Record<string, object>>, more: object = {}): object {
  return {
    Type: 'Map',
    Items: '{% $states.input %}',
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: Object.keys(inner)[0], States: inner },
    End: true,
    ...more,
  };
}

describe('Map', () => {
  it('runs one iteration after the other, each with its item, and records as AWS does', async () => {
    const { output, history } = await sandbox.run(
      only(
        map(
          {
            Each: {
              Type: 'Pass',
              Output: '{% $states.input.value * 10 + $states.context.Map.Item.Index %}',
              End: true,
            },
          },
          { MaxConcurrency: 1, ItemSelector: { value: '{% $states.context.Map.Item.Value %}' } },
        ),
      ),
      [1, 2],
    );
    expect(output).toEqual([10, 21]);
    expect(shape(history)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 MapStateEntered',
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted',
      '5<4 PassStateEntered',
      '6<5 PassStateExited',
      '7<6 MapIterationSucceeded',
      '8<6 MapIterationStarted',
      '9<8 PassStateEntered',
      '10<9 PassStateExited',
      '11<10 MapIterationSucceeded',
      '12<11 MapStateSucceeded',
      '13<11 MapStateExited',
      '14<13 ExecutionSucceeded',
    ]);
  });

  it('runs as many side by side as it may, 40 at most, and waits for all', async () => {
    let running = 0;
    let most = 0;
    sandbox.functions.set('slow', async () => {
      running += 1;
      most = Math.max(most, running);
      await sandbox.clock.waiting(() => sandbox.clock.sleep(1_000, 'slow work'));
      running -= 1;
      return 1;
    });
    const items = Array.from({ length: 50 }, () => 1);
    await sandbox.run(only(map({ Work: task('slow') }, { MaxConcurrency: '{% 1 + 2 %}' })), items.slice(0, 7));
    expect(most).toBe(3);
    const { output } = await sandbox.run(only(map({ Work: task('slow') })), items);
    expect(most).toBe(40);
    expect(output).toHaveLength(50);
  });

  it('takes no items at all', async () => {
    const { output, history } = await sandbox.run(only(map({ Each: { Type: 'Succeed' } })), []);
    expect(output).toEqual([]);
    expect(shape(history).slice(3, 5)).toEqual(['4<3 MapStateSucceeded', '5<3 MapStateExited']);
  });

  it('fails with the error of an iteration, under its own name, and cuts the others off', async () => {
    sandbox.functions.set('work', async (payload) => {
      if (payload === 2) throw named('Broken', 'number two');
      await sandbox.clock.waiting(() => sandbox.clock.sleep(60_000, 'slow work'));
    });
    const { output, history } = await sandbox.run(
      {
        StartAt: 'All',
        States: {
          All: map({ Work: task('work') }, { Catch: [{ ErrorEquals: ['Broken'], Next: 'Caught' }] }),
          Caught: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
        },
      },
      [1, 2, 3],
    );
    expect(output).toBe('Broken');
    const failed = history.findIndex(({ type }) => type === 'TaskFailed') + 1;
    expect(history.slice(failed).map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
      ['MapIterationAborted', failed],
      ['TaskStateAborted', failed],
      ['MapIterationFailed', failed],
      ['TaskStateAborted', failed],
      ['MapIterationAborted', failed],
      ['TaskStateAborted', failed],
      ['MapStateFailed', failed],
      ['MapStateExited', failed + 7],
      ['PassStateEntered', failed + 8],
      ['PassStateExited', failed + 9],
      ['ExecutionSucceeded', failed + 10],
    ]);
  });

  it('is retried whole', async () => {
    let calls = 0;
    sandbox.functions.set('once', () => {
      calls += 1;
      if (calls === 2) throw named('Busy');
      return calls;
    });
    const { output } = await sandbox.run(
      only(map({ Work: task('once') }, { MaxConcurrency: 1, Retry: [{ ErrorEquals: ['Busy'] }] })),
      [1, 2],
    );
    expect(output).toEqual([3, 4]);
  });

  it('needs an array', async () => {
    const { execution, history } = await sandbox.run(
      only(map({ Each: { Type: 'Succeed' } }, { Items: "{% {'foo': 'bar'} %}" })),
    );
    expect(execution.cause).toBe(
      "An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '{'foo': 'bar'}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'object' for value: {\"foo\":\"bar\"}",
    );
    expect(shape(history).slice(2)).toEqual(['3<0 EvaluationFailed', '4<3 MapStateFailed', '5<4 ExecutionFailed']);
  });

  it('keeps the variables of iterations to themselves, and shows them those outside', async () => {
    const inner = {
      Assign: { Type: 'Pass', Assign: { mine: '{% $outer & $states.input %}' }, Next: 'Show' },
      Show: { Type: 'Pass', Output: '{% $mine %}', End: true },
    };
    const { output } = await sandbox.run(
      {
        StartAt: 'Set',
        States: {
          Set: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'All' },
          All: { ...map(inner), End: undefined, Next: 'After' },
          After: { Type: 'Pass', Output: { items: '{% $states.input %}', seen: '{% $exists($mine) %}' }, End: true },
        },
      },
      ['a', 'b'],
    );
    expect(output).toEqual({ items: ['oa', 'ob'], seen: false });
  });
});

describe('Parallel', () => {
  const branch = (name: string, state: object): object => ({ StartAt: name, States: { [name]: state } });

  it('gives every branch the same input and collects their outputs in order', async () => {
    const { output } = await sandbox.run(
      only({
        Type: 'Parallel',
        Arguments: { n: '{% $states.input + 1 %}' },
        Branches: [
          branch('Slow', { Type: 'Wait', Seconds: 10, Output: '{% $states.input.n %}', End: true }),
          branch('Fast', { Type: 'Pass', Output: '{% $states.input.n * 2 %}', End: true }),
        ],
        End: true,
      }),
      1,
    );
    expect(output).toEqual([2, 4]);
  });

  it('fails with the first branch that fails, at once', async () => {
    const before = sandbox.clock.now();
    const { execution, history } = await sandbox.run(
      only({
        Type: 'Parallel',
        Branches: [
          branch('Fails', { Type: 'Fail', Error: 'FailureType', Cause: 'Cause description' }),
          branch('Waits', { Type: 'Wait', Seconds: 1_000, End: true }),
        ],
        End: true,
      }),
    );
    expect(execution).toMatchObject({ error: 'FailureType', cause: 'Cause description' });
    expect(sandbox.clock.now() - before).toBeLessThan(60_000);
    expect(sandbox.clock.pending()).toEqual([]);
    expect(history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'ParallelStateEntered',
      'ParallelStateStarted',
      'FailStateEntered',
      'WaitStateEntered',
      'WaitStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });
});
