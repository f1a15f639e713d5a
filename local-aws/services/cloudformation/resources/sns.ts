/**
 * AWS::SNS::Topic, TopicPolicy and Subscription.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SNS.html
 */
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import * as z from 'zod';
import type { Properties, ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { differ, flag, policyDocument, readProperties, tagList } from './shapes.ts';
import { refuseTaken } from './taken.ts';

const topicSchema = z.strictObject({
  TopicName: z.string().optional(),
  DisplayName: z.string().optional(),
  KmsMasterKeyId: z.string().optional(),
  Subscription: z.array(z.strictObject({ Endpoint: z.string(), Protocol: z.string() })).default([]),
  Tags: tagList.optional(),
});
const TOPIC = 'AWS::SNS::Topic';
const topic: ResourceProvider = {
  type: TOPIC,
  properties: Object.keys(topicSchema.shape),
  createOnly: ['TopicName'],
  attributes: ['TopicArn', 'TopicName'],
  create: async (properties, context) => {
    const { TopicName, Tags, Subscription, ...attributes } = readProperties(TOPIC, topicSchema, properties);
    const Attributes = Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    if (TopicName !== undefined) {
      const TopicArn = `arn:aws:sns:${context.region}:${context.account}:${TopicName}`;
      const there = context.kernel.send(context.caller, new GetTopicAttributesCommand({ TopicArn }));
      await refuseTaken(TOPIC, TopicArn, there, 'NotFoundException');
    }
    const { TopicArn = '' } = await context.kernel.send(
      context.caller,
      new CreateTopicCommand({ Name: TopicName ?? context.name(256), Attributes, Tags }),
    );
    await resubscribe(TopicArn, Subscription, [], context);
    return topicState(TopicArn);
  },
  update: async (TopicArn, properties, previous, context) => {
    const { kernel, caller } = context;
    const wanted = readProperties(TOPIC, topicSchema, properties);
    const was = readProperties(TOPIC, topicSchema, previous);
    for (const AttributeName of ['DisplayName', 'KmsMasterKeyId'] as const) {
      if (wanted[AttributeName] === was[AttributeName]) continue;
      const AttributeValue = wanted[AttributeName] ?? '';
      await kernel.send(caller, new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
    }
    await resubscribe(TopicArn, wanted.Subscription, was.Subscription, context);
    if (differ(wanted.Tags, was.Tags)) {
      const TagKeys = (was.Tags ?? []).map(({ Key }) => Key);
      if (TagKeys.length > 0) await kernel.send(caller, new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys }));
      const Tags = wanted.Tags ?? [];
      if (Tags.length > 0) await kernel.send(caller, new TagResourceCommand({ ResourceArn: TopicArn, Tags }));
    }
    return topicState(TopicArn);
  },
  delete: async (TopicArn, _properties, { kernel, caller }) => {
    await kernel.send(caller, new DeleteTopicCommand({ TopicArn }));
  },
};

type Inside = z.infer<typeof topicSchema>['Subscription'];

/** The subscriptions inside of a topic: those that are new are made, and those that are no longer there end. */
async function resubscribe(
  TopicArn: string,
  wanted: Inside,
  was: Inside,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  const among = (all: Inside, one: Inside[number]): boolean => all.some((each) => !differ(each, one));
  for (const one of wanted) if (!among(was, one)) await kernel.send(caller, new SubscribeCommand({ TopicArn, ...one }));
  const gone = was.filter((one) => !among(wanted, one));
  if (gone.length === 0) return;
  const { Subscriptions = [] } = await kernel.send(caller, new ListSubscriptionsByTopicCommand({ TopicArn }));
  for (const { Endpoint = '', Protocol = '', SubscriptionArn } of Subscriptions)
    if (among(gone, { Endpoint, Protocol }))
      await unlessGone(kernel.send(caller, new UnsubscribeCommand({ SubscriptionArn })), 'NotFoundException');
}

