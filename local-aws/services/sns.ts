/**
 * SNS: standard topics with policies, subscriptions of e-mail addresses (captured), queues and functions, Publish.
 * https://docs.aws.amazon.com/sns/latest/api/
 */
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { AwsError, NotImplemented } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Caller } from '../kernel/principal.ts';
import { operation, type AnyOperation, type Service } from '../kernel/service.ts';
import { subscriptionOperations } from './sns/subscriptions.ts';
import { defaultPolicy, onTopic, Topics, type Topic } from './sns/topics.ts';

export function createSns(kernel: Kernel): { services: Service[] } {
  const topics = new Topics(kernel);
  return {
    services: [
      {
        signingName: 'sns',
        documentation:
          'Standard topics, policies, subscriptions (e-mail captured, queues, functions) with filter policies, Publish. ' +
          'https://docs.aws.amazon.com/sns/latest/api/',
        operations: [...topicOperations(topics), ...tagOperations(topics), ...subscriptionOperations(topics)],
        tagsOf: (arn) => topics.all.get(arn)?.tags,
      },
    ],
  };
}

function topicArn(name: string | undefined, { account, region }: Caller): string {
  return `arn:aws:sns:${region}:${account}:${name ?? ''}`;
}

function on(topics: Topics, action: string) {
  return (input: { TopicArn?: string | undefined }, { caller }: { caller: Caller }) =>
    onTopic(topics.get(input.TopicArn), action, caller);
}

function setAttribute({ kernel }: Topics, topic: Topic, name: string, value: string): void {
  if (name === 'Policy') {
    topic.policy = kernel.port.iam.parsePolicy(value);
    topic.policyText = value;
    return;
  }
  // AWS's own key serves everybody; a customer's would ask every publisher for a grant on it.
  const ownKey = name === 'KmsMasterKeyId' && (value === '' || value === 'alias/aws/sns');
  if (name !== 'DisplayName' && !ownKey) throw new NotImplemented(`the topic attribute ${name} (${value}) of sns`);
  topic.attributes.set(name, value);
}

function topicOperations(topics: Topics): AnyOperation[] {
  return [
    operation({
      command: CreateTopicCommand,
      accepts: ['Name', 'Attributes', 'Tags'],
      authorize: (input, { caller }) =>
        ['sns:CreateTopic', ...(input.Tags === undefined ? [] : ['sns:TagResource'])].map((action) => ({
          action,
          resource: topicArn(input.Name, caller),
        })),
      handle: async ({ Name = '', Attributes = {}, Tags = [] }, { caller }) => {
        if (!/^[a-zA-Z0-9_-]{1,256}$/.test(Name))
          throw new AwsError('InvalidParameterException', 'Invalid parameter: Topic Name');
        const arn = topicArn(Name, caller);
        if (topics.all.has(arn)) return { TopicArn: arn };
        const policy = defaultPolicy(arn, caller.account);
        const topic: Topic = {
          arn,
          account: caller.account,
          region: caller.region,
          attributes: new Map(),
          policyText: JSON.stringify(policy),
          policy,
          tags: new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
          subscriptions: new Map(),
        };
        for (const [name, value] of Object.entries(Attributes)) setAttribute(topics, topic, name, value);
        topics.all.set(arn, topic);
        return { TopicArn: arn };
      },
    }),
    operation({
      command: DeleteTopicCommand,
      accepts: ['TopicArn'],
      authorize: ({ TopicArn = '' }, { caller }) => {
        // Deleting what is not there succeeds.
        const topic = topics.all.get(TopicArn);
        return topic === undefined
          ? { action: 'sns:DeleteTopic', resource: TopicArn }
          : onTopic(topic, 'DeleteTopic', caller);
      },
      handle: async ({ TopicArn = '' }) => {
        topics.all.delete(TopicArn);
        return {};
      },
    }),
    operation({
      command: GetTopicAttributesCommand,
      accepts: ['TopicArn'],
      authorize: on(topics, 'GetTopicAttributes'),
      handle: async (input) => {
        const topic = topics.get(input.TopicArn);
        return {
          Attributes: {
            ...Object.fromEntries(topic.attributes),
            TopicArn: topic.arn,
            Owner: topic.account,
            Policy: topic.policyText,
            DisplayName: topic.attributes.get('DisplayName') ?? '',
            SubscriptionsConfirmed: String(topic.subscriptions.size),
            SubscriptionsPending: '0',
          },
        };
      },
    }),
    operation({
      command: SetTopicAttributesCommand,
      accepts: ['TopicArn', 'AttributeName', 'AttributeValue'],
      authorize: on(topics, 'SetTopicAttributes'),
      handle: async ({ TopicArn, AttributeName = '', AttributeValue = '' }) => {
        const topic = topics.get(TopicArn);
        // Without a policy of its own a topic has the default one again.
        if (AttributeName === 'Policy' && AttributeValue === '') {
          topic.policy = defaultPolicy(topic.arn, topic.account);
          topic.policyText = JSON.stringify(topic.policy);
        } else setAttribute(topics, topic, AttributeName, AttributeValue);
        return {};
      },
    }),
    operation({
      command: ListTopicsCommand,
      accepts: [],
      authorize: (_input, { caller }) => ({ action: 'sns:ListTopics', resource: topicArn('*', caller) }),
      handle: async (_input, { caller }) => ({
        Topics: [...topics.all.values()]
          .filter(({ account, region }) => account === caller.account && region === caller.region)
          .map(({ arn }) => ({ TopicArn: arn })),
      }),
    }),
    operation({
      command: PublishCommand,
      accepts: ['TopicArn', 'Message', 'Subject', 'MessageAttributes'],
      authorize: on(topics, 'Publish'),
      handle: async ({ TopicArn, Message = '', Subject, MessageAttributes = {} }) => {
        if (Message === '') throw new AwsError('InvalidParameterException', 'Invalid parameter: Empty message');
        const publication = { message: Message, subject: Subject, attributes: MessageAttributes };
        return { MessageId: topics.publish(topics.get(TopicArn), publication) };
      },
    }),
  ];
}

function tagOperations(topics: Topics): AnyOperation[] {
  const onTags =
    (action: string) =>
    ({ ResourceArn }: { ResourceArn: string | undefined }, { caller }: { caller: Caller }) =>
      onTopic(topics.get(ResourceArn), action, caller);
  return [
    operation({
      command: TagResourceCommand,
      accepts: ['ResourceArn', 'Tags'],
      authorize: onTags('TagResource'),
      handle: async ({ ResourceArn, Tags = [] }) => {
        for (const { Key = '', Value = '' } of Tags) topics.get(ResourceArn).tags.set(Key, Value);
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['ResourceArn', 'TagKeys'],
      authorize: onTags('UntagResource'),
      handle: async ({ ResourceArn, TagKeys = [] }) => {
        for (const key of TagKeys) topics.get(ResourceArn).tags.delete(key);
        return {};
      },
    }),
    operation({
      command: ListTagsForResourceCommand,
      accepts: ['ResourceArn'],
      authorize: onTags('ListTagsForResource'),
      handle: async ({ ResourceArn }) => ({
        Tags: [...topics.get(ResourceArn).tags].map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ];
}
