import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  type MetricDataQuery,
  type PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

let aws: LocalAws;
let cloudwatch: CloudWatchClient;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0, begin: Date.parse('2026-11-20T09:00:00Z') });
  cloudwatch = aws.client(CloudWatchClient, { account: '333333333333', region: 'us-east-1' });
  await cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: 'Orders',
      MetricData: [{ MetricName: 'Failed', Value: 1, Dimensions: [{ Name: 'Shop', Value: 'a' }] }],
    }),
  );
});
afterAll(() => aws.close());

const rule = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' } as const;
const stat = (Stat: string, Period = 60): MetricDataQuery => ({
  Id: 'm1',
  ReturnData: false,
  MetricStat: { Metric: { Namespace: 'Orders', MetricName: 'Failed' }, Period, Stat },
});
const alarm = (input: Partial<PutMetricAlarmInput>) =>
  cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: 'a', ...rule, ...input }));
const sum = (Id: string, Expression: string, ReturnData = false): MetricDataQuery => ({ Id, Expression, ReturnData });

describe('an alarm that could never be evaluated is refused when it is put', () => {
  it.each<[string, Partial<PutMetricAlarmInput>, string]>([
    ['a statistic that is none', { Metrics: [{ ...stat('x90'), ReturnData: true }] }, 'is not a valid statistic'],
    ['one that is not implemented', { Metrics: [{ ...stat('tm90'), ReturnData: true }] }, 'the statistic tm90'],
    ['a negative period', { Metrics: [{ ...stat('Sum', -60), ReturnData: true }] }, 'greater than or equal to 1'],
    ['a period of 7 seconds', { Metrics: [{ ...stat('Sum', 7), ReturnData: true }] }, 'Period must be'],
    ['expressions in a circle', { Metrics: [sum('a', 'b', true), sum('b', 'a')] }, 'refers to itself'],
    ['an expression of nothing', { Metrics: [sum('a', 'b', true)] }, 'does not exist'],
    [
      'a week of minutes',
      { Metrics: [{ ...stat('Sum'), ReturnData: true }], EvaluationPeriods: 10_080 },
      'more than 1 day',
    ],
    [
      'a billion periods',
      { Metrics: [{ ...stat('Sum'), ReturnData: true }], EvaluationPeriods: 1e9 },
      'more than 1 day',
    ],
    ['signs without end', { Metrics: [sum('a', `${'-'.repeat(900)}1`, true)] }, 'Error in expression'],
  ])('for %s', async (_, input, message) => {
    await expect(alarm(input)).rejects.toThrow(message);
    await aws.clock.advance(300_000);
  });

  it('for a rule that is nested too deeply', async () => {
    const AlarmRule = `${'NOT '.repeat(900)}TRUE`;
    await expect(cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'c', AlarmRule }))).rejects.toThrow(
      'nested too deeply',
    );
  });
});

const span = { StartTime: new Date('2026-11-20T08:00:00Z'), EndTime: new Date('2026-11-20T10:00:00Z') };

it('computes each query once, however often others refer to it', async () => {
  const doubled = Array.from({ length: 40 }, (_, index) => sum(`e${index + 1}`, `e${index} + e${index}`, index === 39));
  const MetricDataQueries = [{ ...stat('Sum'), Id: 'e0' }, ...doubled];
  const { MetricDataResults } = await cloudwatch.send(new GetMetricDataCommand({ MetricDataQueries, ...span }));
  expect(MetricDataResults?.map(({ Id }) => Id)).toEqual(['e40']);
});

it.each([Number.NaN, Infinity, -Infinity, 1e300])('refuses the value %d', async (Value) => {
  const datum = { MetricName: 'Failed', Value };
  await expect(cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Orders', MetricData: [datum] }))).rejects.toThrow(
    'out of range',
  );
});

it('refuses statistics of no time, and of a negative period', async () => {
  const of = (Period: number) =>
    cloudwatch.send(
      new GetMetricStatisticsCommand({ Namespace: 'a', MetricName: 'b', Statistics: ['Sum'], Period, ...span }),
    );
  await expect(of(-60)).rejects.toThrow("Value '-60' at 'period' failed to satisfy constraint");
  await expect(of(61)).rejects.toThrow('Period must be');
});

it('finds a metric by the dimensions that it has of its own', async () => {
  const named = async (Name: string) =>
    (await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Orders', Dimensions: [{ Name }] }))).Metrics?.length;
  expect(await named('Shop')).toBe(1);
  expect(await named('toString')).toBe(0);
});
