/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html */
import { describe, expect, it } from 'vitest';
import { named, only, shape, WorkflowSandbox } from '../../../testing/workflow-sandbox.ts';

const ARN = 'arn:aws:lambda:us-east-1:111111111111:function:echo';
const sandbox = await new WorkflowSandbox().allow(
  'lambda:InvokeFunction',
  'states:StartExecution',
  'states:DescribeExecution',
);
sandbox.functions.set(ARN, (payload) => ({ got: payload }));
sandbox.functions.set('echo', (payload) => ({ got: payload }));
sandbox.functions.set('fail', () => {
  throw named('Broken', 'because');
});

const run = (definition: object, input: unknown = {}): ReturnType<WorkflowSandbox['run']> =>
  sandbox.run({ QueryLanguage: 'JSONPath', ...definition }, input);
const one = (state: object, input: unknown = {}): ReturnType<WorkflowSandbox['run']> => run(only(state), input);
const End = true;

describe('a Pass state', () => {
  it.each([
    ['passes its input on', {}, { a: 1 }],
    ['puts Result where ResultPath leads', { Result: 5, ResultPath: '$.b.c' }, { a: 1, b: { c: 5 } }],
    ['gives up its Result', { Result: 5, ResultPath: null }, { a: 1 }],
    ['fills in Parameters', { Parameters: { 'x.$': '$.a', y: 2 } }, { x: 1, y: 2 }],
    ['filters input and output', { InputPath: '$.a', ResultPath: '$.b', OutputPath: '$.b' }, 1],
    ['has an empty object for null', { InputPath: null }, {}],
    ['leaves an empty object for null', { OutputPath: null }, {}],
    ['has null as its Result', { Result: null, ResultPath: '$.b' }, { a: 1, b: null }],
  ])('%s', async (_, fields, output) => {
    expect((await one({ Type: 'Pass', End, ...fields }, { a: 1 })).output).toEqual(output);
  });

  it.each([
    [
      'States.Runtime',
      { InputPath: '$.x' },
      "The JSONPath '$.x' specified for the field 'InputPath' could not be found",
    ],
    ['States.Runtime', { OutputPath: '$.x' }, "'OutputPath'"],
    ['States.ParameterPathFailure', { Parameters: { 'y.$': '$.x' } }, "The JSONPath '$.x'"],
    [
      'States.IntrinsicFailure',
      { Parameters: { 'y.$': 'States.MathAdd($.a, $$.State.Name)' } },
      'A number is expected',
    ],
    ['States.ResultPathMatchFailure', { ResultPath: '$.a.b' }, '$.a.b'],
  ])('fails with %s for %j', async (error, fields, cause) => {
    const { execution } = await one({ Type: 'Pass', End, ...fields }, { a: 1 });
    expect(execution).toMatchObject({ status: 'FAILED', error });
    expect(execution.cause).toContain(cause);
  });

  it('assigns variables, which later states see', async () => {
    const { output, history } = await run(
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Assign: { 'x.$': '$.n', fixed: [1] }, Next: 'B' },
          B: { Type: 'Pass', Parameters: { 'x.$': '$x', 'y.$': '$fixed[0]' }, Next: 'C' },
          C: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $x + $states.input.y %}', End },
        },
      },
      { n: 4 },
    );
    expect(output).toBe(5);
    expect(history[2]?.stateExitedEventDetails?.assignedVariables).toEqual({ x: '4', fixed: '[1]' });
  });
});

