import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeInsightRulesCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import type { ServiceEvent } from '../../kernel/ports.ts';

const where = { account: '333333333333', region: 'us-east-1' };
const metric = { Namespace: 'Orders', MetricName: 'Failed' };
const MINUTE = 60_000;

let aws: LocalAws;
let cloudwatch: CloudWatchClient;
let events: ServiceEvent[];

beforeEach(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0, begin: Date.parse('2026-11-20T09:00:00Z') });
  cloudwatch = aws.client(CloudWatchClient, where);
  events = [];
  Object.defineProperty(aws.kernel.port, 'events', { value: { emit: (event: ServiceEvent) => events.push(event) } });
});
afterEach(() => aws.close());

async function put(value: number, name = 'Failed'): Promise<void> {
  await cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'Orders', MetricData: [{ MetricName: name, Value: value, Unit: 'Count' }] }),
  );
}

async function state(name: string): Promise<string | undefined> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  );
  return [...MetricAlarms, ...CompositeAlarms][0]?.StateValue;
}

async function alarm(name: string): Promise<void> {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      ...metric,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 3,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
}

describe('an alarm', () => {
  it('starts without data, turns with it, and comes to rest once nothing is left to see', async () => {
    await alarm('failures');
    expect(await state('failures')).toBe('INSUFFICIENT_DATA');
    await aws.clock.advance(MINUTE);
    expect(await state('failures')).toBe('OK');
    await put(2);
    await put(2);
    await aws.clock.advance(MINUTE);
    expect(await state('failures')).toBe('ALARM');
    await aws.clock.advance(10 * MINUTE);
    expect(await state('failures')).toBe('OK');
    expect(aws.clock.pending().filter(({ label }) => label.includes('alarm'))).toEqual([]);
    const { AlarmHistoryItems } = await cloudwatch.send(
      new DescribeAlarmHistoryCommand({
        AlarmName: 'failures',
        HistoryItemType: 'StateUpdate',
        ScanBy: 'TimestampAscending',
      }),
    );
    expect(AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm updated from INSUFFICIENT_DATA to OK',
      'Alarm updated from OK to ALARM',
      'Alarm updated from ALARM to OK',
    ]);
  });

  it('tells EventBridge of each change', async () => {
    await alarm('failures');
    await put(5);
    await aws.clock.advance(MINUTE);
    expect(events).toMatchObject([
      {
        account: '333333333333',
        source: 'aws.cloudwatch',
        detailType: 'CloudWatch Alarm State Change',
        resources: ['arn:aws:cloudwatch:us-east-1:333333333333:alarm:failures'],
        detail: {
          alarmName: 'failures',
          state: { value: 'ALARM' },
          previousState: { value: 'INSUFFICIENT_DATA' },
          configuration: { metrics: [{ metricStat: { period: 60, stat: 'Sum', metric: { name: 'Failed' } } }] },
        },
      },
    ]);
  });

  it('returns to its true state after SetAlarmState', async () => {
    await alarm('failures');
    await aws.clock.advance(MINUTE);
    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: 'failures', StateValue: 'ALARM', StateReason: 'drill' }),
    );
    expect(await state('failures')).toBe('ALARM');
    await aws.clock.advance(MINUTE);
    expect(await state('failures')).toBe('OK');
  });

  it('by metric math and by percentile', async () => {
    const stat = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: 'Orders', MetricName }, Period: 60, Stat: 'Sum' },
    });
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'rate',
        Metrics: [stat('failed', 'Failed'), stat('made', 'Made'), { Id: 'rate', Expression: '100 * failed / made' }],
        EvaluationPeriods: 1,
        Threshold: 10,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'slowest',
        Namespace: 'Orders',
        MetricName: 'Made',
        ExtendedStatistic: 'p95',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 50,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await put(2);
    await put(10, 'Made');
    await aws.clock.advance(MINUTE);
    expect(await state('rate')).toBe('ALARM');
    expect(await state('slowest')).toBe('OK');
  });

  it('drives composite alarms', async () => {
    await alarm('failures');
    await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'any', AlarmRule: 'ALARM(failures)' }));
    expect(await state('any')).toBe('OK');
    await put(5);
    await aws.clock.advance(MINUTE);
    expect(await state('any')).toBe('ALARM');
  });
});

it('gives statistics and metric data back', async () => {
  for (const value of [1, 2, 3, 4]) await put(value);
  const StartTime = new Date(aws.clock.now() - MINUTE);
  const EndTime = new Date(aws.clock.now() + MINUTE);
  const { Datapoints } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      ...metric,
      StartTime,
      EndTime,
      Period: 3600,
      Statistics: ['Sum', 'Average', 'Maximum', 'SampleCount'],
      ExtendedStatistics: ['p50'],
    }),
  );
  expect(Datapoints).toMatchObject([
    { Sum: 10, Average: 2.5, Maximum: 4, SampleCount: 4, Unit: 'Count', ExtendedStatistics: { p50: 2 } },
  ]);
  const { MetricDataResults } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime,
      EndTime,
      MetricDataQueries: [
        { Id: 'sum', ReturnData: false, MetricStat: { Metric: metric, Period: 3600, Stat: 'Sum' } },
        { Id: 'double', Expression: 'sum * 2' },
      ],
    }),
  );
  expect(MetricDataResults).toMatchObject([{ Id: 'double', Values: [20] }]);
});

it('refuses by name what is not implemented', async () => {
  await expect(cloudwatch.send(new DescribeInsightRulesCommand({}))).rejects.toThrow('DescribeInsightRules');
  await expect(
    cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'x',
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        ThresholdMetricId: 'band',
      }),
    ),
  ).rejects.toThrow('ThresholdMetricId');
});
