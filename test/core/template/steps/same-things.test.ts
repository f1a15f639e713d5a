import { describe, expect, it } from 'vitest';
import { sameThings } from '../../../../core/template/steps/same-things.ts';
import { applyTemplate, takeBackAll } from '../../../../core/template/steps/chain.ts';
import type { Template } from '../../../../core/template/template.ts';

const subscription = (topic: unknown) => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: topic, Protocol: 'lambda', Endpoint: { Ref: 'Live' } },
});
const topic = (name?: string) => ({
  Type: 'AWS::SNS::Topic',
  ...(name === undefined ? {} : { Properties: { TopicName: name } }),
});
const of = (Resources: Template['Resources']): Template => ({ Resources });

describe('a resource that is only called otherwise', () => {
  it('is the one that is live, and so is what belongs to it', () => {
    const live = of({ Old: topic('orders'), OldSubscription: subscription({ Ref: 'Old' }) });
    const next = of({ New: topic('orders'), NewSubscription: subscription({ Ref: 'New' }) });
    expect([...sameThings(next, live)]).toEqual([
      ['New', 'Old'],
      ['NewSubscription', 'OldSubscription'],
    ]);
    const { template, done, resources } = applyTemplate(
      next,
      { template: live, versions: { aliases: {}, versions: {} } },
      undefined,
    );
    expect(resources).toEqual([]);
    expect(template.Resources['OldSubscription']?.Properties).toEqual(live.Resources['OldSubscription']?.Properties);
    expect(takeBackAll(template, done)).toEqual(next);
    // The release after it finds them again.
    const again = applyTemplate(next, { template, versions: { aliases: {}, versions: {} } }, undefined);
    expect(again.template).toEqual(template);
  });

  // https://github.com/pulumi/pulumi-aws/issues/1923: the one that goes takes the policy with it
  it.each([
    ['a queue’s policy', 'AWS::SQS::QueuePolicy', { Queues: [{ Ref: 'Queue' }] }],
    ['a topic’s policy', 'AWS::SNS::TopicPolicy', { Topics: [{ Ref: 'Topic' }] }],
    ['a role’s inline policy', 'AWS::IAM::Policy', { PolicyName: 'orders', Roles: [{ Ref: 'Role' }] }],
    [
      'what scales an alias',
      'AWS::ApplicationAutoScaling::ScalableTarget',
      { ServiceNamespace: 'lambda', ScalableDimension: 'x', ResourceId: 'function:orders:live' },
    ],
    // https://github.com/aws/aws-cdk/issues/27884
    ['an alias', 'AWS::Lambda::Alias', { FunctionName: { Ref: 'Orders' }, Name: 'live' }],
  ])('is the one that is live where it is %s, of which there is one', (_, Type, Properties) => {
    expect([...sameThings(of({ New: { Type, Properties } }), of({ Old: { Type, Properties } }))]).toEqual([
      ['New', 'Old'],
    ]);
  });

  it.each([
    ['has no name', of({ Old: topic() }), of({ New: topic() })],
    ['has another name', of({ Old: topic('a') }), of({ New: topic('b') })],
    [
      'is of another type',
      of({ Old: topic('a') }),
      of({ New: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'a' } } }),
    ],
    ['is there twice', of({ Old: topic('a') }), of({ New: topic('a'), Newer: topic('a') })],
    ['is there under another condition', of({ Old: topic('a') }), of({ New: { ...topic('a'), Condition: 'C' } })],
    ['is of a type of which nothing is known', of({ Old: { Type: 'X::Y::Z' } }), of({ New: { Type: 'X::Y::Z' } })],
  ])('is not taken for it where it %s', (_, live, next) => {
    expect([...sameThings(next, live)]).toEqual([]);
  });
});
