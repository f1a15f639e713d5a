import { describe, expect, it } from 'vitest';
import { kindProblems } from '../../../core/template/kind-problems.ts';
import type { FutureStack } from '../../../core/template/resolve.ts';
import type { Template } from '../../../core/template/template.ts';

const stackOf = (template: Template, parameters: Record<string, string> = {}): FutureStack => ({
  ...{ account: '222222222222', region: 'us-east-1', stackName: 'sluice-orders-staging' },
  ...{ template, parameters },
});

const problemsOf = (types: Readonly<Record<string, string>>) =>
  kindProblems(
    [stackOf({ Resources: Object.fromEntries(Object.entries(types).map(([name, Type]) => [name, { Type }])) })],
    'template.json',
  );
const toDo = 'ask the platform team to set "execution" of the target to managed policies or a role of its own';

describe('a template with a kind that is not on the list', () => {
  it('is told of one that is, where it is written much like that', () => {
    const [wrong] = problemsOf({ Orders: 'AWS::DynamoDB::Tabel' });
    expect(wrong?.message).toMatch(/ If AWS::DynamoDB::Table is meant, correct the type\.$/);
  });

  it('gets one sentence a type, with what to do', () => {
    const [net, zone, ...more] = problemsOf({
      Net: 'AWS::EC2::VPC',
      Queue: 'AWS::SQS::Queue',
      Zone: 'AWS::Route53::HostedZone',
    });
    expect(net).toEqual({
      code: 'template.kind-not-granted',
      path: 'template.json',
      message: `"Net" is of the type AWS::EC2::VPC, which is not on the list of what CloudFormation may make for a service: ${toDo}, or take it out of the template.`,
      places: ['Resources.Net.Type'],
      who: 'either',
    });
    expect(zone?.message).toContain('"Zone" is of the type AWS::Route53::HostedZone');
    expect(more).toEqual([]);
  });

  it.each([
    [['A', 'B'], '"A" and "B" are of the type AWS::EC2::VPC'],
    [['A', 'B', 'C', 'D'], '"A", "B", "C" and "D" are of'],
    [['A', 'B', 'C', 'D', 'E', 'F'], '"A", "B", "C", "D" and 2 more are of'],
  ])('names four resources at most: %j', (names, beginning) => {
    const [found, ...more] = problemsOf(Object.fromEntries(names.map((name) => [name, 'AWS::EC2::VPC'])));
    expect(more).toEqual([]);
    expect(found?.message).toContain(beginning);
    expect(found?.message).toMatch(/or take them out of the template\.$/);
  });

  it('gets none for what its condition leaves out of every stack that goes by the list', () => {
    const template = {
      Parameters: { Domain: { Type: 'String', Default: '' } },
      Conditions: { HasDomain: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Domain' }, ''] }] } },
      Resources: { Record: { Type: 'AWS::Route53::RecordSet', Condition: 'HasDomain' } },
    };
    const [without, within] = [stackOf(template), stackOf(template, { Domain: 'example.com' })];
    expect(kindProblems([without], 'template.json')).toEqual([]);
    expect(kindProblems([without, within], 'template.json')).toHaveLength(1);
    // Who knows what comes of it?
    const unknown = { ...template, Conditions: { HasDomain: { 'Fn::Contains': [] } } };
    expect(kindProblems([stackOf(unknown)], 'template.json')).toHaveLength(1);
  });
});

it.each([
  ...['AWS::Lambda::EventSourceMapping', 'AWS::IAM::Role', 'AWS::Serverless::Function', 'AWS::CDK::Metadata'],
  ...[
    'AWS::CloudFormation::CustomResource',
    'Custom::S3BucketNotifications',
    'AWS::CloudFormation::WaitConditionHandle',
  ],
  // These have a problem of their own.
  ...['AWS::CloudFormation::Stack', 'AWS::Serverless::Application'],
])('%s is no problem', (type) => {
  expect(problemsOf({ One: type })).toEqual([]);
});

it.each(['AWS::IAM::User', 'AWS::Serverless::GraphQLApi', 'Custom', 'AWS::CloudFormation::Macro', 'toString'])(
  '%s is one',
  (type) => {
    expect(problemsOf({ One: type })).toHaveLength(1);
  },
);

it('says how SAM’s GraphQL API is written with types that are on the list', () => {
  const [problem] = problemsOf({ Graph: 'AWS::Serverless::GraphQLApi' });
  expect(problem?.message).toMatch(/ As AWS::AppSync::GraphQLApi with its parts it is on the list[.]$/);
});
