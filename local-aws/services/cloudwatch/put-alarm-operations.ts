import {
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type MetricDataQuery,
  type PutCompositeAlarmInput,
  type PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { askAlarms } from './alarm-operations.ts';
import { readAlarmRule } from './alarm-rule.ts';
import type { AlarmSpace } from './alarms.ts';
import type { AlarmRecord } from './alarm-records.ts';
import type { Rule } from './evaluation.ts';
import { checkStatistic } from './metrics.ts';
import { checkQueries, periodOf } from './queries.ts';

type SpaceOf = (where: { readonly account: string; readonly region: string }) => AlarmSpace;

const BASE = [
  'AlarmName',
  'AlarmDescription',
  'ActionsEnabled',
  'OKActions',
  'AlarmActions',
  'InsufficientDataActions',
  'Tags',
] as const;

/** Whoever tags an alarm while putting it has to be allowed that too. */
function tagging({ AlarmName, Tags = [] }: PutMetricAlarmInput | PutCompositeAlarmInput, call: Call): Authorization[] {
  return Tags.length === 0 ? [] : askAlarms('TagResource', [AlarmName], call);
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and API_PutCompositeAlarm.html */
export function putAlarmOperations(kernel: Kernel, spaceOf: SpaceOf): AnyOperation[] {
  return [
    operation({
      command: PutMetricAlarmCommand,
      accepts: [
        ...BASE,
        'MetricName',
        'Namespace',
        'Statistic',
        'ExtendedStatistic',
        'Dimensions',
        'Period',
        'Unit',
        'EvaluationPeriods',
        'DatapointsToAlarm',
        'Threshold',
        'ComparisonOperator',
        'TreatMissingData',
        'EvaluateLowSampleCountPercentile',
        'Metrics',
      ],
      authorize: (input, call) => [...askAlarms('PutMetricAlarm', [input.AlarmName], call), ...tagging(input, call)],
      handle: async (input, call) => {
        const space = spaceOf(call.caller);
        const rule = ruleOf(input);
        const queries = queriesOf(input);
        checkRange(queries, rule);
        const watched = queries.filter(({ ReturnData }) => ReturnData !== false);
        if (watched.length !== 1)
          throw new AwsError('ValidationError', 'Exactly one element of the metrics list should return data.');
        put(space, {
          ...base(kernel, space, input, call),
          kind: 'metric',
          rule,
          queries,
          watched: watched[0]?.Id ?? '',
          math: input.Metrics !== undefined,
          evaluateLowSampleCountPercentile: input.EvaluateLowSampleCountPercentile,
        });
        return {};
      },
    }),
    operation({
      command: PutCompositeAlarmCommand,
      accepts: [...BASE, 'AlarmRule'],
      authorize: (input, call) => [...askAlarms('PutCompositeAlarm', [input.AlarmName], call), ...tagging(input, call)],
      handle: async (input, call) => {
        const space = spaceOf(call.caller);
        const ruleText = input.AlarmRule ?? '';
        const rule = readAlarmRule(ruleText);
        const absent = [...rule.alarms].find((name) => !space.alarms.has(name));
        if (absent !== undefined)
          throw new AwsError('ValidationError', `AlarmRule must not contain an alarm that does not exist: ${absent}`);
        if (rule.alarms.has(input.AlarmName ?? ''))
          throw new AwsError('ValidationError', 'A composite alarm cannot depend on itself.');
        put(space, { ...base(kernel, space, input, call), kind: 'composite', ruleText, rule });
        return {};
      },
    }),
  ];
}

function put(space: AlarmSpace, alarm: AlarmRecord): void {
  const known = space.alarms.has(alarm.name);
  space.put(alarm);
  space.remember(alarm, 'ConfigurationUpdate', `Alarm "${alarm.name}" ${known ? 'updated' : 'created'}`, {
    version: '1.0',
    type: known ? 'Update' : 'Create',
  });
}

function base(
  kernel: Kernel,
  space: AlarmSpace,
  input: PutMetricAlarmInput | PutCompositeAlarmInput,
  { caller }: Call,
) {
  const name = input.AlarmName ?? '';
  const before = space.alarms.get(name);
  const actions = {
    OK: input.OKActions ?? [],
    ALARM: input.AlarmActions ?? [],
    INSUFFICIENT_DATA: input.InsufficientDataActions ?? [],
  };
  const refused = Object.values(actions)
    .flat()
    .find((action) => !/^arn:aws:(sns|lambda):/.test(action));
  if (refused !== undefined) throw new NotImplemented(`the alarm action ${refused}`);
  const tags = Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  return {
    name,
    arn: `arn:aws:cloudwatch:${caller.region}:${caller.account}:alarm:${name}`,
    description: input.AlarmDescription,
    actionsEnabled: input.ActionsEnabled ?? true,
    actions,
    configuredAt: kernel.clock.now(),
    state: before?.state ?? {
      value: 'INSUFFICIENT_DATA' as const,
      reason: 'Unchecked: Initial alarm creation',
      reasonData: undefined,
      at: kernel.clock.now(),
    },
    // Tags are taken at creation only, as in AWS.
    tags: before?.tags ?? tags,
  };
}

function ruleOf(input: PutMetricAlarmInput): Rule {
  const evaluationPeriods = input.EvaluationPeriods ?? 0;
  const datapointsToAlarm = input.DatapointsToAlarm ?? evaluationPeriods;
  if (evaluationPeriods < 1) throw new AwsError('ValidationError', 'EvaluationPeriods must be at least 1.');
  if (datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods)
    throw new AwsError('ValidationError', 'DatapointsToAlarm must be between 1 and EvaluationPeriods.');
  if (input.Threshold === undefined) throw new AwsError('ValidationError', 'Threshold must be specified.');
  const operator = input.ComparisonOperator;
  if (operator === undefined) throw new AwsError('MissingParameter', 'ComparisonOperator is required.');
  if (!/^(Greater|Less)Than(OrEqualTo)?Threshold$/.test(operator))
    throw new NotImplemented(`the alarm operator ${operator}`);
  const treatments = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;
  const treatMissing = treatments.find((each) => each === (input.TreatMissingData ?? 'missing'));
  if (treatMissing === undefined)
    throw new AwsError('ValidationError', `TreatMissingData ${input.TreatMissingData ?? ''} is not valid.`);
  return { operator, threshold: input.Threshold, evaluationPeriods, datapointsToAlarm, treatMissing };
}

/** An alarm looks at a day at most, with periods of an hour and more at a week. */
function checkRange(queries: readonly MetricDataQuery[], { evaluationPeriods }: Rule): void {
  const period = periodOf(queries) / 1_000;
  const longest = period >= 3_600 ? 7 * 86_400 : 86_400;
  if (evaluationPeriods * period > longest)
    throw new AwsError(
      'ValidationError',
      `Metrics cannot be checked across more than ${longest / 86_400} day(s) (EvaluationPeriods * Period must be <= ${longest}).`,
    );
}

function queriesOf(input: PutMetricAlarmInput): MetricDataQuery[] {
  if (input.Metrics !== undefined) {
    checkQueries(input.Metrics);
    return input.Metrics;
  }
  const stat = input.Statistic ?? input.ExtendedStatistic;
  if (stat === undefined || (input.Statistic !== undefined && input.ExtendedStatistic !== undefined))
    throw new AwsError('ValidationError', 'Exactly one of Statistic and ExtendedStatistic must be specified.');
  if (input.ExtendedStatistic !== undefined) checkStatistic(input.ExtendedStatistic, 'ExtendedStatistic');
  const period = input.Period ?? 0;
  if (![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0))
    throw new AwsError('ValidationError', 'Period must be 10, 20, 30 or a multiple of 60 seconds.');
  return [
    {
      Id: 'm1',
      ReturnData: true,
      MetricStat: {
        Metric: { Namespace: input.Namespace, MetricName: input.MetricName, Dimensions: input.Dimensions ?? [] },
        Period: period,
        Stat: stat,
        ...(input.Unit === undefined ? {} : { Unit: input.Unit }),
      },
    },
  ];
}
