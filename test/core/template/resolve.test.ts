import { describe, expect, it } from 'vitest';
import { certainResources, holds, isGiven, resolveText, type FutureStack } from '../../../core/template/resolve.ts';
import type { Template } from '../../../core/template/template.ts';

const template: Template = {
  Parameters: {
    Stage: { Type: 'String', Default: 'dev' },
    Domain: { Type: 'String' },
    Password: { Type: 'String', NoEcho: true, Default: 'x' },
    Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/image' },
  },
  Mappings: { Names: { 'us-east-1': { short: 'use1', size: 3 } } },
  Conditions: {
    IsProduction: { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] },
    HasDomain: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Domain' }, ''] }] },
    Both: { 'Fn::And': [{ Condition: 'IsProduction' }, { Condition: 'HasDomain' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsProduction' }, { Condition: 'HasDomain' }] },
    Same: { 'Fn::Equals': ['a', 'a'] },
    Circle: { Condition: 'Circle' },
    Odd: { 'Fn::Contains': [['a'], 'a'] },
  },
  Resources: {
    Always: { Type: 'AWS::SQS::Queue' },
    Sometimes: { Type: 'AWS::SQS::Queue', Condition: 'IsProduction' },
    Perhaps: { Type: 'AWS::SQS::Queue', Condition: 'HasDomain' },
  },
};
const stackWith = (parameters: Record<string, string> = {}): FutureStack => ({
  ...{ account: '333333333333', region: 'us-east-1', stackName: 'orders-prod', template, parameters },
});

describe('a value of a template as text', () => {
  it.each<[unknown, string | undefined]>([
    ['orders', 'orders'],
    [3, '3'],
    [true, 'true'],
    [{ Ref: 'Stage' }, 'dev'],
    [{ Ref: 'AWS::StackName' }, 'orders-prod'],
    [
      { 'Fn::Sub': '${Stage}-${AWS::AccountId}-${AWS::Region}.${AWS::URLSuffix}' },
      'dev-333333333333-us-east-1.amazonaws.com',
    ],
    [{ 'Fn::Sub': ['${ Name }-${AWS::Partition}-${!Kept}', { Name: { Ref: 'Stage' } }] }, 'dev-aws-${Kept}'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-dev'],
    [{ 'Fn::FindInMap': ['Names', { Ref: 'AWS::Region' }, 'short'] }, 'use1'],
    [{ 'Fn::FindInMap': ['Names', { Ref: 'AWS::Region' }, 'size'] }, '3'],
    [{ 'Fn::If': ['IsProduction', 'big', 'small'] }, 'small'],
    [{ 'Fn::If': ['Same', 'big', 'small'] }, 'big'],
    // What AWS makes up, or keeps, or nobody wrote.
    [undefined, undefined],
    [{ Ref: 'AWS::NoValue' }, undefined],
    [{ Ref: 'Domain' }, undefined],
    [{ Ref: 'Password' }, undefined],
    [{ Ref: 'Image' }, undefined],
    [{ Ref: 'Always' }, undefined],
    [{ 'Fn::GetAtt': ['Always', 'Arn'] }, undefined],
    [{ 'Fn::Sub': 'x-${Always}' }, undefined],
    [{ 'Fn::Sub': [{ Ref: 'Stage' }, {}] }, undefined],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Always' }]] }, undefined],
    // The list that a parameter gives is no text.
    [{ 'Fn::Join': ['-', { Ref: 'Stage' }] }, undefined],
    [{ 'Fn::Join': [{ Ref: 'Stage' }, ['a']] }, undefined],
    [{ 'Fn::FindInMap': ['Names', 'eu-west-1', 'short'] }, undefined],
    [{ 'Fn::FindInMap': ['Gone', 'eu-west-1', 'short'] }, undefined],
    [{ 'Fn::FindInMap': [{ Ref: 'Always' }, 'x', 'y'] }, undefined],
    [{ 'Fn::If': ['HasDomain', 'a', 'b'] }, undefined],
    ['{{resolve:ssm:/name}}', undefined],
    [{ a: 1, b: 2 }, undefined],
  ])('%j is %j', (value, text) => {
    expect(resolveText(value, stackWith())).toBe(text);
  });

  it('goes by what the manifest gives', () => {
    expect(resolveText({ Ref: 'Domain' }, stackWith({ Domain: 'example.com' }))).toBe('example.com');
    expect(resolveText({ Ref: 'Password' }, stackWith({ Password: 'plain' }))).toBe('plain');
  });
});

describe('a condition', () => {
  const of = (name: string, parameters: Record<string, string> = {}) =>
    holds({ Condition: name }, stackWith(parameters));
  it('holds, does not, or is not known', () => {
    expect(holds({ Condition: 'Gone' }, { ...stackWith(), template: { Resources: {} } })).toBeUndefined();
    expect(of('IsProduction')).toBe(false);
    expect(of('IsProduction', { Stage: 'production' })).toBe(true);
    expect(of('HasDomain')).toBeUndefined();
    expect(of('HasDomain', { Domain: '' })).toBe(false);
    expect([of('Both'), of('Both', { Stage: 'production' })]).toEqual([false, undefined]);
    expect(of('Both', { Stage: 'production', Domain: 'x' })).toBe(true);
    expect([of('Either'), of('Either', { Stage: 'production' })]).toEqual([undefined, true]);
    expect([
      of('Circle'),
      of('Odd'),
      of('Gone'),
      holds({ Condition: 3 }, stackWith()),
      holds('x', stackWith()),
    ]).toEqual(Array.from({ length: 5 }));
  });

  it('decides which resources and properties there are for certain', () => {
    const ids = (parameters: Record<string, string>) => certainResources(stackWith(parameters)).map(([id]) => id);
    expect(ids({})).toEqual(['Always']);
    expect(ids({ Stage: 'production', Domain: 'x' })).toEqual(['Always', 'Sometimes', 'Perhaps']);
    const given = (value: unknown, parameters: Record<string, string> = {}) => isGiven(value, stackWith(parameters));
    const nothing = { Ref: 'AWS::NoValue' };
    const choice = { 'Fn::If': ['IsProduction', { Bucket: 'x' }, nothing] };
    expect([given({ Bucket: 'x' }), given(undefined), given(nothing)]).toEqual([true, false, false]);
    expect([given(choice), given(choice, { Stage: 'production' })]).toEqual([false, true]);
    expect(given({ 'Fn::If': ['HasDomain', 'a', nothing] })).toBe(false);
    expect(given({ 'Fn::If': ['HasDomain', 'a', 'b'] })).toBe(true);
  });
});
