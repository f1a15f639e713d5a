import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardTemplate, unknownGuards } from '../../../../core/template/guard/guard.ts';
import { rewire } from '../../../../core/template/guard/rewire.ts';
import { templateSchema, type Template } from '../../../../core/template/template.ts';
import { findUnguarded } from '../../../../core/template/ways-in/around.ts';
import { findWaysIn } from '../../../../core/template/ways-in/find.ts';
import { waysIn } from '../../../../core/template/ways-in/table.ts';

const arn = { 'Fn::GetAtt': ['F', 'Arn'] };
const alias = { Ref: 'FAliaslive' };

function template(resources: Record<string, unknown>): Template {
  return templateSchema.parse({ Resources: { F: { Type: 'AWS::Lambda::Function', Properties: {} }, ...resources } });
}

function guarded(resources: Record<string, unknown>, newUrls: readonly string[] = []) {
  return guardTemplate(template(resources), { guard: ['F'], newUrls });
}

function resourceOf(resources: Record<string, unknown>, id = 'R') {
  const { template: done, problems } = guarded(resources);
  expect(problems).toEqual([]);
  return done.Resources[id];
}

describe('a function that is to be guarded', () => {
  it('gets a version, an alias that serves it and an alarm on the errors of the alias', () => {
    const { template: done, changed } = guardTemplate(
      template({ F: { Type: 'AWS::Lambda::Function', Condition: 'C', Properties: {} } }),
      { guard: ['F'] },
    );
    expect(changed).toEqual(['F']);
    expect(done.Resources).toMatchObject({
      FGuardVersion: { Type: 'AWS::Lambda::Version', Condition: 'C', Properties: { FunctionName: { Ref: 'F' } } },
      FAliaslive: {
        Type: 'AWS::Lambda::Alias',
        Condition: 'C',
        Properties: { FunctionVersion: { 'Fn::GetAtt': ['FGuardVersion', 'Version'] }, Name: 'live' },
      },
      FGuardErrors: { Type: 'AWS::CloudWatch::Alarm', Condition: 'C' },
    });
    expect(JSON.stringify(done.Resources['FGuardErrors'])).toContain(
      '{"Name":"Resource","Value":{"Fn::Sub":"${F}:live"}}',
    );
    expect(findUnguarded(done)).toEqual({ around: [], functions: [] });
  });

  it('that authorizes for a REST API is asked by its alias, which may be called, and the API is deployed again', () => {
    const uri = (end: unknown) => ({ 'Fn::Join': ['', ['arn:aws:apigateway:eu-west-1:lambda:path/x/functions/', end, '/invocations']] }); // prettier-ignore
    const { template: done, problems } = guarded({
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
      Door: { Type: 'AWS::ApiGateway::Authorizer', Properties: { RestApiId: { Ref: 'Api' }, AuthorizerUri: uri(arn) } },
      May: {
        Type: 'AWS::Lambda::Permission',
        Properties: { FunctionName: arn, Principal: 'apigateway.amazonaws.com' },
      },
      Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' } } },
      Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { DeploymentId: { Ref: 'Deployment' } } },
    });
    expect(problems).toEqual([]);
    expect(done.Resources).toMatchObject({
      Door: { Properties: { AuthorizerUri: uri(alias) } },
      May: { Properties: { FunctionName: alias } },
      DeploymentGuarded: { Type: 'AWS::ApiGateway::Deployment' },
      Stage: { Properties: { DeploymentId: { Ref: 'DeploymentGuarded' } } },
    });
    expect(findUnguarded(done)).toEqual({ around: [], functions: [] });
  });

  it('keeps an alias that it has, by its name, and what goes around it is led to it', () => {
    const own = {
      V: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'F' } } },
      A: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'F' }, FunctionVersion: { 'Fn::GetAtt': ['V', 'Version'] }, Name: 'prod' } },
      R: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { 'Fn::Join': ['', ['arn:x:function:', { Ref: 'F' }]] } } },
    }; // prettier-ignore
    const { template: done, problems } = guarded(own);
    expect(problems).toEqual([]);
    expect(done.Resources['R']).toEqual({
      Type: 'AWS::Lambda::EventSourceMapping',
      DependsOn: ['A'],
      Properties: { FunctionName: { 'Fn::Join': ['', ['arn:x:function:', { 'Fn::Sub': '${F}:prod' }]] } },
    });
    expect(Object.keys(done.Resources)).not.toContain('FAliaslive');
  });

  it('of SAM is published by its transform', () => {
    const sam = template({ F: { Type: 'AWS::Serverless::Function', Properties: { Events: { E: { Type: 'SQS' } } } } });
    const { template: done, changed } = guardTemplate(sam, { guard: ['F'] });
    expect(done.Resources['F']?.Properties).toMatchObject({ AutoPublishAlias: 'live' });
    expect(done.Resources['FGuardVersion']).toBeUndefined();
    expect(changed).toEqual(['F']);
    const globals = { ...sam, Globals: { Function: { AutoPublishAlias: 'main' } } };
    const { template: named } = guardTemplate(globals, { guard: ['F'] });
    expect(named.Resources['F']).toEqual(sam.Resources['F']);
    expect(JSON.stringify(named.Resources['FGuardErrors'])).toContain('${F}:main');
  });

  it.each<[string, string, unknown, unknown]>([
    ['a permission', 'AWS::Lambda::Permission', { FunctionName: { Ref: 'F' } }, { FunctionName: alias }],
    ['a rule', 'AWS::Events::Rule', { Targets: [{ Arn: arn, Id: 'x' }] }, { Targets: [{ Arn: alias, Id: 'x' }] }],
    [
      'a choice',
      'AWS::SNS::Subscription',
      { Endpoint: { 'Fn::If': ['C', { 'Fn::GetAtt': 'F.Arn' }, 'x'] } },
      { Endpoint: { 'Fn::If': ['C', alias, 'x'] } },
    ],
    [
      'an integration',
      'AWS::ApiGatewayV2::Integration',
      { IntegrationUri: { 'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/functions/${F.Arn}/invocations' } },
      {
        IntegrationUri: {
          'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/functions/${FAliaslive}/invocations',
        },
      },
    ],
    [
      'the body of an API',
      'AWS::ApiGateway::RestApi',
      {
        Body: {
          paths: { '/': { get: { 'x-amazon-apigateway-integration': { uri: { 'Fn::Sub': 'x/${F.Arn}/y' } } } } },
        },
      },
      {
        Body: {
          paths: { '/': { get: { 'x-amazon-apigateway-integration': { uri: { 'Fn::Sub': 'x/${FAliaslive}/y' } } } } },
        },
      },
    ],
    [
      'what a state machine substitutes',
      'AWS::StepFunctions::StateMachine',
      { DefinitionString: '{"States":{"A":{"Resource":"${fn}"}}}', DefinitionSubstitutions: { fn: arn } },
      { DefinitionString: '{"States":{"A":{"Resource":"${fn}"}}}', DefinitionSubstitutions: { fn: alias } },
    ],
    [
      'the definition of a state machine',
      'AWS::StepFunctions::StateMachine',
      { DefinitionString: { 'Fn::Sub': ['{"States":{"A":{"Resource":"${F.Arn}","x":"${v}"}}}', { v: arn }] } },
      { DefinitionString: { 'Fn::Sub': ['{"States":{"A":{"Resource":"${FAliaslive}","x":"${v}"}}}', { v: alias }] } },
    ],
  ])('is reached by %s through its alias', (_, Type, before, after) => {
    expect(resourceOf({ R: { Type, Properties: before } })).toEqual({ Type, Properties: after });
  });

  it('is reached by what names it within a text, which waits for the alias', () => {
    const uri = { 'Fn::Sub': 'arn:aws:lambda:eu-west-1:1:function:${F}/invocations' };
    expect(resourceOf({ R: { Type: 'AWS::ApiGateway::Method', DependsOn: 'X', Properties: { Integration: { Uri: uri } } } })).toEqual({
      Type: 'AWS::ApiGateway::Method',
      DependsOn: ['X', 'FAliaslive'],
      Properties: { Integration: { Uri: { 'Fn::Sub': 'arn:aws:lambda:eu-west-1:1:function:${F}:live/invocations' } } },
    }); // prettier-ignore
  });

  it('has its asynchronous invocations configured for the alias', () => {
    const properties = { FunctionName: { Ref: 'F' }, Qualifier: '$LATEST', MaximumRetryAttempts: 0 };
    expect(resourceOf({ R: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: properties } })).toEqual({
      Type: 'AWS::Lambda::EventInvokeConfig',
      DependsOn: ['FAliaslive'],
      Properties: { ...properties, Qualifier: 'live' },
    });
  });

  it('may be called by its alias by whoever may call it', () => {
    const policies = (resource: unknown) => [
      { PolicyName: 'p', PolicyDocument: { Statement: [{ Action: 'lambda:InvokeFunction', Resource: resource }] } },
    ];
    const role = (resource: unknown) =>
      resourceOf({ R: { Type: 'AWS::IAM::Role', Properties: { Policies: policies(resource) } } });
    expect(role(arn)).toMatchObject({
      Properties: { Policies: policies([arn, { 'Fn::Join': ['', [arn, ':live']] }]) },
    });
    for (const enough of [[arn, { 'Fn::Sub': '${F.Arn}:*' }], ['*', arn], { 'Fn::GetAtt': ['Other', 'Arn'] }])
      expect(role(enough)).toMatchObject({ Properties: { Policies: policies(enough) } });
  });

  it('may be called by its alias where a policy names it in text, or by a condition', () => {
    const name = { 'Fn::Sub': '${AWS::StackName}-fn' };
    const policy = (resource: unknown) => ({
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyDocument: { Statement: [{ Action: 'lambda:InvokeFunction', Resource: resource }] } },
    });
    const F = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: name } };
    const of = (resource: unknown) => guarded({ F, R: policy(resource) });
    const text = { 'Fn::Sub': 'arn:aws:lambda:x:1:function:${AWS::StackName}-fn' };
    const behind = (one: unknown) => ({ 'Fn::Join': ['', [one, ':live']] });
    expect(of(text).template.Resources['R']).toEqual(policy([text, behind(text)]));
    const either = { 'Fn::If': ['C', arn, 'other'] };
    expect(of(either).template.Resources['R']).toEqual(
      policy([either, { 'Fn::If': ['C', behind(arn), { Ref: 'AWS::NoValue' }] }]),
    );
    expect(of({ 'Fn::If': ['C', [arn], ['x']] }).template.Resources['R']).toEqual(
      policy({ 'Fn::If': ['C', [arn, behind(arn)], ['x']] }),
    );
    const others = [arn, { 'Fn::If': ['C', 'other', 'another'] }];
    expect(of(others).template.Resources['R']).toEqual(policy([...others, behind(arn)]));
    const split = { 'Fn::Split': [',', { 'Fn::Join': [',', [arn, 'x']] }] };
    expect(of(split).problems).toEqual([expect.stringContaining('a policy of R (AWS::IAM::Policy) lets it be called')]);
    for (const other of [{ 'Fn::Sub': 'arn:aws:logs:x:1:log-group:/aws/lambda/${F}' }, { 'Fn::Sub': '${F.Arn}:*' }])
      expect(of(other)).toMatchObject({ problems: [], template: { Resources: { R: policy(other) } } });
  });

  it('that is published already has its alias serve that version, of which there can be one', () => {
    const V = { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'F' } } };
    const { template: done, problems } = guarded({ V });
    expect(problems).toEqual([]);
    expect(done.Resources['FGuardVersion']).toBeUndefined();
    expect(done.Resources['FAliaslive']?.Properties).toMatchObject({
      FunctionVersion: { 'Fn::GetAtt': ['V', 'Version'] },
    });
    expect(guarded({ V, W: V }).problems).toEqual([expect.stringContaining('publishes several versions of it (V, W)')]);
  });

  it('is what an HTTP API is deployed anew for, after what the deployment waited for', () => {
    const properties = { ApiId: { Ref: 'Api' } };
    const { template: done, problems } = guarded({
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
      Lead: {
        Type: 'AWS::ApiGatewayV2::Integration',
        DependsOn: ['Api'],
        Properties: { ...properties, IntegrationType: 'AWS_PROXY', IntegrationUri: arn },
      },
      D: { Type: 'AWS::ApiGatewayV2::Deployment', DependsOn: ['Lead'], Properties: properties },
    });
    expect(problems).toEqual([]);
    expect(done.Resources['D']).toBeUndefined();
    expect(done.Resources['DGuarded']).toMatchObject({ DependsOn: ['Lead'], Properties: properties });
  });

  it('is waited for by what names its alias by its name, after what that waited for', () => {
    const aliases = {
      FAliaslive: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: { Ref: 'F' }, FunctionVersion: '1', Name: 'live' },
      },
    };
    const config = (DependsOn: unknown) => ({
      ...aliases,
      R: {
        ...{ Type: 'AWS::Lambda::EventInvokeConfig', DependsOn },
        Properties: { FunctionName: { Ref: 'F' }, Qualifier: '$LATEST' },
      },
    });
    for (const waits of ['F', ['F']])
      expect(resourceOf(config(waits))).toMatchObject({ DependsOn: ['F', 'FAliaslive'] });
  });

  it('is what a REST API is deployed anew for', () => {
    const uri = { 'Fn::Sub': 'x/${F.Arn}/y' };
    const api = {
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
      Other: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
      Get: { Type: 'AWS::ApiGateway::Method', Properties: { RestApiId: { Ref: 'Api' }, Integration: { Uri: uri } } },
      D: { Type: 'AWS::ApiGateway::Deployment', DependsOn: 'Get', Properties: { RestApiId: { Ref: 'Api' } } },
      E: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Other' } } },
      Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { DeploymentId: { Ref: 'D' } } },
    };
    const { template: done } = guarded(api);
    expect(Object.keys(done.Resources)).toEqual(expect.arrayContaining(['DGuarded', 'E']));
    expect(done.Resources['D']).toBeUndefined();
    expect(done.Resources['Stage']?.Properties).toEqual({ DeploymentId: { Ref: 'DGuarded' } });
    expect(guardTemplate(done, { guard: ['F'] })).toEqual({ template: done, changed: [], problems: [] });
  });
});

