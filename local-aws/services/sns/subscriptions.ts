import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
  type SubscribeCommandInput,
} from '@aws-sdk/client-sns';
import { randomUUID } from 'node:crypto';
import { NotImplemented } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { invalid, readFilter } from './filter-policy.ts';
import { onTopic, type Subscription, type Topics } from './topics.ts';

/** Who gets a topic's messages, and which of them. */
export function subscriptionOperations(topics: Topics): AnyOperation[] {
  const onSubscription =
    (action: string) =>
    ({ SubscriptionArn }: { SubscriptionArn: string | undefined }, { caller }: { caller: Caller }) =>
      onTopic(topics.subscription(SubscriptionArn).topic, action, caller);
  return [
    operation({
      command: SubscribeCommand,
      accepts: ['TopicArn', 'Protocol', 'Endpoint', 'Attributes', 'ReturnSubscriptionArn'],
      authorize: (input, { caller }) => onTopic(topics.get(input.TopicArn), 'Subscribe', caller),
      handle: async (input, { caller }) => ({ SubscriptionArn: subscribe(topics, input, caller).arn }),
    }),
    operation({
      command: UnsubscribeCommand,
      accepts: ['SubscriptionArn'],
      authorize: onSubscription('Unsubscribe'),
      handle: async ({ SubscriptionArn = '' }) => {
        topics.subscription(SubscriptionArn).topic.subscriptions.delete(SubscriptionArn);
        return {};
      },
    }),
    operation({
      command: GetSubscriptionAttributesCommand,
      accepts: ['SubscriptionArn'],
      authorize: onSubscription('GetSubscriptionAttributes'),
      handle: async ({ SubscriptionArn }) => {
        const { topic, subscription } = topics.subscription(SubscriptionArn);
        return {
          Attributes: {
            SubscriptionArn: subscription.arn,
            TopicArn: topic.arn,
            Protocol: subscription.protocol,
            Endpoint: subscription.endpoint,
            Owner: subscription.owner,
            ...shown(subscription),
            PendingConfirmation: 'false',
          },
        };
      },
    }),
    operation({
      command: SetSubscriptionAttributesCommand,
      accepts: ['SubscriptionArn', 'AttributeName', 'AttributeValue'],
      authorize: onSubscription('SetSubscriptionAttributes'),
      handle: async ({ SubscriptionArn, AttributeName = '', AttributeValue = '' }) => {
        const { topic, subscription } = topics.subscription(SubscriptionArn);
        // A scope may be set before there is a policy.
        const next = { ...shown(subscription), FilterPolicyScope: subscription.scope, [AttributeName]: AttributeValue };
        topic.subscriptions.set(subscription.arn, { ...subscription, ...settingsOf(next) });
        return {};
      },
    }),
    operation({
      command: ListSubscriptionsByTopicCommand,
      accepts: ['TopicArn'],
      authorize: (input, { caller }) => onTopic(topics.get(input.TopicArn), 'ListSubscriptionsByTopic', caller),
      handle: async (input) => {
        const topic = topics.get(input.TopicArn);
        return {
          Subscriptions: [...topic.subscriptions.values()].map(({ arn, protocol, endpoint, owner }) => ({
            SubscriptionArn: arn,
            TopicArn: topic.arn,
            Protocol: protocol,
            Endpoint: endpoint,
            Owner: owner,
          })),
        };
      },
    }),
  ];
}

/** The same endpoint twice is one subscription. An e-mail address counts as confirmed. */
function subscribe(topics: Topics, input: SubscribeCommandInput, caller: Caller): Subscription {
  const topic = topics.get(input.TopicArn);
  const { Protocol: protocol, Endpoint: endpoint = '', Attributes = {} } = input;
  if (protocol !== 'email' && protocol !== 'sqs' && protocol !== 'lambda')
    throw new NotImplemented(`the protocol ${protocol ?? ''} of sns`);
  const settings = settingsOf(Attributes);
  const known = [...topic.subscriptions.values()].find((one) => one.protocol === protocol && one.endpoint === endpoint);
  if (known !== undefined) {
    if (Object.entries(Attributes).some(([name, value]) => shown(known)[name] !== value))
      throw invalid('Attributes Reason: Subscription already exists with different attributes');
    return known;
  }
  const arn = `${topic.arn}:${randomUUID()}`;
  const subscription: Subscription = { arn, protocol, endpoint, owner: caller.account, ...settings };
  topic.subscriptions.set(arn, subscription);
  return subscription;
}

const ATTRIBUTES = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope'];

type Given = Readonly<Record<string, string | undefined>>;

/** https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html. @throws AwsError InvalidParameter, NotImplemented */
function settingsOf(given: Given): Pick<Subscription, 'raw' | 'filterPolicy' | 'scope' | 'wants'> {
  const unknown = Object.keys(given).filter((name) => !ATTRIBUTES.includes(name));
  if (unknown.length > 0) throw new NotImplemented(`the subscription attributes ${unknown.join(', ')} of sns`);
  const { RawMessageDelivery = 'false', FilterPolicy, FilterPolicyScope: scope = 'MessageAttributes' } = given;
  const filterPolicy = FilterPolicy === '' ? undefined : FilterPolicy;
  return { raw: RawMessageDelivery === 'true', filterPolicy, scope, wants: readFilter(filterPolicy, scope) };
}

/** What can be set of a subscription, as it is. */
function shown({ raw, filterPolicy, scope }: Subscription): Given {
  return {
    RawMessageDelivery: String(raw),
    ...(filterPolicy === undefined ? {} : { FilterPolicy: filterPolicy, FilterPolicyScope: scope }),
  };
}
