import { describe, expect, it } from 'vitest';
import type { Template } from '../../../../core/template/template.ts';
import { findUnguarded, listFew, unguardedParts } from '../../../../core/template/ways-in/around.ts';
import { describeUnguarded } from '../../../../core/template/ways-in/evidence.ts';

/** A function, its version, its alias `live`. */
function guarded(name: string, alias = 'live'): Template['Resources'] {
  const FunctionName = { Ref: name };
  return {
    [name]: { Type: 'AWS::Lambda::Function', Properties: { Handler: 'index.handler' } },
    [`${name}Version`]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName } },
    [`${name}Live`]: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName, FunctionVersion: { 'Fn::GetAtt': [`${name}Version`, 'Version'] }, Name: alias },
    },
  };
}

const arn = { 'Fn::GetAtt': ['Orders', 'Arn'] };
const uri = (what: string) => ({
  'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${what}}/invocations`,
});
const path = (name: string) => ({ get: { 'x-amazon-apigateway-integration': { uri: uri(name) } } });

const sentences = (more: Template['Resources'], service = guarded('Orders')) =>
  unguardedParts(findUnguarded({ Resources: { ...service, ...more } })).map(({ sentence }) => sentence);

describe('a way around an alias', () => {
  it('is told of by resource, with the way to mend it', () => {
    const more = {
      Rule: { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Id: 'a', Arn: arn }] } },
      Api: {
        Type: 'AWS::ApiGateway::RestApi',
        Properties: {
          Body: { paths: { '/a': path('Orders.Arn'), '/b': path('Orders.Arn'), '/c': path('OrdersLive') } },
        },
      },
      Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: arn } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { Subscription: [{ Endpoint: { Ref: 'OrdersVersion' } }] } },
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          NotificationConfiguration: { LambdaConfigurations: [{ Function: { 'Fn::Sub': '${Orders.Arn}:beta' } }] },
        },
      },
      Site: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            DefaultCacheBehavior: { LambdaFunctionAssociations: [{ LambdaFunctionARN: { Ref: 'OrdersVersion' } }] },
          },
        },
      },
      Caller: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { ORDERS: arn } } } },
    };
    const place = 'paths./a.get.x-amazon-apigateway-integration.uri';
    expect(sentences(more)).toEqual([
      'Rule (AWS::Events::Rule) leads to the function Orders instead of its alias OrdersLive (Targets.0.Arn): whoever comes by it gets new code at once. Name the alias there: {"Ref": "OrdersLive"}.',
      `Api (AWS::ApiGateway::RestApi) leads to the function Orders instead of its alias OrdersLive (Body.${place} and 1 more): whoever comes by it gets new code at once. Name the alias in it: \${OrdersLive} instead of \${Orders.Arn}.`,
      'Url (AWS::Lambda::Url) leads to the function Orders instead of its alias OrdersLive (TargetFunctionArn): whoever comes by it gets new code at once. Give it "Qualifier": "live".',
      'Topic (AWS::SNS::Topic) leads to one version of the function Orders instead of its alias OrdersLive (Subscription.0.Endpoint): whoever comes by it gets new code at once. Name the alias there: {"Ref": "OrdersLive"}.',
      'Bucket (AWS::S3::Bucket) leads to a version or alias of the function Orders that the template does not show, instead of its alias OrdersLive (NotificationConfiguration.LambdaConfigurations.0.Function): whoever comes by it gets new code at once. Name the alias there: {"Ref": "OrdersLive"}.',
      'Site (AWS::CloudFront::Distribution) leads to one version of the function Orders instead of its alias OrdersLive (DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations.0.LambdaFunctionARN): whoever comes by it gets new code at once. CloudFront takes versions and no aliases, so no rollout can hold its users back.',
    ]);
  });

  it('is none where everything leads to the alias', () => {
    const permission = { FunctionName: { Ref: 'OrdersLive' }, Principal: 'sns.amazonaws.com' };
    const more = {
      Permission: { Type: 'AWS::Lambda::Permission', Properties: permission },
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Body: { paths: { '/': path('OrdersLive') } } } },
    };
    const found = findUnguarded({ Resources: { ...guarded('Orders'), ...more } });
    expect(found).toEqual({ around: [], functions: [] });
    expect(describeUnguarded(found, [])).toEqual({});
  });

  it('is told of where it is kept of the live template, whose own functions are not', () => {
    const kept = {
      ...{ Former: { Type: 'AWS::Lambda::Function', Properties: {} } },
      OldUrl: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: arn } },
      FormerUrl: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Former' } } },
    };
    const next = { Resources: guarded('Orders') };
    const { around, functions } = findUnguarded({ Resources: { ...next.Resources, ...kept } }, next);
    expect(around.map(({ logicalId }) => logicalId)).toEqual(['OldUrl']);
    expect(functions).toEqual([]);
  });

  it('is told of and not refused where a resource only knows the name', () => {
    const caller = {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { ORDERS: { Ref: 'Orders' } } } },
    };
    const hook = {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { NEW: { Ref: 'OrdersVersion' } } } },
    };
    const { around } = findUnguarded({ Resources: { ...guarded('Orders'), Caller: caller, Hook: hook } });
    expect(around.map(({ sentence }) => sentence)).toEqual([
      'Caller (AWS::Lambda::Function) knows the function Orders and not its alias OrdersLive (Environment.Variables.ORDERS): if it calls it by that name, it gets new code at once.',
    ]);
    expect(sentences({ Caller: caller })).toEqual([]);
  });
});

