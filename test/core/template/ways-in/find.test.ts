import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Template } from '../../../../core/template/template.ts';
import { findWaysIn } from '../../../../core/template/ways-in/find.ts';
import { waysIn, type WayInKind } from '../../../../core/template/ways-in/table.ts';

const service: Template['Resources'] = {
  Orders: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: { 'Fn::Sub': '${AWS::StackName}-orders' } } },
  OrdersVersion: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Orders' } } },
  OrdersLive: {
    Type: 'AWS::Lambda::Alias',
    Properties: {
      FunctionName: { Ref: 'Orders' },
      FunctionVersion: { 'Fn::GetAtt': ['OrdersVersion', 'Version'] },
      Name: 'live',
    },
  },
};

/** Ways in of the service with one resource more, `path leads` each. */
function found(Type: string, Properties: Record<string, unknown>, more: Template['Resources'] = {}): string[] {
  const ways = findWaysIn({ Resources: { ...service, ...more, Way: { Type, Properties } } });
  return ways.filter(({ logicalId }) => logicalId === 'Way').map(({ path, leads }) => `${path} ${leads}`);
}

/** An event rule with such a target. */
const rule = (Arn: unknown): string[] =>
  found('AWS::Events::Rule', { Targets: [{ Id: 'a', Arn }] }).map((way) => way.replace('Targets.0.Arn ', ''));

const arn = (end: string): string => `arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${end}`;
const invocation = (what: unknown): unknown => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':apigateway:eu-west-1:lambda:path/2015-03-31/functions/',
      what,
      '/invocations',
    ],
  ],
});

