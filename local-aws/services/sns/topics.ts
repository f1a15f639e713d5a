import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { serviceCaller, type Caller, type PolicyDocument } from '../../kernel/principal.ts';
import type { Authorization } from '../../kernel/service.ts';
import type { Filter } from './filter-policy.ts';
import type { Publication } from './publication.ts';

export interface Subscription {
  readonly arn: string;
  readonly protocol: 'email' | 'sqs' | 'lambda';
  readonly endpoint: string;
  readonly raw: boolean;
  /** JSON. */
  readonly filterPolicy: string | undefined;
  /** What the policy looks at: `MessageAttributes` or `MessageBody`. */
  readonly scope: string;
  readonly wants: Filter;
  readonly owner: string;
}

export interface Topic {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly attributes: Map<string, string>;
  policyText: string;
  policy: PolicyDocument;
  readonly tags: Map<string, string>;
  readonly subscriptions: Map<string, Subscription>;
}

/** Every topic, by ARN. */
export class Topics {
  readonly all = new Map<string, Topic>();

  constructor(readonly kernel: Kernel) {}

  /** @throws AwsError NotFoundException */
  get(arn: string | undefined): Topic {
    const topic = this.all.get(arn ?? '');
    if (topic === undefined) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
    return topic;
  }

  subscription(arn: string | undefined): { topic: Topic; subscription: Subscription } {
    for (const topic of this.all.values()) {
      const subscription = topic.subscriptions.get(arn ?? '');
      if (subscription !== undefined) return { topic, subscription };
    }
    throw new AwsError('NotFoundException', 'Subscription does not exist', 404);
  }

  /** Tells observers, and every queue and function that subscribed and wants it. E-mails are for the observers alone. */
  publish(topic: Topic, publication: Publication): string {
    const id = randomUUID();
    const { kernel } = this;
    kernel.observe({
      kind: 'notification',
      account: topic.account,
      topicArn: topic.arn,
      message: publication.message,
    });
    for (const subscription of topic.subscriptions.values())
      if (subscription.wants(publication))
        kernel.background(`SNS ${subscription.arn}`, () => deliver(kernel, topic, subscription, publication, id));
    return id;
  }
}

async function deliver(
  kernel: Kernel,
  topic: Topic,
  subscription: Subscription,
  publication: Publication,
  id: string,
): Promise<void> {
  const sns = serviceCaller('sns.amazonaws.com', topic.account, topic.region, topic.arn);
  try {
    if (subscription.protocol === 'sqs')
      kernel.port.queues.send(
        sns,
        subscription.endpoint,
        subscription.raw ? publication.message : JSON.stringify(envelope(kernel, topic, publication, id)),
      );
    if (subscription.protocol === 'lambda')
      await kernel.send(
        sns,
        new InvokeCommand({
          FunctionName: subscription.endpoint,
          InvocationType: 'Event',
          Payload: Buffer.from(JSON.stringify(record(kernel, topic, subscription, publication, id))),
        }),
      );
  } catch (error) {
    // As in AWS, a delivery that is not allowed is lost to its subscriber; the publisher is not told.
    if (!(error instanceof AwsError)) throw error;
  }
}

function envelope(kernel: Kernel, topic: Topic, { message, subject, attributes }: Publication, id: string) {
  return {
    Type: 'Notification',
    MessageId: id,
    TopicArn: topic.arn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: kernel.clock.date().toISOString(),
    SignatureVersion: '1',
    ...(Object.keys(attributes).length > 0 ? { MessageAttributes: shown(attributes) } : {}),
  };
}

function record(kernel: Kernel, topic: Topic, subscription: Subscription, publication: Publication, id: string) {
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Subject: null,
          ...envelope(kernel, topic, publication, id),
          MessageAttributes: shown(publication.attributes),
        },
      },
    ],
  };
}

function shown(attributes: Publication['attributes']) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue }]) => [
      name,
      { Type: DataType, Value: StringValue },
    ]),
  );
}

/** Services that a topic's own policy has to let in: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html */
const SILENT = ['events.amazonaws.com', 's3.amazonaws.com'];

/** An action on a topic, judged by identity and topic policy. */
export function onTopic(topic: Topic, action: string, caller: Caller): Authorization {
  const { principal } = caller;
  // The default policy lets in whoever acts for the owner; EventBridge and S3 do not say for whom they act.
  const owner = principal.type === 'service' ? principal.sourceAccount : caller.account;
  const says = principal.type !== 'service' || !SILENT.includes(principal.service);
  return {
    action: `sns:${action}`,
    resource: topic.arn,
    resourcePolicy: topic.policy,
    context: says ? { 'aws:SourceOwner': owner } : {},
  };
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
export function defaultPolicy(arn: string, account: string): PolicyDocument {
  const actions = [
    'GetTopicAttributes',
    'SetTopicAttributes',
    'AddPermission',
    'RemovePermission',
    'DeleteTopic',
    'Subscribe',
    'ListSubscriptionsByTopic',
    'Publish',
  ];
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  };
}