describe('a function without alias', () => {
  const plain = { Orders: { Type: 'AWS::Lambda::Function', Properties: {} } };
  const mapping = { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'Orders' } } };

  it('is told of with everything that leads to it', () => {
    const mend =
      'Add "guard": ["Orders"] to release.json, which gives it an alias and leads each of them there; or make version and alias in the template.';
    const type = 'AWS::Lambda::EventSourceMapping';
    expect(sentences({ A: mapping }, plain)).toEqual([
      `No alias guards the function Orders, to which A (${type}) leads: whoever comes by it gets new code at once. ${mend}`,
    ]);
    expect(sentences({ A: mapping, B: mapping }, plain)).toEqual([
      `No alias guards the function Orders, to which A (${type}) and B (${type}) lead: whoever comes by them gets new code at once. ${mend}`,
    ]);
  });

  it('may be released by rollout where nothing of the template leads to it: handlers of custom resources, hooks, helpers', () => {
    const more = {
      Custom: { Type: 'Custom::Thing', Properties: { ServiceToken: arn } },
      Caller: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { ORDERS: arn } } } },
      Hook: {
        Type: 'AWS::Lambda::Permission',
        Properties: { FunctionName: { Ref: 'Orders' }, Principal: 'codedeploy.amazonaws.com' },
      },
    };
    expect(sentences(more, plain)).toEqual([]);
    expect(findUnguarded({ Resources: { ...plain, ...more } }).functions).toEqual([
      { functionId: 'Orders', ways: [], likely: ['Caller (AWS::Lambda::Function)'] },
      { functionId: 'Caller', ways: [], likely: [] },
    ]);
  });

  it('stands in the ledger by the resources that lead to it', () => {
    const rule = { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Arn: { Ref: 'Other' } }] } };
    const found = findUnguarded({ Resources: { ...plain, ...guarded('Other'), A: mapping, Rule: rule } });
    const moved = [{ logicalId: 'OtherLive', sentence: 'It moves.', remedy: '' }];
    expect(describeUnguarded(found, moved)).toEqual({
      around: [
        'Rule (AWS::Events::Rule): Other instead of OtherLive',
        'A (AWS::Lambda::EventSourceMapping): Orders without alias',
      ],
      atOnce: ['It moves.'],
    });
  });

  it('names the first of many', () => {
    expect(listFew([])).toBe('');
    expect(listFew(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listFew(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a, b, c, d, e and 2 more');
  });
});
