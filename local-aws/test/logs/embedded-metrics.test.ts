import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  DescribeAlarmsCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

// After https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
const where = { account: '111111111111', region: 'us-east-1' };
const group = { logGroupName: '/test/metrics', logStreamName: 'one' };
let aws: LocalAws;
let logs: CloudWatchLogsClient;
let cloudwatch: CloudWatchClient;

beforeEach(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0, begin });
  logs = aws.client(CloudWatchLogsClient, where);
  cloudwatch = aws.client(CloudWatchClient, where);
  await logs.send(new CreateLogGroupCommand({ logGroupName: group.logGroupName }));
  await logs.send(new CreateLogStreamCommand(group));
});
afterEach(() => aws.close());

const write = (message: string) =>
  logs.send(new PutLogEventsCommand({ ...group, logEvents: [{ timestamp: aws.clock.now(), message }] }));
const begin = Date.parse('2026-11-20T09:00:00Z');
/** The example of the specification: `time` of a version of a function. */
const sample = (more: object = {}, directive: object = {}, at = begin) => ({
  _aws: {
    Timestamp: at,
    CloudWatchMetrics: [
      {
        Namespace: 'lambda-function-metrics',
        Dimensions: [['functionVersion']],
        Metrics: [{ Name: 'time', Unit: 'Milliseconds' }],
        ...directive,
      },
    ],
  },
  functionVersion: '$LATEST',
  time: 100,
  requestId: '989ffbf8-9ace-4817-a57c-e4dd734019ee',
  ...more,
});
/** Every metric that is known: namespace, name and dimensions. */
async function metrics(): Promise<string[]> {
  const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({}));
  return Metrics.map(({ Namespace = '', MetricName = '', Dimensions = [] }) =>
    [Namespace, MetricName, ...Dimensions.map(({ Name = '', Value = '' }) => `${Name}=${Value}`)].join(' '),
  );
}
async function statistics(MetricName: string, ...dimensions: readonly (readonly [string, string])[]) {
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'lambda-function-metrics',
      MetricName,
      Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(aws.clock.now() - 3_600_000),
      EndTime: new Date(aws.clock.now() + 3_600_000),
      Period: 60,
      Statistics: ['Sum', 'SampleCount', 'Maximum'],
    }),
  );
  return Datapoints.map(({ Timestamp, Sum, SampleCount, Maximum, Unit }) => ({
    at: Timestamp?.toISOString(),
    ...{ Sum, SampleCount, Maximum, Unit },
  }));
}

it('gives a metric with its dimensions, its unit and the time that the document says, and nothing for its other members', async () => {
  await write(JSON.stringify(sample({}, {}, Date.parse('2026-11-20T08:30:10Z'))));
  expect(await metrics()).toEqual(['lambda-function-metrics time functionVersion=$LATEST']);
  expect(await statistics('time', ['functionVersion', '$LATEST'])).toEqual([
    { at: '2026-11-20T08:30:00.000Z', Sum: 100, SampleCount: 1, Maximum: 100, Unit: 'Milliseconds' },
  ]);
});

it('gives a metric for each set of dimensions, one of them for an empty set, and each value of an array', async () => {
  await write(
    JSON.stringify(sample({ time: [1, 2, 4] }, { Dimensions: [[], ['functionVersion']], Metrics: [{ Name: 'time' }] })),
  );
  expect((await metrics()).sort()).toEqual([
    'lambda-function-metrics time',
    'lambda-function-metrics time functionVersion=$LATEST',
  ]);
  expect(await statistics('time')).toMatchObject([{ Sum: 7, SampleCount: 3, Maximum: 4, Unit: 'None' }]);
});

it('is found behind what Lambda writes in front of a line', async () => {
  await write(`2026-11-20T09:00:00.000Z\t989ffbf8\tINFO\t${JSON.stringify(sample())}\n`);
  expect(await metrics()).toEqual(['lambda-function-metrics time functionVersion=$LATEST']);
});

it.each([
  ['text', 'time 100'],
  ['a line of JSON', JSON.stringify({ level: 'INFO', time: 100 })],
  ['JSON that is cut off', JSON.stringify(sample()).slice(0, -1)],
  ['JSON that holds a document', JSON.stringify({ message: sample() })],
])('is not looked for in %s', async (_, message) => {
  await write(message);
  expect(await metrics()).toEqual([]);
});

describe('a document that is wrong gives nothing but a count of such documents of its group', () => {
  it.each<[string, 'EMFParsingErrors' | 'EMFValidationErrors', object, object?]>([
    ['without a set of dimensions', 'EMFParsingErrors', {}, { Dimensions: [] }],
    ['without a namespace', 'EMFParsingErrors', {}, { Namespace: '' }],
    ['with a unit that is none', 'EMFParsingErrors', {}, { Metrics: [{ Name: 'time', Unit: 'Hours' }] }],
    ['with 101 metrics', 'EMFParsingErrors', {}, { Metrics: Array.from({ length: 101 }, () => ({ Name: 'time' })) }],
    ['whose metric is missing', 'EMFValidationErrors', { time: undefined }],
    ['whose metric is nested', 'EMFValidationErrors', {}, { Metrics: [{ Name: 'a.b' }] }],
    ['whose metric is text', 'EMFValidationErrors', { time: '100' }],
    ['with 101 values', 'EMFValidationErrors', { time: Array.from({ length: 101 }, () => 1) }],
    ['whose dimension is missing', 'EMFValidationErrors', { functionVersion: undefined }],
    ['whose dimension is a number', 'EMFValidationErrors', { functionVersion: 1 }],
  ])('%s', async (_, metric, more, directive = {}) => {
    await write(JSON.stringify(sample(more, directive)));
    expect(await metrics()).toEqual([`AWS/Logs ${metric} LogGroupName=/test/metrics`]);
  });

  it.each([
    ['more than two weeks ago', -15 * 86_400_000],
    ['more than two hours ahead', 3 * 3_600_000],
  ])('of a time %s', async (_, from) => {
    await write(JSON.stringify(sample({}, {}, begin + from)));
    expect(await metrics()).toEqual(['AWS/Logs EMFValidationErrors LogGroupName=/test/metrics']);
  });
});

it('moves an alarm', async () => {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'slow',
      Namespace: 'lambda-function-metrics',
      MetricName: 'time',
      Dimensions: [{ Name: 'functionVersion', Value: '$LATEST' }],
      ...{ Statistic: 'Maximum', Period: 60, EvaluationPeriods: 1, Threshold: 50, TreatMissingData: 'notBreaching' },
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  const state = async () => (await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.[0]?.StateValue;
  await aws.clock.advance(60_000);
  expect(await state()).toBe('OK');
  await write(JSON.stringify(sample({}, {}, aws.clock.now())));
  await aws.clock.advance(60_000);
  expect(await state()).toBe('ALARM');
});
