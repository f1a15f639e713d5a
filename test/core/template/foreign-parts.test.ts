import { expect, it } from 'vitest';
import { foreignPartProblems } from '../../../core/template/foreign-parts.ts';
import type { Template } from '../../../core/template/template.ts';

const problems = (Resources: Template['Resources']): string[] =>
  foreignPartProblems({ Resources }, 'template.json').map(({ code, message }) => `${code} ${message}`);

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

it('takes parts of the template’s own APIs, and no others', () => {
  const inApi = (ApiId: unknown, Type = 'AWS::ApiGatewayV2::Route'): string[] =>
    problems({ Api: { Type: 'AWS::ApiGatewayV2::Api' }, Route: { Type, Properties: { ApiId } } });
  expect(inApi({ Ref: 'Api' })).toEqual([]);
  expect(inApi('a1b2c3d4e5', 'Custom::Api')).toEqual([]);
  expect(inApi('a1b2c3d4e5')).toEqual([
    'template.api-foreign "Route" (AWS::ApiGatewayV2::Route) is in the API "a1b2c3d4e5", which is none of this template: name one of its own by Ref, or leave the routes of a shared API to the stack that has it.',
  ]);
  expect(inApi({ 'Fn::ImportValue': 'api' })).toHaveLength(1);
});
