import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  type MessageAttributeValue,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { readFilter } from '../../services/sns/filter-policy.ts';

// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html

const string = (StringValue: string) => ({ DataType: 'String', StringValue });
const number = (value: number) => ({ DataType: 'Number', StringValue: String(value) });
const array = (...values: readonly unknown[]) => ({ DataType: 'String.Array', StringValue: JSON.stringify(values) });
const binary = { DataType: 'Binary', BinaryValue: new Uint8Array([1]) };

const rugby = string('rugby');
const not = (...values: readonly unknown[]) => [{ 'anything-but': values }];

describe('a policy of attributes', () => {
  it.each<[string, object, Record<string, MessageAttributeValue>, boolean]>([
    ['one of the values', { sport: ['rugby', 'tennis'] }, { sport: rugby }, true],
    ['none of the values', { sport: ['tennis'] }, { sport: rugby }, false],
    ['another case', { sport: ['Rugby'] }, { sport: rugby }, false],
    ['an element', { sport: ['rugby'] }, { sport: array('tennis', 'rugby') }, true],
    ['no element', { sport: ['baseball'] }, { sport: array('tennis', 'rugby') }, false],
    ['a keyword in a list', { sport: [true] }, { sport: array(true, null) }, true],
    ['no list at all', { sport: ['rugby'] }, { sport: { DataType: 'String.Array', StringValue: 'rugby' } }, false],
    ['every name', { sport: ['rugby'], store: ['here'] }, { sport: rugby, store: string('here') }, true],
    ['one name of two', { sport: ['rugby'], store: ['here'] }, { sport: rugby }, false],
    ['what it does not name', { sport: ['rugby'] }, { sport: rugby, other: string('x') }, true],
    ['no attributes', { sport: ['rugby'] }, {}, false],
    ['anything but', { sport: not('rugby', 'tennis') }, { sport: string('baseball') }, true],
    ['not anything but', { sport: not('rugby', 'tennis') }, { sport: rugby }, false],
    ['anything but by prefix', { sport: [{ 'anything-but': { prefix: 'ru' } }] }, { sport: rugby }, false],
    ['a prefix', { sport: [{ prefix: 'ru' }] }, { sport: rugby }, true],
    ['a suffix', { sport: [{ suffix: 'ball' }] }, { sport: string('baseball') }, true],
    ['any case', { sport: [{ 'equals-ignore-case': 'RUGBY' }] }, { sport: rugby }, true],
    ['an address', { from: [{ cidr: '10.0.0.0/24' }] }, { from: string('10.0.0.255') }, true],
    ['another address', { from: [{ cidr: '10.0.0.0/24' }] }, { from: string('10.1.1.0') }, false],
    ['a number', { price: [{ numeric: ['=', 301.5] }] }, { price: number(301.5) }, true],
    ['a range', { price: [{ numeric: ['>', 0, '<=', 150] }] }, { price: number(150) }, true],
    ['out of a range', { price: [{ numeric: ['>', 0, '<', 150] }] }, { price: number(150) }, false],
    [
      'a number of another name',
      { price: [{ numeric: ['>', 1] }] },
      { price: { ...number(2), DataType: 'Number.int' } },
      true,
    ],
    ['a text for a number', { price: [{ numeric: ['=', 5] }] }, { price: string('5') }, false],
    ['what exists', { store: [{ exists: true }] }, { store: string('x') }, true],
    ['what is absent', { store: [{ exists: false }] }, { sport: rugby }, true],
    ['what is not absent', { store: [{ exists: false }] }, { store: string('x') }, false],
    ['binary', { store: [{ exists: true }] }, { store: binary }, false],
    ['either', { $or: [{ sport: ['rugby'] }, { store: ['here'] }] }, { store: string('here') }, true],
    ['neither', { $or: [{ sport: ['rugby'] }, { store: ['here'] }] }, { store: string('there') }, false],
  ])('looks at %s', (_name, policy, MessageAttributes, wanted) => {
    const attributes = Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => [name, { DataType, StringValue }]),
    );
    const wants = readFilter(JSON.stringify(policy), 'MessageAttributes');
    expect(wants({ message: 'x', subject: undefined, attributes })).toBe(wanted);
  });
});

