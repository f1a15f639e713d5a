import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PublishCommand } from '@aws-sdk/client-sns';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { serviceCaller } from '../../kernel/principal.ts';
import type { AlarmRecord, AlarmState, MetricAlarmRecord } from './alarm-records.ts';
import { offsetTime } from './offset-time.ts';
import { dimensionsOf } from './queries.ts';

/** Whose alarm it is, and where what its actions did is kept. */
interface AlarmScope {
  readonly account: string;
  readonly region: string;
  remember(alarm: AlarmRecord, type: 'Action', summary: string, data: unknown): void;
}

/**
 * Tells of a change of state: an event on the default bus, and the alarm's actions.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function publishStateChange(kernel: Kernel, scope: AlarmScope, before: AlarmRecord, after: AlarmRecord): void {
  kernel.port.events.emit({
    account: scope.account,
    region: scope.region,
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [after.arn],
    detail: {
      alarmName: after.name,
      state: stateOf(after.state),
      previousState: stateOf(before.state),
      configuration: configurationOf(after),
    },
  });
  if (!after.actionsEnabled) return;
  for (const action of after.actions[after.state.value])
    kernel.background(`an action of alarm ${after.name}`, () => runAction(kernel, scope, before, after, action));
}

function stateOf({ value, reason, reasonData, at }: AlarmState) {
  return { value, reason, ...(reasonData === undefined ? {} : { reasonData }), timestamp: offsetTime(at) };
}

function configurationOf(alarm: AlarmRecord) {
  const description = alarm.description === undefined ? {} : { description: alarm.description };
  if (alarm.kind === 'composite') return { ...description, alarmRule: alarm.ruleText };
  const metrics = alarm.queries.map(({ Id, MetricStat, Expression, Label, ReturnData }) => ({
    id: Id,
    ...(Expression === undefined ? {} : { expression: Expression }),
    ...(Label === undefined ? {} : { label: Label }),
    ...(MetricStat === undefined
      ? {}
      : {
          metricStat: {
            metric: {
              namespace: MetricStat.Metric?.Namespace,
              name: MetricStat.Metric?.MetricName,
              dimensions: dimensionsOf(MetricStat.Metric?.Dimensions),
            },
            period: MetricStat.Period,
            stat: MetricStat.Stat,
          },
        }),
    returnData: ReturnData ?? true,
  }));
  return { ...description, metrics };
}

async function runAction(
  kernel: Kernel,
  scope: AlarmScope,
  before: AlarmRecord,
  after: AlarmRecord,
  action: string,
): Promise<void> {
  const { account, region } = scope;
  const message = JSON.stringify(messageOf(scope, before, after));
  try {
    if (action.startsWith('arn:aws:sns:')) {
      const subject = `${after.state.value}: "${after.name}" in ${region}`.slice(0, 100);
      const caller = serviceCaller('cloudwatch.amazonaws.com', account, region, after.arn);
      await kernel.send(caller, new PublishCommand({ TopicArn: action, Subject: subject, Message: message }));
    } else {
      const caller = serviceCaller('lambda.alarms.cloudwatch.amazonaws.com', account, region, after.arn);
      const Payload = Buffer.from(message);
      await kernel.send(caller, new InvokeCommand({ FunctionName: action, InvocationType: 'Event', Payload }));
    }
    scope.remember(after, 'Action', `Successfully executed action ${action}`, { actionState: 'Succeeded' });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    scope.remember(after, 'Action', `Failed to execute action ${action}. Received error: "${error.message}"`, {
      actionState: 'Failed',
    });
  }
}

/** What topics get. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
function messageOf({ account, region }: AlarmScope, before: AlarmRecord, after: AlarmRecord) {
  return {
    AlarmName: after.name,
    AlarmDescription: after.description ?? null,
    AWSAccountId: account,
    AlarmConfigurationUpdatedTimestamp: offsetTime(after.configuredAt),
    NewStateValue: after.state.value,
    NewStateReason: after.state.reason,
    StateChangeTime: offsetTime(after.state.at),
    Region: region,
    AlarmArn: after.arn,
    OldStateValue: before.state.value,
    OKActions: after.actions.OK,
    AlarmActions: after.actions.ALARM,
    InsufficientDataActions: after.actions.INSUFFICIENT_DATA,
    ...(after.kind === 'composite' ? { AlarmRule: after.ruleText } : { Trigger: triggerOf(after) }),
  };
}

function triggerOf({ queries, rule, math }: MetricAlarmRecord) {
  const stat = queries[0]?.MetricStat;
  const base = {
    EvaluationPeriods: rule.evaluationPeriods,
    DatapointsToAlarm: rule.datapointsToAlarm,
    ComparisonOperator: rule.operator,
    Threshold: rule.threshold,
    TreatMissingData: rule.treatMissing,
  };
  if (math || stat === undefined) return { ...base, Metrics: queries };
  return {
    ...base,
    MetricName: stat.Metric?.MetricName,
    Namespace: stat.Metric?.Namespace,
    StatisticType: stat.Stat?.startsWith('p') === true ? 'ExtendedStatistic' : 'Statistic',
    Statistic: stat.Stat?.toUpperCase(),
    Unit: stat.Unit ?? null,
    Dimensions: (stat.Metric?.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
    Period: stat.Period,
  };
}