describe('what names a function in a function', () => {
  it.each<[string, unknown, unknown]>([
    [
      'a text that is put together of others',
      { 'Fn::Join': ['', [{ 'Fn::Sub': 'x/${F.Arn}' }, '/y']] },
      { 'Fn::Join': ['', [{ 'Fn::Sub': 'x/${FAliaslive}' }, '/y']] },
    ],
    ['a text that is none', { 'Fn::Sub': [{ 'Fn::GetAtt': ['F', 'Arn'] }, {}] }, { 'Fn::Sub': [alias, {}] }],
  ])('leads to its alias in %s', (_, value, led) => {
    expect(rewire(value, { functionId: 'F', functionNames: [], aliasId: 'FAliaslive', aliasName: 'live' })).toEqual(
      led,
    );
  });
});

describe('a function that cannot be guarded', () => {
  const url = {
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: arn, AuthType: 'NONE' } },
  };
  it('has a URL whose address would be another, unless that is named', () => {
    expect(guarded(url)).toMatchObject({
      template: template(url),
      problems: [expect.stringContaining('its function URL Url: name it in "newUrls"')],
    });
    const named = guarded(url, ['Url']);
    expect(named.problems).toEqual([]);
    expect(named.template.Resources['Url']?.Properties).toEqual({ TargetFunctionArn: alias, AuthType: 'NONE' });
    const sam = template({
      F: { Type: 'AWS::Serverless::Function', Properties: { FunctionUrlConfig: { AuthType: 'NONE' } } },
    });
    expect(guardTemplate(sam, { guard: ['F'] }).problems).toEqual([expect.stringContaining('FUrl')]);
    expect(guardTemplate(sam, { guard: ['F'], newUrls: ['FUrl'] }).problems).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['named as text', { F: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } }, R: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: 'f' } } }],
    ['named with $LATEST', { R: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: '{"A":"${f}:$LATEST"}', DefinitionSubstitutions: { f: arn } } } }],
    ['put behind the name of a service', { R: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: '{"A":"arn:aws:lambda:x:1:function:${f}"}', DefinitionSubstitutions: { f: { Ref: 'F' } } } } }],
    ['led to by the number of a version', { R: { Type: 'AWS::SNS::Subscription', Properties: { Endpoint: { 'Fn::Sub': '${F.Arn}:3' } } } }],
    ['guarded by an alias whose name is a parameter', { A: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'F' }, FunctionVersion: '1', Name: { Ref: 'Stage' } } } }],
    ['one whose names are taken', { FAliaslive: { Type: 'AWS::SQS::Queue' } }],
  ])('is %s: it is said where, and nothing is changed', (_, resources) => {
    const { template: done, problems, changed } = guarded(resources); // prettier-ignore
    expect(problems).toEqual([expect.stringMatching(/^F cannot be guarded: /)]);
    expect([done, changed]).toEqual([template(resources), []]);
  }); // prettier-ignore

  it('is not in the template', () => {
    const sam = template({ S: { Type: 'AWS::Serverless::Function', Properties: { FunctionUrlConfig: {} } } });
    expect(unknownGuards(sam, { guard: ['F', 'G'], newUrls: ['SUrl', 'FUrl'] })).toEqual([
      expect.stringContaining('names G'),
      expect.stringContaining('names FUrl'),
    ]);
    expect(unknownGuards(sam, {})).toEqual([]);
    expect(unknownGuards(template(url), { guard: ['F'], newUrls: ['Url'] })).toEqual([]);
    expect(guardTemplate(sam, { guard: ['G'] })).toEqual({ template: sam, changed: [], problems: [] });
  });
});

