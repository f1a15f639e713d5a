import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmTopic } from '../constructs/alarm-topic.ts';

/** Alarms on releases themselves; each dead-letter queue has its own. */
export class ReleaseAlarms extends Construct {
  constructor(scope: Construct, id: string, props: { readonly releaseMachineArn: string; readonly topic: AlarmTopic }) {
    super(scope, id);
    for (const [name, metricName, meaning] of [
      [
        'NotClean',
        'ExecutionsFailed',
        'A release ended Failed: an environment is quarantined. `sluice list` names it.',
      ],
      ['TimedOut', 'ExecutionsTimedOut', 'A release’s workflow timed out. `sluice list` names what is still open.'],
    ] as const) {
      new CfnAlarm(this, name, {
        alarmDescription: meaning,
        namespace: 'AWS/States',
        metricName,
        dimensions: [{ name: 'StateMachineArn', value: props.releaseMachineArn }],
        statistic: 'Sum',
        period: 60,
        evaluationPeriods: 1,
        threshold: 0,
        comparisonOperator: 'GreaterThanThreshold',
        treatMissingData: 'notBreaching',
        alarmActions: [props.topic.arn],
      });
    }
  }
}
