import type { Context } from '../model/context.ts';
import { managedPolicy } from '../policies/managed-policies.ts';
import { eventProblem } from '../model/errors.ts';
import { getAtt, ref, referredId } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { isFilled, isGiven, isText, mapOf, type Fields } from '../model/values.ts';
import { queuePolicy } from '../policies/documents.ts';
import { permission } from './permission.ts';
import { allowManaged, makeMapping } from './source-mapping.ts';
import type { FunctionEvent } from './target.ts';

/** A subscription of an `SNS` event: the function's own, or a queue's from which the function reads. @throws Problem */
export function topicSubscription(event: FunctionEvent, context: Context): readonly Made[] {
  const { target, id } = event;
  const { Topic, SqsSubscription } = event.properties;
  if (!isFilled(SqsSubscription))
    return [
      permission(target, 'sns.amazonaws.com', id, { SourceArn: Topic }),
      subscription(event, 'lambda', target.arn),
    ];
  if (SqsSubscription === true) return ownQueue(event, context);
  const given = mapOf(SqsSubscription);
  if (!isFilled(given.QueueArn) || !isFilled(given.QueueUrl))
    throw eventProblem(event.name, 'No QueueARN or QueueURL provided.');
  return [
    ...readQueue(event, given.QueueArn, given.BatchSize, context),
    queueAllows(event, given.QueueArn, given.QueueUrl, given.QueuePolicyLogicalId),
    subscription(event, 'sqs', given.QueueArn),
  ];
}

function ownQueue(event: FunctionEvent, context: Context): readonly Made[] {
  const { target, id, properties } = event;
  const queueId = `${id}Queue`;
  const arn = getAtt(queueId, 'Arn');
  const topic = mapOf(context.resources[referredId(properties.Topic) ?? '']);
  const fifo = context.resolve(mapOf(topic.Properties).FifoTopic);
  const queue: Made = {
    id: queueId,
    type: 'AWS::SQS::Queue',
    attributes: target.attributes,
    properties: { FifoQueue: isFilled(fifo) ? fifo : undefined },
  };
  return [
    ...readQueue(event, arn, undefined, context),
    queue,
    queueAllows(event, arn, ref(queueId), undefined),
    subscription(event, 'sqs', arn),
  ];
}

function subscription({ id, target, properties }: FunctionEvent, protocol: string, endpoint: unknown): Made {
  const { Topic, Region, FilterPolicy, FilterPolicyScope, RedrivePolicy } = properties;
  return {
    id,
    type: 'AWS::SNS::Subscription',
    attributes: target.attributes,
    properties: {
      ...{ Protocol: protocol, Endpoint: endpoint, TopicArn: Topic },
      ...{ Region, FilterPolicy, FilterPolicyScope, RedrivePolicy },
    },
  };
}

function queueAllows({ id, target, properties }: FunctionEvent, arn: unknown, url: unknown, policyId: unknown): Made {
  return {
    id: isText(policyId) && policyId !== '' ? policyId : `${id}QueuePolicy`,
    type: 'AWS::SQS::QueuePolicy',
    attributes: target.attributes,
    properties: queuePolicy('*', properties.Topic, arn, url),
  };
}

function readQueue(
  { id, target, role }: FunctionEvent,
  arn: unknown,
  size: unknown,
  context: Context,
): readonly Made[] {
  allowManaged(role, managedPolicy(context, 'service-role/AWSLambdaSQSQueueExecutionRole'));
  const properties: Fields = { EventSourceArn: arn, BatchSize: isGiven(size) && size !== 0 ? size : 10, Enabled: true };
  return [makeMapping(`${id}EventSourceMapping`, target, properties)];
}