/** Every way in of the table, by every way to write a reference. */
describe('whatever leads to a function', () => {
  const references = fc.constantFrom<unknown>(
    arn,
    { 'Fn::GetAtt': 'F.Arn' },
    { Ref: 'F' },
    { 'Fn::Sub': '${F.Arn}' },
    { 'Fn::Sub': 'arn:aws:lambda:x:1:function:${F}' },
    { 'Fn::Sub': 'x/${ F.Arn }/invocations' },
    { 'Fn::Join': ['', ['arn:aws:lambda:x:1:function:', { Ref: 'F' }, '/invocations']] },
    { 'Fn::Join': ['/', ['functions', arn, 'invocations']] },
    { 'Fn::If': ['C', arn, { Ref: 'AWS::NoValue' }] },
    { 'Fn::Sub': ['${f}/invocations', { f: arn }] },
    { 'Fn::Sub': ['${F.Arn}', { F: 'hidden' }] },
    { 'Fn::Sub': '${F.Arn}:$LATEST' },
    'arn:aws:lambda:x:1:function:the-name',
    { 'Fn::Select': [0, [arn, 'x']] },
  );
  const kinds = waysIn.filter(({ nature }) => nature === undefined);
  const held = fc.constantFrom(...kinds.flatMap(({ type, holds }) => holds.map((path) => ({ type, path }))));

  it('leads to its alias, or it is said that it does not; done again it changes nothing', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.record({ where: held, reference: references, list: fc.boolean() }), { minLength: 1, maxLength: 3 }), (ways) => {
        const resources = Object.fromEntries(
          ways.map(({ where: { type, path }, reference, list }, index) => [
            `R${index}`,
            { Type: type, Properties: placed(path.split('.'), reference, list) },
          ]),
        );
        const given = template({ F: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'the-name' } }, ...resources });
        const urls = Object.keys(resources);
        const { template: done, problems } = guardTemplate(given, { guard: ['F'], newUrls: urls });
        outcomes.add(problems.length === 0 ? 'led' : 'refused');
        if (problems.length > 0) {
 expect(done).toEqual(given);
 return;
 }
        expect(findWaysIn(done).filter(({ functionId, leads, nature }) => functionId === 'F' && nature === undefined && leads !== 'alias')).toEqual([]);
        // What led there before still does.
        const led = new Set(findWaysIn(done).map(({ logicalId, path }) => `${logicalId} ${path}`));
        for (const { logicalId, path, functionId } of findWaysIn(given)) if (functionId === 'F') expect(led).toContain(`${logicalId} ${path}`);
        expect(guardTemplate(done, { guard: ['F'], newUrls: urls })).toEqual({ template: done, changed: [], problems: [] });
      }),
      { numRuns: 200, seed: 3 },
    );
    expect([...outcomes].sort()).toEqual(['led', 'refused']);
  }); // prettier-ignore
});

function placed(steps: readonly string[], value: unknown, list: boolean): Record<string, unknown> {
  const [step = '', ...rest] = steps;
  const inner = rest.length === 0 ? value : placed(rest, value, list);
  if (step === '**') return { deep: inner };
  return step === '*' ? (list ? Object.fromEntries([['0', inner]]) : { any: inner }) : { [step]: inner };
}
