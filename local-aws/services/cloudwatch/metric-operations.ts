import {
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  type Datapoint,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import type { AlarmSpace } from './alarms.ts';
import { checkStatistic, type Measurement } from './metrics.ts';
import { checkPeriod, checkQueries, dimensionsOf, periodOf, valuesOf } from './queries.ts';

type SpaceOf = (where: { readonly account: string; readonly region: string }) => AlarmSpace;

export function metricOperations(kernel: Kernel, spaceOf: SpaceOf): AnyOperation[] {
  return [put(kernel, spaceOf), list(spaceOf), statistics(spaceOf), data(spaceOf)];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
function put(kernel: Kernel, spaceOf: SpaceOf): AnyOperation {
  return operation({
    command: PutMetricDataCommand,
    accepts: ['Namespace', 'MetricData'],
    authorize: (input) => ({
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      context: { 'cloudwatch:namespace': input.Namespace ?? '' },
    }),
    handle: async (input, { caller }) => {
      const namespace = input.Namespace ?? '';
      if (namespace === '' || namespace.startsWith('AWS/'))
        throw new AwsError('InvalidParameterValue', `The value ${namespace} for parameter Namespace is invalid.`);
      const space = spaceOf(caller);
      for (const datum of input.MetricData ?? []) {
        const id = { namespace, name: datum.MetricName ?? '', dimensions: dimensionsOf(datum.Dimensions) };
        for (const measured of measurements(datum, kernel.clock.now())) space.metrics.record(id, measured);
        space.touched(id);
      }
      return {};
    },
  });
}

/** NaN and infinities are refused, and what is beyond this. */
const LARGEST = 2 ** 360;

function measurements(datum: MetricDatum, now: number): Measurement[] {
  onlyMembers(
    datum,
    [
      'MetricName',
      'Dimensions',
      'Timestamp',
      'Value',
      'Values',
      'Counts',
      'StatisticValues',
      'Unit',
      'StorageResolution',
    ],
    'a MetricDatum',
  );
  const at = datum.Timestamp?.getTime() ?? now;
  if (at < now - 14 * 86_400_000 || at > now + 2 * 3_600_000)
    throw new AwsError('InvalidParameterValue', `The timestamp of ${datum.MetricName ?? ''} is out of range.`);
  const unit = datum.Unit ?? 'None';
  const { StatisticValues: set } = datum;
  const { SampleCount, Sum, Minimum, Maximum } = set ?? {};
  const numbers = [datum.Value, ...(datum.Values ?? []), ...(datum.Counts ?? []), SampleCount, Sum, Minimum, Maximum];
  if (numbers.some((number) => number !== undefined && !(Math.abs(number) <= LARGEST)))
    throw new AwsError('InvalidParameterValue', `A value of ${datum.MetricName ?? ''} is out of range.`);
  if (set !== undefined)
    return [
      {
        at,
        unit,
        summary: {
          sum: set.Sum ?? 0,
          count: set.SampleCount ?? 0,
          minimum: set.Minimum ?? 0,
          maximum: set.Maximum ?? 0,
        },
      },
    ];
  if (datum.Values !== undefined && datum.Counts !== undefined && datum.Values.length !== datum.Counts.length)
    throw new AwsError('InvalidParameterValue', 'The parameters Values and Counts must have the same length.');
  if (datum.Values !== undefined)
    return datum.Values.map((value, index) => ({ at, unit, value, count: datum.Counts?.[index] ?? 1 }));
  if (datum.Value === undefined)
    throw new AwsError('MissingParameter', 'The parameter MetricData.member.1.Value is required.');
  return [{ at, unit, value: datum.Value }];
}

function list(spaceOf: SpaceOf): AnyOperation {
  return operation({
    command: ListMetricsCommand,
    accepts: ['Namespace', 'MetricName', 'Dimensions', 'NextToken'],
    authorize: () => ({ action: 'cloudwatch:ListMetrics', resource: '*' }),
    handle: async (input, { caller }) => {
      const all = spaceOf(caller)
        .metrics.list()
        .filter(
          ({ namespace, name, dimensions }) =>
            (input.Namespace === undefined || input.Namespace === namespace) &&
            (input.MetricName === undefined || input.MetricName === name) &&
            (input.Dimensions ?? []).every(
              ({ Name, Value }) =>
                Object.hasOwn(dimensions, Name ?? '') && (Value === undefined || dimensions[Name ?? ''] === Value),
            ),
        );
      const from = Number(input.NextToken ?? 0);
      return {
        Metrics: all.slice(from, from + 500).map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        NextToken: from + 500 < all.length ? String(from + 500) : undefined,
      };
    },
  });
}

function statistics(spaceOf: SpaceOf): AnyOperation {
  return operation({
    command: GetMetricStatisticsCommand,
    accepts: [
      'Namespace',
      'MetricName',
      'Dimensions',
      'StartTime',
      'EndTime',
      'Period',
      'Statistics',
      'ExtendedStatistics',
      'Unit',
    ],
    authorize: () => ({ action: 'cloudwatch:GetMetricStatistics', resource: '*' }),
    handle: async (input, { caller }) => {
      const id = {
        namespace: input.Namespace ?? '',
        name: input.MetricName ?? '',
        dimensions: dimensionsOf(input.Dimensions),
      };
      const period = input.Period ?? 60;
      checkPeriod(period);
      for (const statistic of input.ExtendedStatistics ?? []) checkStatistic(statistic, 'ExtendedStatistics');
      const span = spanOf(input.StartTime, input.EndTime, period * 1_000);
      const points = new Map<number, Datapoint>();
      const add = (statistic: string, extended: boolean): void => {
        for (const { at, value, unit } of spaceOf(caller).metrics.points(id, statistic, span, input.Unit)) {
          const point: Datapoint = points.get(at) ?? { Timestamp: new Date(at) };
          points.set(at, {
            ...point,
            Unit: input.Unit ?? unitOf(unit),
            ...(extended
              ? { ExtendedStatistics: { ...point.ExtendedStatistics, [statistic]: value } }
              : { [statistic]: value }),
          });
        }
      };
      for (const statistic of input.Statistics ?? []) add(statistic, false);
      for (const statistic of input.ExtendedStatistics ?? []) add(statistic, true);
      return { Label: input.MetricName, Datapoints: [...points.values()] };
    },
  });
}

/** Units are kept as text; only those of the API come back. */
function unitOf(unit: string): NonNullable<Datapoint['Unit']> {
  const known = ['Count', 'Milliseconds', 'Seconds', 'Bytes', 'Percent', 'None'] as const;
  return known.find((each) => each === unit) ?? 'None';
}

/** Periods are aligned to whole multiples of themselves. */
function spanOf(start: Date | undefined, end: Date | undefined, period: number) {
  const from = Math.floor((start?.getTime() ?? 0) / period) * period;
  const until = end?.getTime() ?? 0;
  if (until <= from) throw new AwsError('InvalidParameterValue', 'The parameter StartTime must be less than EndTime.');
  if ((until - from) / period > 100_800)
    throw new AwsError('InvalidParameterCombination', 'You have requested too many datapoints.');
  return { from, until, period };
}

function data(spaceOf: SpaceOf): AnyOperation {
  return operation({
    command: GetMetricDataCommand,
    accepts: ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy'],
    authorize: () => ({ action: 'cloudwatch:GetMetricData', resource: '*' }),
    handle: async (input, { caller }) => {
      const queries = input.MetricDataQueries ?? [];
      checkQueries(queries);
      const span = spanOf(input.StartTime, input.EndTime, periodOf(queries));
      const results = queries
        .filter(({ ReturnData }) => ReturnData !== false)
        .map(({ Id = '', Label, MetricStat }) => {
          const found = [...valuesOf(spaceOf(caller).metrics, queries, Id, span)].sort(([one], [other]) => one - other);
          if (input.ScanBy !== 'TimestampAscending') found.reverse();
          return {
            Id,
            Label: Label ?? MetricStat?.Metric?.MetricName ?? Id,
            Timestamps: found.map(([at]) => new Date(at)),
            Values: found.map(([, value]) => value),
            StatusCode: 'Complete' as const,
          };
        });
      return { MetricDataResults: results, Messages: [] };
    },
  });
}
