import { describe, expect, it } from 'vitest';
import { judgeByPolicy } from '../../../core/release/judge.ts';
import { readinessOf } from '../../../core/release/readiness.ts';
import { templateProblems } from '../../../core/template/rules.ts';
import type { Template } from '../../../core/template/template.ts';
import { digest, manifest, release, samplePolicy } from '../samples.ts';

// What stood in the way of public applications most often. (Code that was not packed, and code outside of the folder, are the tests of `pack`.)

type Resources = Template['Resources'];

const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };

function judge(
  resources: Resources,
  { policy = {}, ...further }: { policy?: Record<string, unknown> } & Partial<Template> = {},
) {
  const template: Template = { ...further, Resources: { ...service, ...resources } };
  const judged = judgeByPolicy({ release, artifact, manifest, policy: samplePolicy(policy), template });
  const targets = judged.inTargets.map(({ problem }) => problem);
  return { judged, template, problems: [...templateProblems(template, manifest, []), ...judged.problems, ...targets] };
}

const said = (...given: Parameters<typeof judge>): string[] => judge(...given).problems.map(({ message }) => message);

const resource = (Type: string, Properties: Record<string, unknown> = {}, more: object = {}): Resources[string] => ({
  ...{ Type, Properties },
  ...more,
});
const reference = (name: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [name, attribute] });

/** A function with a role, as everybody has them: without a boundary, a name or an alias. */
const service: Resources = {
  Role: resource('AWS::IAM::Role', { AssumeRolePolicyDocument: {}, ManagedPolicyArns: [] }),
  Orders: resource('AWS::Lambda::Function', {
    Role: reference('Role'),
    Handler: 'index.handler',
    Code: { ZipFile: '' },
  }),
};

/** The public samples have no alias: the rollout is not what this is about. */
const warned = {
  policy: {
    environments: Object.fromEntries(
      Object.entries(samplePolicy().environments).map(([name, one]) => [name, { ...one, unguarded: 'warn' }]),
    ),
  },
};

describe('comes in as it is:', () => {
  it('roles without the boundary, which is added', () => {
    const { judged, template, problems } = judge({});
    expect(problems).toEqual([]);
    expect(readinessOf(judged, template).map(({ bounded, boundary }) => [bounded, boundary])).toEqual([
      [1, 'arn:aws:iam::222222222222:policy/sluice-target-boundary-us-east-1-orders'],
      [1, 'arn:aws:iam::333333333333:policy/sluice-target-boundary-us-east-1-orders'],
    ]);
  });

  it.each<[string, Resources]>([
    [
      'REST APIs',
      {
        Api: resource('AWS::ApiGateway::RestApi', { Name: 'Orders API' }),
        Path: resource('AWS::ApiGateway::Resource', {
          RestApiId: { Ref: 'Api' },
          ParentId: reference('Api', 'RootResourceId'),
        }),
        Get: resource('AWS::ApiGateway::Method', {
          RestApiId: { Ref: 'Api' },
          ResourceId: { Ref: 'Path' },
          HttpMethod: 'GET',
        }),
        Deployed: resource('AWS::ApiGateway::Deployment', { RestApiId: { Ref: 'Api' } }, { DependsOn: ['Get'] }),
        Stage: resource('AWS::ApiGateway::Stage', { RestApiId: { Ref: 'Api' }, DeploymentId: { Ref: 'Deployed' } }),
        Key: resource('AWS::ApiGateway::ApiKey', { Name: 'a key' }),
      },
    ],
    [
      'event source mappings',
      {
        Jobs: resource('AWS::SQS::Queue'),
        Mapping: resource('AWS::Lambda::EventSourceMapping', {
          EventSourceArn: reference('Jobs'),
          FunctionName: { Ref: 'Orders' },
        }),
      },
    ],
    [
      'custom resources of the template’s own functions',
      { Seed: resource('Custom::Seed', { ServiceToken: reference('Orders') }) },
    ],
    [
      'layers',
      {
        Layer: resource('AWS::Lambda::LayerVersion', { Content: { S3Bucket: 'b', S3Key: 'k' } }),
      },
    ],
    [
      'state machines without a name',
      { Flow: resource('AWS::StepFunctions::StateMachine', { RoleArn: reference('Role'), DefinitionString: '{}' }) },
    ],
    [
      'functions in a VPC that is there',
      {
        Inside: resource('AWS::Lambda::Function', {
          Role: reference('Role'),
          Code: { ZipFile: '' },
          VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
        }),
      },
    ],
    [
      'HTTP APIs with a Body',
      { Api: resource('AWS::ApiGatewayV2::Api', { Body: { openapi: '3.0.1', info: { title: 'orders' }, paths: {} } }) },
    ],
  ])('%s', (_, resources) => {
    expect(said(resources, warned)).toEqual([]);
  });

  it('all of SAM', () => {
    const sam: Resources = {
      Get: resource('AWS::Serverless::Function', {
        CodeUri: { Bucket: 'elsewhere', Key: 'k' },
        Policies: ['AWSLambdaBasicExecutionRole'],
        Events: {
          Rest: { Type: 'Api' },
          Http: { Type: 'HttpApi' },
          Queue: { Type: 'SQS' },
          Cron: { Type: 'Schedule' },
        },
      }),
      Rest: resource('AWS::Serverless::Api', { StageName: 'prod', DefinitionBody: {} }),
      Http: resource('AWS::Serverless::HttpApi', { DefinitionBody: {} }),
      Layer: resource('AWS::Serverless::LayerVersion', { ContentUri: { Bucket: 'elsewhere', Key: 'k' } }),
      Flow: resource('AWS::Serverless::StateMachine', { DefinitionSubstitutions: { Arn: { Ref: 'GetRole' } } }),
      Table: resource('AWS::Serverless::SimpleTable'),
    };
    expect(said(sam, { ...warned, Transform: 'AWS::Serverless-2016-10-31' })).toEqual([]);
  });

  it('names without "sluice-", where the policy calls stacks or resources so', () => {
    const resources: Resources = {
      Named: resource('AWS::Lambda::Function', {
        ...{ Role: reference('Role'), Code: { ZipFile: '' } },
        FunctionName: { 'Fn::Sub': '${AWS::StackName}-named' },
      }),
      Jobs: resource('AWS::SQS::Queue', { QueueName: 'orders-jobs' }),
    };
    const orders = { environments: ['staging', 'production'], stack: '{service}-{environment}' };
    const services = { orders: { ...orders, names: ['orders-jobs'] } };
    expect(said(resources, { policy: { ...warned.policy, services } })).toEqual([]);
    expect(said(resources, { policy: { ...warned.policy, services: { orders } } })).toEqual([
      expect.stringContaining('"Jobs" (AWS::SQS::Queue) is called "orders-jobs" in staging and production'),
    ]);
  });
});