describe('a Task state', () => {
  const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End };

  it('calls a function by its ARN, with the events of AWS', async () => {
    const { output, history } = await one({ Type: 'Task', Resource: ARN, End, ResultPath: '$.r' }, { a: 1 });
    expect(output).toEqual({ a: 1, r: { got: { a: 1 } } });
    expect(shape(history)).toEqual([
      ...['1<0 ExecutionStarted', '2<0 TaskStateEntered', '3<2 LambdaFunctionScheduled', '4<3 LambdaFunctionStarted'],
      ...['5<4 LambdaFunctionSucceeded', '6<5 TaskStateExited', '7<6 ExecutionSucceeded'],
    ]);
    expect(history[2]?.lambdaFunctionScheduledEventDetails).toMatchObject({ resource: ARN, input: '{"a":1}' });
  });

  it('filters its input, its result and its output, in this order', async () => {
    const { output } = await one(
      {
        ...invoke,
        InputPath: '$.in',
        Parameters: { FunctionName: 'echo', 'Payload.$': '$' },
        ResultSelector: { 'value.$': '$.Payload.got.v' },
        Assign: { 'kept.$': '$.value' },
        ResultPath: '$.out',
        OutputPath: '$.out',
      },
      { in: { v: 3 } },
    );
    expect(output).toEqual({ value: 3 });
  });

  it('retries and catches, with the error where ResultPath says', async () => {
    const { output } = await run(
      {
        StartAt: 'T',
        States: {
          T: {
            ...invoke,
            Parameters: { FunctionName: 'fail', Payload: {} },
            Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
            Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Done' }],
          },
          Done: { Type: 'Pass', Parameters: { 'error.$': '$.error.Error', 'a.$': '$.a' }, End },
        },
      },
      { a: 1 },
    );
    expect(output).toEqual({ error: 'Broken', a: 1 });
  });

  it('catches a path of its Parameters that leads nowhere, but not States.Runtime', async () => {
    const caught = (fields: object): object => ({
      StartAt: 'T',
      States: {
        T: { ...invoke, ...fields, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }] },
        Done: { Type: 'Succeed' },
      },
    });
    const parameters = await run(caught({ Parameters: { 'FunctionName.$': '$.none' } }));
    expect(parameters.output).toMatchObject({ Error: 'States.ParameterPathFailure' });
    const input = await run(caught({ InputPath: '$.none', Parameters: { FunctionName: 'echo' } }));
    expect(input.execution.error).toBe('States.Runtime');
  });

  it('takes its timeouts from paths', async () => {
    const state = {
      ...invoke,
      Resource: `${invoke.Resource}.waitForTaskToken`,
      Parameters: { FunctionName: 'echo', Payload: { 'token.$': '$$.Task.Token' } },
      TimeoutSecondsPath: '$.t',
      HeartbeatSecondsPath: '$.h',
    };
    const { execution, history } = await one(state, { t: 9, h: 3 });
    expect(execution.error).toBe('States.Timeout');
    expect(history.find(({ type }) => type === 'TaskScheduled')?.taskScheduledEventDetails).toMatchObject({
      timeoutInSeconds: 9,
      heartbeatInSeconds: 3,
    });
    expect((await one(state, { t: 'x', h: 3 })).execution.error).toBe('States.Runtime');
  });

  it('starts another machine, and goes on', async () => {
    const child = await sandbox.create({ QueryLanguage: 'JSONPath', ...only({ Type: 'Pass', Result: { b: 2 }, End }) });
    const start = (suffix: string, select: string): object => ({
      ...{ Type: 'Task', Resource: `arn:aws:states:::states:startExecution${suffix}`, End },
      Parameters: { StateMachineArn: child, Input: { 'a.$': '$.a' } },
      ResultSelector: { 'v.$': select },
    });
    expect(JSON.stringify((await one(start('', '$.ExecutionArn'), { a: 1 })).output)).toContain(':execution:');
  });
});

