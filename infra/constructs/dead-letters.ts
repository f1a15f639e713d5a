import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AlarmTopic } from './alarm-topic.ts';

export interface DeadLettersProps {
  /** What ends up here, for the alarm's text. */
  readonly what: string;
  readonly topic: AlarmTopic;
}

/** A queue for what could not be delivered: encrypted, TLS-only, two weeks, and an alarm as soon as something is in it. */
export class DeadLetters extends Construct {
  readonly arn: string;
  readonly queueName: string;
  readonly alarmArn: string;
  private readonly statements: object[];

  constructor(scope: Construct, id: string, { what, topic }: DeadLettersProps) {
    super(scope, id);
    const queue = new CfnQueue(this, 'Queue', {
      sqsManagedSseEnabled: true,
      messageRetentionPeriod: Duration.days(14).toSeconds(),
    });
    this.arn = queue.attrArn;
    this.queueName = queue.attrQueueName;
    this.statements = [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: queue.attrArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ];
    new CfnQueuePolicy(this, 'Policy', {
      queues: [queue.ref],
      policyDocument: { Version: '2012-10-17', Statement: this.statements },
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'This is the dead-letter queue itself: of EventBridge rules and asynchronous invocations, which the rule does not see.',
    });
    const alarm = new CfnAlarm(this, 'Alarm', {
      alarmDescription: `Not delivered: ${what}. Read the queue's messages, fix the cause, then hand them over again: docs/operating.md#dead-letters`,
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: [{ name: 'QueueName', value: queue.attrQueueName }],
      statistic: 'Maximum',
      period: 60,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
      alarmActions: [topic.arn],
    });
    this.alarmArn = alarm.attrArn;
  }

  /** Lets one EventBridge rule send the events here that it could not deliver. */
  acceptFrom(ruleArn: string): void {
    this.statements.push({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: this.arn,
      Condition: {
        ArnEquals: { 'aws:SourceArn': ruleArn },
        StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
      },
    });
  }
}
