import { GetMetricStatisticsCommand, CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient, PutFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, invoke, roleFor, text, where } from './functions.ts';

let aws: LocalAws;
let lambda: LambdaClient;
let sent: { queue: string; body: unknown; attributes: unknown }[];

beforeEach(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  lambda = aws.client(LambdaClient, where);
  sent = [];
  const send = (_: unknown, queue: string, body: string, attributes: unknown): void => {
    sent.push({ queue, body: JSON.parse(body), attributes });
  };
  Object.defineProperty(aws.kernel.port, 'queues', { value: { send } });
});
afterEach(() => aws.close());

const QUEUE = 'arn:aws:sqs:us-east-1:222222222222:lost';
const FAILS = `export const handler = async (event) => { throw new Error('never: ' + event.order); };`;

async function fire(name: string): Promise<void> {
  await lambda.send(
    new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: Buffer.from('{"order":7}') }),
  );
}

it('retries after one and two minutes, then gives the event to the destination and the dead-letter queue', async () => {
  const role = await roleFor(aws, 'lossy', ['sqs:SendMessage']);
  await createFunction(lambda, 'lossy', role, FAILS, { DeadLetterConfig: { TargetArn: QUEUE } });
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: 'lossy',
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    }),
  );
  const count = () => aws.meters.read({ of: (of) => of === 'lossy' }).invocations;
  await fire('lossy');
  await aws.clock.advance(59_000);
  expect(count()).toBe(1);
  await aws.clock.advance(2_000);
  expect(count()).toBe(2);
  await aws.clock.advance(110_000);
  expect([count(), sent]).toEqual([2, []]);
  await aws.clock.advance(15_000);
  expect(count()).toBe(3);
  expect(sent).toMatchObject([
    {
      queue: QUEUE,
      body: {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { order: 7 },
        responsePayload: { errorMessage: 'never: 7' },
      },
    },
    { queue: QUEUE, body: { order: 7 }, attributes: { ErrorMessage: 'never: 7' } },
  ]);
  const { Datapoints = [] } = await aws.client(CloudWatchClient, where).send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: 'lossy' }],
      StartTime: new Date(aws.clock.now() - 600_000),
      EndTime: new Date(aws.clock.now() + 60_000),
      Period: 3600,
      Statistics: ['Sum'],
    }),
  );
  expect(Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0)).toBe(3);
});

it('hands no client context on: that is for synchronous invocations only', async () => {
  const role = await roleFor(aws, 'untold', ['sqs:SendMessage']);
  const source = `export const handler = async (_, context) => { throw new Error('told ' + typeof context.clientContext); };`;
  await createFunction(lambda, 'untold', role, source);
  const OnFailure = { Destination: QUEUE };
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: 'untold',
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure },
    }),
  );
  const ClientContext = Buffer.from('{"custom":{}}').toString('base64');
  await lambda.send(new InvokeCommand({ FunctionName: 'untold', InvocationType: 'Event', ClientContext }));
  await aws.clock.advance(10_000);
  expect(sent).toMatchObject([{ body: { responsePayload: { errorMessage: 'told undefined' } } }]);
});

it('refuses a dead-letter queue that the role may not send to', async () => {
  const role = await roleFor(aws, 'poor', []);
  await expect(
    createFunction(lambda, 'poor', role, FAILS, { DeadLetterConfig: { TargetArn: QUEUE } }),
  ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

it('shows functions the time of the clock, and lets a fault kill one', async () => {
  const role = await roleFor(aws, 'timely', ['lambda:GetAccountSettings']);
  const source = `import { LambdaClient, GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
    const client = new LambdaClient({});
    export const handler = async (event) => {
      if (event.call) await client.send(new GetAccountSettingsCommand({}));
      return [Date.now(), new Date().getTime(), new Date(0).toISOString(), new Date() instanceof Date, process.pid];
    };`;
  await createFunction(lambda, 'timely', role, source, { Timeout: 30 });
  await aws.clock.advance(30 * 86_400_000);
  const before = aws.clock.now();
  const { payload } = await invoke(lambda, 'timely', { call: true });
  const [now, constructed, epoch, isDate, pid] = Array.isArray(payload) ? payload.map((each: unknown) => each) : [];
  expect(Number(now)).toBeGreaterThanOrEqual(before);
  expect(Number(constructed)).toBeLessThanOrEqual(aws.clock.now());
  expect([epoch, isDate]).toEqual(['1970-01-01T00:00:00.000Z', true]);

  aws.faults.atCall('killed', { operation: 'GetAccountSettings', role: 'timely' }, { kind: 'kill', when: 'before' });
  expect(await invoke(lambda, 'timely', { call: true })).toMatchObject({
    error: 'Unhandled',
    payload: { errorType: 'Runtime.ExitError', errorMessage: text(/signal: killed$/) },
  });
  aws.faults.assertAllHappened();
  const again = await invoke(lambda, 'timely');
  expect(Array.isArray(again.payload) && again.payload.at(-1) !== pid).toBe(true);
});