function topicState(TopicArn: string): ResourceState {
  return { physicalId: TopicArn, attributes: { TopicArn, TopicName: TopicArn.split(':').at(-1) } };
}

const policySchema = z.strictObject({ Topics: z.array(z.string()), PolicyDocument: policyDocument });
const POLICY = 'AWS::SNS::TopicPolicy';

async function putPolicy(properties: Properties, previous: Properties | undefined, context: ResourceContext) {
  const { Topics, PolicyDocument } = readProperties(POLICY, policySchema, properties);
  for (const arn of Topics) await setPolicy(arn, PolicyDocument, context);
  const before = previous === undefined ? [] : readProperties(POLICY, policySchema, previous).Topics;
  for (const arn of before) if (!Topics.includes(arn)) await setPolicy(arn, '', context);
}

async function setPolicy(TopicArn: string, AttributeValue: string, { kernel, caller }: ResourceContext): Promise<void> {
  await kernel.send(caller, new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
}

const topicPolicy: ResourceProvider = {
  type: POLICY,
  properties: Object.keys(policySchema.shape),
  createOnly: [],
  attributes: ['Id'],
  create: async (properties, context) => {
    await putPolicy(properties, undefined, context);
    const Id = context.name(80);
    return { physicalId: Id, attributes: { Id } };
  },
  update: async (Id, properties, previous, context) => {
    await putPolicy(properties, previous, context);
    return { physicalId: Id, attributes: { Id } };
  },
  delete: async (_id, properties, context) => {
    for (const arn of readProperties(POLICY, policySchema, properties).Topics)
      await unlessGone(setPolicy(arn, '', context), 'NotFoundException');
  },
};

const subscriptionSchema = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string().optional(),
  RawMessageDelivery: flag.transform(String).optional(),
  // CloudFormation takes a policy as an object or as its text.
  FilterPolicy: policyDocument.optional(),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).optional(),
});
const SUBSCRIPTION = 'AWS::SNS::Subscription';

function attributesOf(properties: Properties) {
  const { TopicArn, Protocol, Endpoint, ...attributes } = readProperties(SUBSCRIPTION, subscriptionSchema, properties);
  return { own: { TopicArn, Protocol, Endpoint }, attributes };
}

/** What an attribute is that a template no longer has. */
const DEFAULTS = { RawMessageDelivery: 'false', FilterPolicy: '{}', FilterPolicyScope: 'MessageAttributes' };

const subscription: ResourceProvider = {
  type: SUBSCRIPTION,
  properties: Object.keys(subscriptionSchema.shape),
  createOnly: ['TopicArn', 'Protocol', 'Endpoint'],
  attributes: ['Arn'],
  create: async (properties, { kernel, caller }) => {
    const { own, attributes } = attributesOf(properties);
    const Attributes = Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    const { SubscriptionArn: Arn = '' } = await kernel.send(
      caller,
      new SubscribeCommand({ ...own, Attributes, ReturnSubscriptionArn: true }),
    );
    return { physicalId: Arn, attributes: { Arn } };
  },
  update: async (SubscriptionArn, properties, previous, { kernel, caller }) => {
    const wanted = { ...DEFAULTS, ...attributesOf(properties).attributes };
    const was = { ...DEFAULTS, ...attributesOf(previous).attributes };
    // A policy of bodies may be none of attributes: it never stands under their scope.
    const filters = ['FilterPolicyScope', 'FilterPolicy'] as const;
    const ordered = wanted.FilterPolicyScope === 'MessageBody' ? filters : filters.toReversed();
    for (const AttributeName of ['RawMessageDelivery' as const, ...ordered]) {
      if (wanted[AttributeName] === was[AttributeName]) continue;
      const AttributeValue = wanted[AttributeName];
      await kernel.send(
        caller,
        new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }),
      );
    }
    return { physicalId: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },
  delete: async (SubscriptionArn, _properties, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new UnsubscribeCommand({ SubscriptionArn })), 'NotFoundException'),
};

export const snsResources: ResourceProvider[] = [topic, topicPolicy, subscription];
