import { expect, it } from 'vitest';
import { ownTagProblems } from '../../../core/template/own-tags.ts';

const tagged = (Tags: unknown, Type = 'AWS::SQS::Queue') => ({ Resources: { Queue: { Type, Properties: { Tags } } } });
const codes = (Tags: unknown): string[] => ownTagProblems(tagged(Tags), 'template.json').map(({ code }) => code);

it('finds tags of Sluice’s that a template sets, as a list or as an object', () => {
  expect(codes([{ Key: 'sluice:entry', Value: 'other' }])).toEqual(['template.tag-reserved']);
  expect(codes({ 'Sluice:Entry': 'other' })).toEqual(['template.tag-reserved']);
  expect(ownTagProblems(tagged([{ Key: 'sluice:entry', Value: 'other' }]), 'template.json')[0]?.message).toBe(
    '"Queue" (AWS::SQS::Queue) sets the tag sluice:entry: remove it, tags that begin with "sluice:" are set by Sluice.',
  );
});

it.each([
  [[{ 'Fn::If': ['Always', { Key: 'sluice:entry', Value: 'other' }, { Ref: 'AWS::NoValue' }] }]],
  [[{ Key: { 'Fn::Sub': 'sluice:entry' }, Value: 'other' }]],
  [[{ Key: { 'Fn::Join': ['', ['sluice:', 'entry']] }, Value: 'other' }]],
  [{ 'Fn::If': ['Always', { 'sluice:entry': 'other' }, {}] }],
])('finds them in whatever way they are written: %j', (tags) => {
  expect(codes(tags)).toEqual(['template.tag-reserved']);
});

it('finds them in SAM’s Globals', () => {
  const Globals = { Function: { Tags: { 'sluice:entry': 'other' } } };
  expect(ownTagProblems({ Globals, Resources: {} }, 'template.yaml').map(({ message }) => message)).toEqual([
    'The section "Globals" sets the tag sluice:entry: remove it, tags that begin with "sluice:" are set by Sluice.',
  ]);
});

it.each([
  [[{ Key: 'team', Value: 'sluice:' }]],
  [{ team: 'orders' }],
  [undefined],
  ['text'],
  [[{ Key: { Ref: 'Name' }, Value: 'x' }]],
  [[{ Key: 5, Value: 'x' }]],
])('lets other tags be: %j', (tags) => {
  expect(codes(tags)).toEqual([]);
});

it.each(['UserPoolTags', 'HostedZoneTags', 'TagSpecifications', 'TagList'])('finds them in %s', (member) => {
  const Properties = { [member]: [{ Tags: [{ Key: 'sluice:entry', Value: 'other' }] }] };
  expect(ownTagProblems({ Resources: { One: { Type: 'AWS::X::Y', Properties } } }, 'template.json')).toHaveLength(1);
});

it('takes nothing else for a tag', () => {
  const Properties = { EventPattern: { detail: { 'sluice:service': ['orders'] } }, Key: 'sluice:x' };
  const rule = { Resources: { Rule: { Type: 'AWS::Events::Rule', Properties } } };
  expect(ownTagProblems(rule, 'template.json')).toEqual([]);
});