const aroundForms: unknown[] = [
  { Ref: 'Orders' },
  { 'Fn::GetAtt': ['Orders', 'Arn'] },
  { 'Fn::GetAtt': 'Orders.Arn' },
  { 'Fn::Sub': '${Orders.Arn}' },
  { 'Fn::Sub': arn('${Orders}') },
  { 'Fn::Sub': ['${It}', { It: { 'Fn::GetAtt': ['Orders', 'Arn'] } }] },
  { 'Fn::Sub': arn('${AWS::StackName}-orders') },
  { 'Fn::Join': [':', ['arn:aws:lambda', { Ref: 'AWS::Region' }, '123456789012', 'function', { Ref: 'Orders' }]] },
  { 'Fn::Sub': '${Orders.Arn}:$LATEST' },
  { 'Fn::If': ['C', { Ref: 'AWS::NoValue' }, { Ref: 'Orders' }] },
  { 'Fn::Select': [6, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Orders', 'Arn'] }] }] },
  invocation({ 'Fn::GetAtt': ['Orders', 'Arn'] }),
];
const throughForms: unknown[] = [
  { Ref: 'OrdersLive' },
  { 'Fn::Sub': '${OrdersLive}' },
  { 'Fn::GetAtt': ['OrdersLive', 'AliasArn'] },
  { 'Fn::Sub': '${Orders.Arn}:live' },
  { 'Fn::Sub': arn('${Orders}:live') },
  { 'Fn::Sub': arn('${AWS::StackName}-orders:live') },
  { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Orders', 'Arn'] }, ':live']] },
  { 'Fn::Join': [':', [{ Ref: 'Orders' }, 'live']] },
  invocation({ Ref: 'OrdersLive' }),
];

/** Properties that have a value at a path of the table. */
function at(path: string, value: unknown): Record<string, unknown> {
  const nested = path
    .split('.')
    .toReversed()
    .reduce<unknown>(
      (inner, step) => (step === '*' ? [inner] : step === '**' ? { any: [inner] } : { [step]: inner }),
      value,
    );
  return typeof nested === 'object' && nested !== null ? Object.fromEntries(Object.entries(nested)) : {};
}

const rows = waysIn.flatMap((kind) => kind.holds.map((holds): [WayInKind, string] => [kind, holds]));

describe('a way in', () => {
  it('is found in every property of the table, however the function or its alias is named', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...rows),
        fc.oneof(
          fc.constantFrom(...aroundForms).map((form) => ({ form, leads: 'function' })),
          fc.constantFrom(...throughForms).map((form) => ({ form, leads: 'alias' })),
        ),
        ([kind, holds], { form, leads }) => {
          const ways = found(kind.type, at(holds, form));
          expect(ways).toHaveLength(1);
          expect(ways[0]).toMatch(new RegExp(` ${leads}$`));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is none in what the table does not have', () => {
    fc.assert(
      fc.property(fc.constantFrom(...aroundForms), (form) => {
        expect(found('AWS::CloudWatch::Dashboard', { DashboardBody: form })).toEqual([]);
        expect(found('Custom::Thing', { ServiceToken: form })).toEqual([]);
        expect(found('AWS::Events::Rule', { Description: form })).toEqual([]);
        expect(found('AWS::ApiGateway::RestApi', { Body: { info: { title: form } } })).toEqual([]);
      }),
    );
  });

  it('leads to what its qualifier names', () => {
    expect(rule({ 'Fn::Sub': '${Orders.Arn}:beta' })).toEqual(['unknown']);
    expect(rule({ 'Fn::Sub': '${Orders.Arn}:${Stage}' })).toEqual(['unknown']);
    expect(rule({ 'Fn::Sub': '${Orders.Arn}:${!stageVariables.alias}' })).toEqual(['unknown']);
    expect(rule({ 'Fn::Sub': '${Orders.Arn}:7' })).toEqual(['version']);
    expect(rule({ 'Fn::Sub': '${Orders.Arn}:${OrdersVersion.Version}' })).toEqual(['version']);
    expect(rule({ Ref: 'OrdersVersion' })).toEqual(['version']);
    expect(rule({ 'Fn::If': ['C', { Ref: 'Orders' }, { Ref: 'OrdersLive' }] })).toEqual(['function', 'alias']);
    const url = (Qualifier: unknown) =>
      found('AWS::Lambda::Url', {
        TargetFunctionArn: { Ref: 'Orders' },
        ...(Qualifier === undefined ? {} : { Qualifier }),
      });
    expect(url('live')).toEqual(['TargetFunctionArn alias']);
    expect(url('$LATEST')).toEqual(['TargetFunctionArn function']);
    expect(url(undefined)).toEqual(['TargetFunctionArn function']);
  });

  it('leads to the alias where name and qualifier are the same parameter', () => {
    const staged = {
      OrdersLive: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: { 'Fn::GetAtt': ['Orders', 'Arn'] }, FunctionVersion: '3', Name: { Ref: 'Stage' } },
      },
    };
    const properties = { FunctionName: { 'Fn::Sub': '${Orders.Arn}:${Stage}' } };
    expect(found('AWS::Lambda::Permission', properties, staged)).toEqual(['FunctionName alias']);
  });

  it('leads to what is not shown where the alias’ name is computed', () => {
    const computed = {
      OrdersLive: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: { Ref: 'Orders' }, Name: { 'Fn::FindInMap': ['A', 'B', 'C'] } },
      },
    };
    const to = (Endpoint: unknown) => found('AWS::SNS::Subscription', { Endpoint }, computed);
    expect(to({ 'Fn::Sub': '${Orders.Arn}:live' })).toEqual(['Endpoint unknown']);
    expect(to({ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Orders', 'Arn'] }, ':', { 'Fn::FindInMap': [] }]] })).toEqual([
      'Endpoint unknown',
    ]);
    expect(to({ Ref: 'OrdersLive' })).toEqual(['Endpoint alias']);
  });

  it('leads to the function where the alias names $LATEST, or guards another', () => {
    const latest = {
      Latest: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: { Ref: 'Orders' }, FunctionVersion: '$LATEST', Name: 'latest' },
      },
      Foreign: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: 'elsewhere', FunctionVersion: '1', Name: 'x' },
      },
      Lost: { Type: 'AWS::Lambda::Version', Properties: {} },
    };
    const to = (Endpoint: unknown) => found('AWS::SNS::Subscription', { Endpoint }, latest);
    expect(to({ Ref: 'Latest' })).toEqual(['Endpoint function']);
    expect(to({ Ref: 'Foreign' })).toEqual([]);
    expect(to({ Ref: 'Lost' })).toEqual([]);
    expect(to('arn:aws:lambda:eu-west-1:123456789012:function:elsewhere')).toEqual([]);
  });

  it('names a function by text only where that can be nothing else', () => {
    const plain = { Orders: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'orders' } } };
    const to = (Type: string, Properties: Record<string, unknown>) => found(Type, Properties, plain);
    expect(to('AWS::Lambda::EventSourceMapping', { FunctionName: 'orders' })).toEqual(['FunctionName function']);
    expect(to('AWS::Lambda::EventSourceMapping', { FunctionName: 'orders:live' })).toEqual(['FunctionName alias']);
    expect(to('AWS::Lambda::EventSourceMapping', { FunctionName: 'orders-archive' })).toEqual([]);
    expect(to('AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ Environment: [{ Value: 'orders' }] }] })).toEqual(
      [],
    );
    const variables = { Environment: { Variables: { STAGE: 'orders', ORDERS_FUNCTION: 'orders' } } };
    expect(to('AWS::Lambda::Function', variables)).toEqual(['Environment.Variables.ORDERS_FUNCTION function']);
    const input = JSON.stringify({ FunctionName: 'orders', Qualifier: 'live', Payload: '{}' });
    const target = { Arn: 'arn:aws:scheduler:::aws-sdk:lambda:invoke', Input: input };
    expect(to('AWS::Scheduler::Schedule', { Target: target })).toEqual(['Target.Input.FunctionName alias']);
  });

  it('is none where only the release itself calls', () => {
    const permission = (Principal: string) =>
      found('AWS::Lambda::Permission', { FunctionName: { Ref: 'Orders' }, Principal });
    expect(permission('codedeploy.amazonaws.com')).toEqual([]);
    expect(permission('sns.amazonaws.com')).toEqual(['FunctionName function']);
    const own = { Orders: { ...service['Orders'], Type: 'AWS::Lambda::Function' } };
    const known = { Environment: { Variables: { ME: { Ref: 'Way' } } } };
    expect(found('AWS::Lambda::Function', known, own)).toEqual([]);
  });

  it('is found in the definition of a state machine, as text, as JSON and by what is substituted', () => {
    const task = (FunctionName: unknown, more: object = {}) => ({
      States: {
        Call: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName, ...more } },
      },
    });
    const machine = (properties: Record<string, unknown>) => found('AWS::StepFunctions::StateMachine', properties);
    const [place] = ['States.Call.Parameters.FunctionName'];
    expect(machine({ Definition: task({ Ref: 'Orders' }) })).toEqual([`Definition.${place} function`]);
    expect(machine({ Definition: task({ Ref: 'Orders' }, { Qualifier: 'live' }) })).toEqual([
      `Definition.${place} alias`,
    ]);
    // As CDK writes it.
    const [before = '', after = ''] = JSON.stringify(task('#')).split('#');
    const text = (what: unknown) => ({ 'Fn::Join': ['', [before, what, after]] });
    expect(machine({ DefinitionString: text({ 'Fn::GetAtt': ['Orders', 'Arn'] }) })).toEqual([
      `DefinitionString.${place} function`,
    ]);
    expect(machine({ DefinitionString: text({ Ref: 'OrdersLive' }) })).toEqual([`DefinitionString.${place} alias`]);
    // As SAM writes it.
    const DefinitionSubstitutions = { It: { Ref: 'Orders' }, Odd: { 'Fn::FindInMap': [] } };
    expect(machine({ DefinitionSubstitutions })).toEqual(['DefinitionSubstitutions.It function']);
    expect(machine({ DefinitionSubstitutions, DefinitionString: text('${It}:live') })).toEqual([
      `DefinitionString.${place} alias`,
    ]);
    expect(machine({ DefinitionSubstitutions, DefinitionString: text('${It}') })).toEqual([
      `DefinitionString.${place} function`,
    ]);
    expect(machine({ DefinitionString: '{ not json' })).toEqual([]);
    expect(machine({ DefinitionString: 'x', DefinitionSubstitutions: null })).toEqual([]);
    expect(findWaysIn({ Resources: { Bare: { Type: 'AWS::StepFunctions::StateMachine' } } })).toEqual([]);
    const steps = {
      States: { All: { Type: 'Parallel', Branches: [task('${It}')], TimeoutSeconds: 5, Retried: false } },
    };
    const branch = 'States.All.Branches.0';
    expect(machine({ DefinitionSubstitutions, Definition: steps })).toEqual([`Definition.${branch}.${place} function`]);
    expect(machine({ Definition: { 'Fn::If': ['C', steps, null] }, DefinitionSubstitutions })).toHaveLength(1);
  });

  it('stays readable where conditions would make too many texts', () => {
    const either = { 'Fn::If': ['C', 'a', 'b'] };
    const many = Array.from({ length: 20 }, () => either);
    expect(rule({ 'Fn::Join': ['', [...many, { 'Fn::Sub': arn('${Orders}') }]] })).toEqual(['function']);
  });

  it('has the same events as another that stands in its place', () => {
    const events = (Type: string, properties: object[]) =>
      new Set(
        findWaysIn({
          Resources: {
            ...service,
            ...Object.fromEntries(
              properties.map((Properties, index) => [`Way${index}`, { Type, Properties: { ...Properties } }]),
            ),
          },
        }).map((way) => way.events),
      ).size;
    const mapping = (EventSourceArn: string, BatchSize: number) => ({
      EventSourceArn,
      BatchSize,
      FunctionName: { Ref: 'Orders' },
    });
    expect(events('AWS::Lambda::EventSourceMapping', [mapping('a', 1), mapping('a', 2)])).toBe(1);
    expect(events('AWS::Lambda::EventSourceMapping', [mapping('a', 1), mapping('b', 1)])).toBe(2);
    const url = { TargetFunctionArn: { Ref: 'Orders' } };
    expect(events('AWS::Lambda::Url', [url, url])).toBe(2);
  });
});

