import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type EngineMetricName, metricNamespace } from '../../core/contract/engine-metrics.ts';
import type { AlarmTopic } from '../constructs/alarm-topic.ts';

interface EngineAlarmsProps {
  readonly releaseMachineArn: string;
  readonly topic: AlarmTopic;
}

/** What an alarm watches: a minute's value of a metric, and for how many minutes it has to be too high. */
interface Watched {
  /** What it means, what to do, and the section of the documentation that says more. */
  readonly description: string;
  readonly metric: Pick<CfnAlarmProps, 'namespace' | 'metricName' | 'dimensions' | 'statistic'>;
  readonly above: number;
  readonly minutes: number;
}

/** Three minutes in a row that are this late are no run that was missed once. */
const LAG_SECONDS = 300;

/**
 * The alarms on the engine itself; each dead-letter queue has its own. An engine with
 * nothing to do writes nothing. One whose reconciler dies writes nothing either: that is seen by the dead letters of `wake`.
 */
export class EngineAlarms extends Construct {
  readonly arns: readonly string[];

  constructor(scope: Construct, id: string, { releaseMachineArn, topic }: EngineAlarmsProps) {
    super(scope, id);
    this.arns = Object.entries(alarmsOf(releaseMachineArn)).map(([name, watched]) => this.add(name, watched, topic));
  }

  private add(name: string, { description, metric, above, minutes }: Watched, topic: AlarmTopic): string {
    const alarm = new CfnAlarm(this, name, {
      alarmDescription: description,
      ...metric,
      period: 60,
      evaluationPeriods: minutes,
      threshold: above,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
      alarmActions: [topic.arn],
    });
    return alarm.attrArn;
  }
}

function alarmsOf(releaseMachineArn: string): Readonly<Record<string, Watched>> {
  const executions = (metricName: string): Watched['metric'] => ({
    namespace: 'AWS/States',
    metricName,
    dimensions: [{ name: 'StateMachineArn', value: releaseMachineArn }],
    statistic: 'Sum',
  });
  const own = (metricName: EngineMetricName): Watched['metric'] => ({
    namespace: metricNamespace,
    metricName,
    statistic: 'Maximum',
  });
  return {
    NotClean: {
      description:
        'A release ended Failed: its environment is quarantined. `sluice list` names it; repair the target, then clear the quarantine: docs/operating.md#a-release-ended-failed',
      metric: executions('ExecutionsFailed'),
      above: 0,
      minutes: 1,
    },
    TimedOut: {
      description:
        'The workflow of a release timed out. The engine rolls back what it left half done; `sluice list` names what is still open: docs/operating.md#a-releases-execution-was-stopped-or-died',
      metric: executions('ExecutionsTimedOut'),
      above: 0,
      minutes: 1,
    },
    Undelivered: {
      description:
        'For ten minutes a message to people, or to the event bus, has not reached everyone it is for. `sluice show RELEASE` names them, and why: docs/operating.md#a-message-is-not-delivered',
      metric: own('Undelivered'),
      above: 0,
      minutes: 10,
    },
    ReconcilerLag: {
      description:
        'For three minutes the engine has found something that was due more than five minutes ago: it cannot look after a release, or its runs come too late. The log of sluice-wake says why: docs/operating.md#the-engine-cannot-look-after-a-release',
      metric: own('ReconcilerLag'),
      above: LAG_SECONDS,
      minutes: 3,
    },
  };
}
