import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AlarmRecord, CompositeAlarmRecord, MetricAlarmRecord } from './alarm-records.ts';

function base(alarm: AlarmRecord) {
  const { state } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ...(alarm.description === undefined ? {} : { AlarmDescription: alarm.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.actions.OK],
    AlarmActions: [...alarm.actions.ALARM],
    InsufficientDataActions: [...alarm.actions.INSUFFICIENT_DATA],
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData === undefined ? {} : { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(state.at),
    StateTransitionedTimestamp: new Date(state.at),
  };
}

/** A metric alarm as DescribeAlarms shows it. */
export function describeMetric(alarm: MetricAlarmRecord): MetricAlarm {
  const { rule, queries, math } = alarm;
  const stat = queries[0]?.MetricStat;
  return {
    ...base(alarm),
    EvaluationPeriods: rule.evaluationPeriods,
    DatapointsToAlarm: rule.datapointsToAlarm,
    Threshold: rule.threshold,
    ComparisonOperator: rule.operator,
    TreatMissingData: rule.treatMissing,
    ...(alarm.evaluateLowSampleCountPercentile === undefined
      ? {}
      : { EvaluateLowSampleCountPercentile: alarm.evaluateLowSampleCountPercentile }),
    ...(math || stat === undefined
      ? { Metrics: [...queries] }
      : {
          Namespace: stat.Metric?.Namespace,
          MetricName: stat.Metric?.MetricName,
          Dimensions: stat.Metric?.Dimensions ?? [],
          Period: stat.Period,
          ...statisticOf(stat.Stat ?? ''),
          ...(stat.Unit === undefined ? {} : { Unit: stat.Unit }),
        }),
  };
}

function statisticOf(stat: string): Pick<MetricAlarm, 'Statistic' | 'ExtendedStatistic'> {
  const plain = (['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const).find((each) => each === stat);
  return plain === undefined ? { ExtendedStatistic: stat } : { Statistic: plain };
}

/** A composite alarm as DescribeAlarms shows it. */
export function describeComposite(alarm: CompositeAlarmRecord): CompositeAlarm {
  return { ...base(alarm), AlarmRule: alarm.ruleText };
}
