import { describe, expect, it } from 'vitest';
import { narrowedAfterBake } from '../../../../core/template/permissions.ts';
import { narrowPermissions, widenPermissions } from '../../../../core/template/steps/widen.ts';
import type { Resource, Template } from '../../../../core/template/template.ts';

const allow = (Action: string, Resource: unknown = '*') => ({ Effect: 'Allow', Action, Resource });
const document = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });
const only = (resource: Resource, more: Partial<Template> = {}): Template => ({ Resources: { R: resource }, ...more });

function widened(
  next: Template,
  live: Template,
  before: object = {},
  after: object = before,
): Readonly<Record<string, unknown>> | undefined {
  const widening = { live, before: new Map(Object.entries(before)), after: new Map(Object.entries(after)) };
  const result = widenPermissions(next, widening);
  expect(narrowPermissions(result.template, result.widened)).toEqual(next);
  return result.template.Resources['R']?.Properties;
}

describe('permissions that the release no longer grants', () => {
  const policy = (...statements: unknown[]): Resource => ({
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyDocument: document(...statements), Roles: ['r'] },
  });

  it('stay in the same document, without the ids of their statements', () => {
    const live = only(policy({ Sid: 'One', ...allow('a:Old') }, { Sid: 'Two', ...allow('a:Both') }));
    expect(widened(only(policy({ Sid: 'One', ...allow('a:Both') })), live)).toEqual({
      PolicyDocument: document({ Sid: 'One', ...allow('a:Both') }, allow('a:Old')),
      Roles: ['r'],
    });
    expect(widened(live, live)).toEqual(live.Resources['R']?.Properties);
  });

  it('stay in a document of one statement alone', () => {
    const single = (statement: unknown): Template =>
      only({ Type: 'AWS::SQS::QueuePolicy', Properties: { PolicyDocument: { Statement: statement }, Queues: ['q'] } });
    expect(widened(single(allow('a:New')), single(allow('a:Old')))).toMatchObject({
      PolicyDocument: { Statement: [allow('a:New'), allow('a:Old')] },
    });
  });

  it('stay where a policy is no longer attached, and in inline policies that are gone', () => {
    const role = (properties: Record<string, unknown>): Template =>
      only({ Type: 'AWS::IAM::Role', Properties: properties });
    const inline = (name: string, action: string) => ({ PolicyName: name, PolicyDocument: document(allow(action)) });
    const live = role({
      AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { Service: 'old' } }),
      ManagedPolicyArns: ['arn:old'],
      Policies: [inline('kept', 'a:Old'), inline('gone', 'a:Gone')],
    });
    const next = role({
      AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { Service: 'new' } }),
      Policies: [inline('kept', 'a:New')],
    });
    expect(widened(next, live)).toEqual({
      AssumeRolePolicyDocument: document(
        { Effect: 'Allow', Principal: { Service: 'new' } },
        { Effect: 'Allow', Principal: { Service: 'old' } },
      ),
      ManagedPolicyArns: ['arn:old'],
      Policies: [
        { PolicyName: 'kept', PolicyDocument: document(allow('a:New'), allow('a:Old')) },
        inline('gone', 'a:Gone'),
      ],
    });
    expect(
      widened(
        only(policy(allow('a:B'))),
        only({ ...policy(allow('a:B')), Properties: { PolicyDocument: document(allow('a:B')), Roles: ['s'] } }),
      ),
    ).toMatchObject({
      Roles: ['r', 's'],
    });
  });

  it('have the values that they have in the live stack', () => {
    const parameters = { Parameters: { Table: { Type: 'String' } } };
    const statement = allow('dynamodb:GetItem', { 'Fn::Sub': 'arn:${Table}/${!kept}' });
    const both = only(policy(statement), parameters);
    expect(widened(both, both, { Table: 'one' }, { Table: 'two' })).toMatchObject({
      PolicyDocument: document(statement, allow('dynamodb:GetItem', { 'Fn::Sub': 'arn:one/${!kept}' })),
    });
    expect(widened(both, both, { Table: 'one' })).toEqual(both.Resources['R']?.Properties);
  });

  it.each([
    ['a denial is taken back', policy({ Effect: 'Deny', Action: '*' }), {}, {}],
    [
      'a condition it depends on changes',
      policy({ 'Fn::If': ['C', allow('a:B'), { Ref: 'AWS::NoValue' }] }),
      { Conditions: { C: 1 } },
      { Conditions: { C: 2 } },
    ],
    [
      'a mapping it depends on is gone',
      policy(allow('a:B', { 'Fn::FindInMap': ['M', 'a', 'b'] })),
      {},
      { Mappings: { M: 1 } },
    ],
    [
      'a hidden parameter it depends on is gone',
      policy(allow('a:B', { Ref: 'P' })),
      {},
      { Parameters: { P: { NoEcho: true } } },
    ],
    ['it would be too large for IAM', policy(allow(`a:${'x'.repeat(10_200)}`)), {}, {}],
    [
      'the live document cannot be read',
      { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: { 'Fn::Sub': '{}' }, Roles: ['r'] } },
      {},
      {},
    ],
    [
      'it is another type',
      { Type: 'AWS::SNS::TopicPolicy', Properties: { PolicyDocument: document(allow('a:B')) } },
      {},
      {},
    ],
  ] as const)('are not added where %s: the change set shows what is taken away', (_, resource, next, live) => {
    const plain = policy(allow('a:New'));
    expect(widened(only(plain, next), only(resource, live))).toEqual(plain.Properties);
  });
});