it('is rejected with everything at once: what no policy of this kind lets a service make', () => {
  const { problems } = judge(
    {
      Net: resource('AWS::EC2::VPC'),
      Private: resource('AWS::EC2::Subnet', { VpcId: { Ref: 'Net' } }),
      Group: resource('AWS::EC2::SecurityGroup', { VpcId: { Ref: 'Net' } }),
      Zone: resource('AWS::Route53::HostedZone', { Name: 'example.com' }),
      Record: resource('AWS::Route53::RecordSet', { Name: 'api.example.com', HostedZoneId: { Ref: 'Zone' } }),
      Certificate: resource('AWS::CertificateManager::Certificate'),
      Domain: resource('AWS::ApiGateway::DomainName'),
      Seed: resource('Custom::Seed', { ServiceToken: 'arn:aws:lambda:us-east-1:222222222222:function:shared' }),
      Bound: resource('AWS::IAM::Role', { PermissionsBoundary: 'arn:aws:iam::222222222222:policy/team' }),
      Jobs: resource('AWS::SQS::Queue', { QueueName: 'jobs' }),
      Flow: resource('AWS::StepFunctions::StateMachine', { StateMachineName: 'Orders', RoleArn: reference('Role') }),
      Layered: resource('AWS::Lambda::Function', { Code: { ZipFile: '' }, Layers: ['1', '2', '3', '4', '5', '6'] }),
      Inner: resource('AWS::CloudFormation::Stack', { TemplateURL: 'https://example.com/inner.yaml' }),
    },
    warned,
  );
  const told = problems.map(({ code, places = [], who = 'team' }) => `${code} ${places.join()} ${who}`);
  expect(told).toEqual([
    'template.over-quota Resources.Layered.Properties.Layers team',
    'template.nested-stack Resources.Inner.Type team',
    'template.boundary-foreign Resources.Bound.Properties.PermissionsBoundary team',
    'template.kind-not-granted Resources.Net.Type either',
    'template.kind-not-granted Resources.Private.Type either',
    'template.kind-not-granted Resources.Group.Type either',
    'template.kind-not-granted Resources.Zone.Type either',
    'template.kind-not-granted Resources.Record.Type either',
    'template.kind-not-granted Resources.Certificate.Type either',
    'template.kind-not-granted Resources.Domain.Type either',
    'template.name-not-granted Resources.Seed.Properties.ServiceToken either',
    'template.name-not-granted Resources.Jobs.Properties.QueueName either',
    'template.name-not-granted Resources.Flow.Properties.StateMachineName either',
  ]);
});
