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