describe('a statement that names a resource which has come to depend on the policy', () => {
  const arn = (id: string) => ({ 'Fn::Sub': `\${${id}.Arn}/*` });
  const role = (...statements: unknown[]): Resource => ({
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: document(...statements) }] },
  });
  const orders: Resource = { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['R', 'Arn'] } } };
  const bucket = (more: object = {}): Resource => ({ Type: 'AWS::S3::Bucket', ...more });

  // https://github.com/aws/serverless-application-model/issues/2099
  it('cannot be kept: CloudFormation would refuse the circle', () => {
    const live: Template = {
      Resources: {
        R: role(allow('s3:Get', arn('Bucket')), allow('s3:Put', arn('Other'))),
        Orders: orders,
        Bucket: bucket(),
        Other: bucket(),
      },
    };
    const next: Template = {
      Resources: {
        R: role(),
        Orders: orders,
        Bucket: bucket({ DependsOn: 'Permission' }),
        Other: bucket(),
        Permission: { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: { Ref: 'Orders' } } },
      },
    };
    expect(widened(next, live)).toMatchObject({
      Policies: [{ PolicyDocument: { Statement: [allow('s3:Put', arn('Other'))] } }],
    });
  });

  it('cannot be kept where only what is kept leads back to the policy', () => {
    const queue = (more: object = {}): Resource => ({ Type: 'AWS::SQS::Queue', ...more });
    const live: Template = {
      Resources: {
        R: role(allow('sqs:Send', { 'Fn::GetAtt': ['Gone', 'Arn'] })),
        Gone: queue({ DependsOn: ['Stays'] }),
        Stays: queue(),
      },
    };
    const next: Template = { Resources: { R: role(), Stays: queue({ DependsOn: ['R'] }) } };
    expect(widened(next, live)).toEqual(next.Resources['R']?.Properties);
  });

  it('cannot be kept in both of two policies that would lead to each other', () => {
    const live: Template = { Resources: { R: role(allow('s:A', { Ref: 'S' })), S: { ...role() } } };
    const next: Template = { Resources: { R: role(), S: role(allow('s:B', { Ref: 'R' })) } };
    expect(widened(next, live)).toEqual(next.Resources['R']?.Properties);
  });
});

describe('the approver', () => {
  it('reads what is going to be taken away once the bake is over', () => {
    const of = (...statements: unknown[]): Template =>
      only({ Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: document(...statements), Roles: ['r'] } });
    const { widened: found } = widenPermissions(of(allow('a:New')), {
      ...{ live: of(allow('a:Old'), allow('a:New')), before: new Map(), after: new Map() },
    });
    expect(found.flatMap(narrowedAfterBake)).toEqual([
      {
        ...{ code: 'permissions-narrowed', logicalId: 'R' },
        sentence: 'R (AWS::IAM::Policy) takes away once the bake is over: Allow to a:Old on *.',
      },
    ]);
  });
});