describe('a Choice state', () => {
  const at = '2026-11-20T09:00:00Z';
  const later = '2026-11-20T11:00:00+01:00';
  const input = { s: 'log-2.txt', n: 5, b: true, t: at, z: null, s2: 'm', n2: 7, t2: later };
  const choose = (rule: object): ReturnType<WorkflowSandbox['run']> =>
    run(
      {
        StartAt: 'C',
        States: {
          C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
          Yes: { Type: 'Pass', Result: true, End },
          No: { Type: 'Pass', Result: false, End },
        },
      },
      input,
    );

  it.each([
    [{ Variable: '$.s', StringEquals: 'log-2.txt' }, true],
    [{ Variable: '$.n', StringEquals: '5' }, false],
    [{ Variable: '$.s', StringEqualsPath: '$.s2' }, false],
    [{ Variable: '$.s', StringLessThan: 'm' }, true],
    [{ Variable: '$.s', StringLessThanPath: '$.s2' }, true],
    [{ Variable: '$.s', StringGreaterThan: 'm' }, false],
    [{ Variable: '$.s2', StringGreaterThanEqualsPath: '$.s' }, true],
    [{ Variable: '$.s2', StringLessThanEquals: 'm' }, true],
    [{ Variable: '$.s', StringMatches: 'log-*.txt' }, true],
    [{ Variable: '$.s', StringMatches: '*.log' }, false],
    [{ Variable: '$.s', StringMatches: 'log-\\*.txt' }, false],
    [{ Variable: '$.n', NumericEquals: 5 }, true],
    [{ Variable: '$.s', NumericEquals: 5 }, false],
    [{ Variable: '$.n', NumericLessThanPath: '$.n2' }, true],
    [{ Variable: '$.n', NumericGreaterThanEquals: 5.5 }, false],
    [{ Variable: '$.n', NumericLessThanEquals: 5 }, true],
    [{ Variable: '$.n', NumericGreaterThan: 4 }, true],
    [{ Variable: '$.b', BooleanEquals: true }, true],
    [{ Variable: '$.b', BooleanEqualsPath: '$.b' }, true],
    [{ Variable: '$.t', TimestampEquals: '2026-11-20T10:00:00+01:00' }, true],
    [{ Variable: '$.t', TimestampLessThanPath: '$.t2' }, true],
    [{ Variable: '$.t2', TimestampGreaterThan: at }, true],
    [{ Variable: '$.s', TimestampEquals: at }, false],
    [{ Variable: '$.z', IsNull: true }, true],
    [{ Variable: '$.n', IsNull: false }, true],
    [{ Variable: '$.none', IsPresent: false }, true],
    [{ Variable: '$.z', IsPresent: true }, true],
    [{ Variable: '$.n', IsNumeric: true }, true],
    [{ Variable: '$.n', IsString: true }, false],
    [{ Variable: '$.b', IsBoolean: true }, true],
    [{ Variable: '$.t', IsTimestamp: true }, true],
    [{ Variable: '$.s', IsTimestamp: true }, false],
    [{ Not: { Variable: '$.b', BooleanEquals: true } }, false],
    [
      {
        And: [
          { Variable: '$.none', IsPresent: true },
          { Variable: '$.none', NumericEquals: 1 },
        ],
      },
      false,
    ],
    [
      {
        Or: [
          { Variable: '$.n', NumericEquals: 5 },
          { Variable: '$.none', NumericEquals: 1 },
        ],
      },
      true,
    ],
    [{ Variable: '$$.State.Name', StringEquals: 'C' }, true],
  ])('%j is %s', async (rule, holds) => {
    expect((await choose(rule)).output).toBe(holds);
  });

  it('fails with States.Runtime where a path leads nowhere, and States.NoChoiceMatched where nothing holds', async () => {
    const { execution } = await choose({ Variable: '$.none', NumericEquals: 1 });
    expect(execution.error).toBe('States.Runtime');
    expect(execution.cause).toContain("Invalid path '$.none'");
    expect((await choose({ Variable: '$.n', NumericEqualsPath: '$.none' })).execution.error).toBe('States.Runtime');
    const none = await run(
      {
        StartAt: 'C',
        States: {
          C: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 6, Next: 'Yes' }] },
          Yes: { Type: 'Succeed' },
        },
      },
      input,
    );
    expect(none.execution.error).toBe('States.NoChoiceMatched');
  });
});

describe('Wait, Fail, Map and Parallel', () => {
  it('wait as long as a path says', async () => {
    const start = sandbox.clock.now();
    const seconds = await one({ Type: 'Wait', SecondsPath: '$.s', End }, { s: 100 });
    expect(Number(seconds.execution.stopDate) - Number(seconds.execution.startDate)).toBeGreaterThanOrEqual(100_000);
    const at = new Date(start + 9_000_000).toISOString();
    const until = await one({ Type: 'Wait', TimestampPath: '$.at', End }, { at });
    expect(Number(until.execution.stopDate)).toBeGreaterThanOrEqual(Date.parse(at));
    expect((await one({ Type: 'Wait', SecondsPath: '$.s', End }, { s: -1 })).execution.error).toBe('States.Runtime');
  });

  it('fail with what paths and functions say', async () => {
    const state = { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('it was {}', $.c)" };
    expect((await one(state, { e: 'E', c: 'c' })).execution).toMatchObject({ error: 'E', cause: 'it was c' });
  });

  it.each([
    ['ItemProcessor', 'ItemSelector'],
    ['Iterator', 'Parameters'],
  ])('iterate by %s with %s', async (processor, selector) => {
    const { output } = await one(
      {
        ...{ Type: 'Map', ItemsPath: '$.items', MaxConcurrencyPath: '$.most', ResultPath: '$.done', End },
        [selector]: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'k.$': '$.k' },
        [processor]: {
          StartAt: 'I',
          States: { I: { Type: 'Pass', Parameters: { 'all.$': "States.Format('{}{}{}', $.v, $.i, $.k)" }, End } },
        },
      },
      { items: ['a', 'b'], most: 1, k: 'z' },
    );
    expect(output).toMatchObject({ done: [{ all: 'a0z' }, { all: 'b1z' }] });
  });

  it('run branches side by side and gather their results', async () => {
    const branch = (name: string): object => ({
      StartAt: name,
      States: { [name]: { Type: 'Pass', Result: name, End } },
    });
    const { output } = await one(
      {
        Type: 'Parallel',
        Branches: [branch('l'), branch('r')],
        ResultSelector: { 'both.$': '$' },
        ResultPath: '$.p',
        End,
      },
      { a: 1 },
    );
    expect(output).toEqual({ a: 1, p: { both: ['l', 'r'] } });
  });
});