describe('a way in of a template that SAM has yet to expand', () => {
  const sam = (Properties: Record<string, unknown>, more: Template['Resources'] = {}, rest: object = {}) =>
    findWaysIn({ ...rest, Resources: { Api: { Type: 'AWS::Serverless::Function', Properties }, ...more } }).map(
      ({ logicalId, path, leads, alias = '' }) => `${logicalId} ${path} ${leads} ${alias}`.trim(),
    );
  const events = { Events: { Get: { Type: 'Api', Properties: { Path: '/', Method: 'get' } } } };

  it('leads to the alias that AutoPublishAlias makes', () => {
    expect(sam(events)).toEqual(['Api Events.Get function']);
    expect(sam({ ...events, AutoPublishAlias: 'live' })).toEqual(['Api Events.Get alias Api.Alias']);
    expect(sam(events, {}, { Globals: { Function: { AutoPublishAlias: 'live' } } })).toEqual([
      'Api Events.Get alias Api.Alias',
    ]);
    const staged = { AutoPublishAlias: { 'Fn::FindInMap': ['A', 'B', 'C'] } };
    expect(sam({ ...events, ...staged })).toEqual(['Api Events.Get alias Api.Alias']);
    expect(sam({ FunctionUrlConfig: { AuthType: 'NONE' } })).toEqual(['Api FunctionUrlConfig function']);
  });

  it('names what SAM gives its references', () => {
    const subscription = (Endpoint: unknown) => ({ Sub: { Type: 'AWS::SNS::Subscription', Properties: { Endpoint } } });
    const to = (endpoint: unknown) => sam({ AutoPublishAlias: 'live' }, subscription(endpoint));
    expect(to({ Ref: 'Api.Alias' })).toEqual(['Sub Endpoint alias Api.Alias']);
    expect(to({ Ref: 'Api.Version' })).toEqual(['Sub Endpoint version']);
    expect(to({ 'Fn::GetAtt': ['Api', 'Arn'] })).toEqual(['Sub Endpoint function']);
    expect(to({ 'Fn::Sub': '${Api.Arn}:live' })).toEqual(['Sub Endpoint alias Api.Alias']);
  });
});