describe('a policy of bodies', () => {
  const nested = { order: { sport: ['rugby'], price: [{ numeric: ['>=', 5] }] } };
  it.each<[string, object, string, boolean]>([
    ['what is inside', nested, JSON.stringify({ order: { sport: 'rugby', price: 5 } }), true],
    ['all that is inside', nested, JSON.stringify({ order: { sport: 'rugby', price: 4 } }), false],
    ['elements', { sports: ['rugby'] }, JSON.stringify({ sports: ['tennis', 'rugby'] }), true],
    ['null', { sports: [null] }, JSON.stringify({ sports: null }), true],
    ['no JSON', { sports: ['rugby'] }, 'rugby', false],
    ['no object', { sports: [{ exists: false }] }, '["rugby"]', false],
  ])('looks at %s', (_name, policy, message, wanted) => {
    const wants = readFilter(JSON.stringify(policy), 'MessageBody');
    expect(wants({ message, subject: undefined, attributes: {} })).toBe(wanted);
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
describe('a policy that is none', () => {
  const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, ['v']]));
  const values = (count: number) => Array.from({ length: count }, (_, index) => String(index));
  it.each<[string, unknown, string, string]>([
    ['nested, of attributes', { a: { b: ['c'] } }, 'MessageAttributes', 'does not support nested filter policy'],
    ['more than five keys', keys(6), 'MessageAttributes', 'can not have more than 5 keys'],
    ['151 combinations', { a: values(151) }, 'MessageAttributes', 'too complex'],
    ['deep combinations', { a: { b: values(76) } }, 'MessageBody', 'too complex'],
    ['a number too large', { a: [{ numeric: ['>', 1e9 + 1] }] }, 'MessageAttributes', 'between -1.0E9 and 1.0E9'],
    ['an unknown operator', { a: [{ like: 'x' }] }, 'MessageAttributes', 'Unrecognized match type like'],
    ['a value without a list', { a: 'x' }, 'MessageAttributes', 'must be an object or an array'],
    ['a list', ['a'], 'MessageAttributes', 'failed to parse JSON'],
    ['another scope', { a: ['b'] }, 'Everything', 'Invalid value [Everything]'],
  ])('is refused: %s', (_name, policy, scope, reason) => {
    expect(() => readFilter(JSON.stringify(policy), scope)).toThrow(`Invalid parameter: FilterPolicy`);
    expect(() => readFilter(JSON.stringify(policy), scope)).toThrow(reason);
  });

  it.each<[string, object, string]>([
    ['five keys', keys(5), 'MessageAttributes'],
    ['150 combinations', { a: values(150) }, 'MessageAttributes'],
    ['nothing', {}, 'MessageAttributes'],
  ])('is not one of %s', (_name, policy, scope) => {
    expect(readFilter(JSON.stringify(policy), scope)).toBeTypeOf('function');
  });
});

describe('a subscription', () => {
  const where = { account: '111111111111', region: 'us-east-1' };
  const Endpoint = 'arn:aws:sqs:us-east-1:111111111111:filtered';
  let aws: LocalAws;
  let sns: SNSClient;
  let sqs: SQSClient;
  let TopicArn: string | undefined;
  let QueueUrl: string | undefined;

  beforeAll(async () => {
    aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
    sns = aws.client(SNSClient, where);
    sqs = aws.client(SQSClient, where);
    ({ TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'topic' })));
    ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'filtered' })));
    const Statement = [
      { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: Endpoint },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  });
  afterAll(() => aws.close());

  const publish = (Message: string, MessageAttributes?: Record<string, MessageAttributeValue>) =>
    sns.send(new PublishCommand({ TopicArn, Message, MessageAttributes }));
  async function received(): Promise<(string | undefined)[]> {
    await aws.clock.idle();
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body }) => Body);
  }

  it('gets what its policy wants, by attributes and by bodies, and everything without one', async () => {
    const subscribe = { TopicArn, Protocol: 'sqs', Endpoint, ReturnSubscriptionArn: true };
    const FilterPolicy = JSON.stringify({ kind: ['paid'] });
    const Attributes = { RawMessageDelivery: 'true', FilterPolicy };
    const { SubscriptionArn } = await sns.send(new SubscribeCommand({ ...subscribe, Attributes }));
    const set = (AttributeName: string, AttributeValue: string) =>
      sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
    await publish('one', { kind: string('paid') });
    await publish('two', { kind: string('sent') });
    await publish('three');
    expect(await received()).toEqual(['one']);
    const read = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(read.Attributes).toMatchObject({ ...Attributes, FilterPolicyScope: 'MessageAttributes' });
    await set('FilterPolicyScope', 'MessageBody');
    await publish('{"kind":"paid"}');
    await publish('{"kind":"sent"}', { kind: string('paid') });
    expect(await received()).toEqual(['{"kind":"paid"}']);
    await expect(set('FilterPolicy', '{"kind":"paid"}')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await set('FilterPolicy', '{}');
    await publish('four');
    expect(await received()).toEqual(['four']);
    const other = { ...subscribe, Attributes: { FilterPolicy } };
    await expect(sns.send(new SubscribeCommand(other))).rejects.toThrow('already exists with different attributes');
    expect((await sns.send(new SubscribeCommand(subscribe))).SubscriptionArn).toBe(SubscriptionArn);
  });
});
