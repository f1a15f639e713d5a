import { expect, it } from 'vitest';
import {
  foreignApiProblems,
  foreignConnectionProblems,
  foreignHookProblems,
} from '../../../core/template/foreign-parts.ts';
import type { Template } from '../../../core/template/template.ts';

const problems = (Resources: Template['Resources']): string[] =>
  foreignHookProblems({ Resources }, 'template.json').map(({ code, message }) => `${code} ${message}`);

const alias = (hook: unknown) => ({
  Hook: { Type: 'AWS::Lambda::Function' },
  Alias: {
    Type: 'AWS::Lambda::Alias',
    UpdatePolicy: {
      CodeDeployLambdaAliasUpdate: { BeforeAllowTrafficHook: hook, AfterAllowTrafficHook: { Ref: 'Hook' } },
    },
  },
});

it('takes functions of the template for hooks, and no others', () => {
  expect(problems(alias({ Ref: 'Hook' }))).toEqual([]);
  expect(problems({ Alias: { Type: 'AWS::Lambda::Alias' } })).toEqual([]);
  expect(problems(alias('sluice-victim-open-Hook'))).toEqual([
    'template.hook-foreign "Alias" has the hook "sluice-victim-open-Hook": name a function of this template by Ref.',
  ]);
  const sam = (PreTraffic: unknown): string[] =>
    problems({
      Hook: { Type: 'AWS::Serverless::Function' },
      Function: {
        Type: 'AWS::Serverless::Function',
        Properties: { DeploymentPreference: { Hooks: { PreTraffic } } },
      },
    });
  expect(sam({ Ref: 'Hook' })).toEqual([]);
  expect(sam('sluice-victim-open-Hook')).toHaveLength(1);
});

const planned = { entry: 'orders', parameters: {} };

it('takes parts of the template’s own APIs, and no others', () => {
  const inApi = (ApiId: unknown, Type = 'AWS::ApiGatewayV2::Route'): string[] =>
    foreignApiProblems(
      { Resources: { Api: { Type: 'AWS::ApiGatewayV2::Api' }, Route: { Type, Properties: { ApiId } } } },
      planned,
      'template.json',
    ).map(({ code, message }) => `${code} ${message}`);
  expect(inApi({ Ref: 'Api' })).toEqual([]);
  expect(inApi('a1b2c3d4e5', 'Custom::Api')).toEqual([]);
  expect(inApi('a1b2c3d4e5')).toEqual([
    'template.api-foreign "Route" (AWS::ApiGatewayV2::Route) is in the API "a1b2c3d4e5", which is none of this template: name one of its own by Ref, or have the platform team list the id in "services.orders.sharedApis" of the policy, and give it as it is or by a parameter.',
  ]);
  expect(inApi({ 'Fn::ImportValue': 'api' })).toHaveLength(1);
});

it('takes parts of the template’s own AppSync APIs, and no others', () => {
  const inApi = (ApiId: unknown, api: string, part: string): number =>
    foreignApiProblems(
      { Resources: { Api: { Type: api }, Part: { Type: `AWS::AppSync::${part}`, Properties: { ApiId } } } },
      { ...planned, sharedApis: ['a1b2c3d4e5f6g7h8i9j0k1l2m3'] },
      'template.json',
    ).length;
  const own = { 'Fn::GetAtt': ['Api', 'ApiId'] };
  for (const part of ['ApiKey', 'GraphQLSchema', 'DataSource', 'FunctionConfiguration', 'Resolver']) {
    expect(inApi(own, 'AWS::AppSync::GraphQLApi', part)).toBe(0);
    expect(inApi('z1b2c3d4e5f6g7h8i9j0k1l2m3', 'AWS::AppSync::GraphQLApi', part)).toBe(1);
  }
  expect(inApi(own, 'AWS::AppSync::Api', 'ChannelNamespace')).toBe(0);
  expect(inApi(own, 'AWS::Serverless::GraphQLApi', 'Resolver')).toBe(0);
  expect(inApi(own, 'AWS::SSM::Parameter', 'Resolver')).toBe(1);
  expect(inApi('a1b2c3d4e5f6g7h8i9j0k1l2m3', 'AWS::AppSync::GraphQLApi', 'Resolver')).toBe(0);
});

it('takes parts of an API that the policy names, by its id alone', () => {
  const inShared = (ApiId: unknown, parameters: Record<string, string> = {}): number =>
    foreignApiProblems(
      {
        Parameters: {
          Shared: { Type: 'String', Default: 'a1b2c3d4e5' },
          Given: { Type: 'String' },
          Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: 'a1b2c3d4e5' },
        },
        Resources: { Route: { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId } } },
      },
      { ...planned, sharedApis: ['a1b2c3d4e5'], parameters },
      'template.json',
    ).length;
  expect(inShared('a1b2c3d4e5')).toBe(0);
  expect(inShared({ Ref: 'Shared' })).toBe(0);
  expect(inShared({ Ref: 'Given' }, { Given: 'a1b2c3d4e5' })).toBe(0);
  expect(inShared('f6g7h8i9j0')).toBe(1);
  expect(inShared({ Ref: 'Shared' }, { Shared: 'f6g7h8i9j0' })).toBe(1);
  expect(inShared({ Ref: 'Given' })).toBe(1);
  expect(inShared({ Ref: 'Missing' })).toBe(1);
  // What another stack says may be whatever its owner likes, whatever it is called.
  expect(inShared({ Ref: 'Stored' })).toBe(1);
  expect(inShared({ 'Fn::ImportValue': 'a1b2c3d4e5' })).toBe(1);
  expect(inShared('{{resolve:ssm:a1b2c3d4e5}}')).toBe(1);
});

it('takes the template’s own connections for API destinations, and no others', () => {
  const having = (ConnectionArn: unknown): string[] =>
    foreignConnectionProblems(
      {
        Resources: {
          Connection: { Type: 'AWS::Events::Connection' },
          Destination: { Type: 'AWS::Events::ApiDestination', Properties: { ConnectionArn } },
          Other: { Type: 'AWS::Pipes::Pipe', Properties: { ConnectionArn } },
          Bare: { Type: 'AWS::Events::ApiDestination' },
        },
      },
      'template.json',
    ).map(({ code, message }) => `${code} ${message}`);
  expect(having({ 'Fn::GetAtt': ['Connection', 'Arn'] })).toEqual([]);
  expect(having({ 'Fn::GetAtt': 'Connection.Arn' })).toEqual([]);
  expect(having({ 'Fn::ImportValue': 'connection' })).toHaveLength(1);
  expect(having('arn:aws:events:us-east-1:222222222222:connection/x/1')).toEqual([
    'template.connection-foreign "Destination" (AWS::Events::ApiDestination) has the connection "arn:aws:events:us-east-1:222222222222:connection/x/1", which is none of this template: name one of its own by Fn::GetAtt, or ask the platform team to set "execution" of the target to managed policies or a role of its own.',
  ]);
});
