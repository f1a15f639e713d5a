import { describe, expect, it } from 'vitest';
import { changedResources } from '../../../../core/template/changed-resources.ts';
import type { Template } from '../../../../core/template/template.ts';
import { findMovedUsers } from '../../../../core/template/ways-in/at-once.ts';

type Resources = Template['Resources'];

function guarded(name: string, changes: Record<string, unknown> = {}): Resources {
  const FunctionName = { Ref: name };
  return {
    [name]: { Type: 'AWS::Lambda::Function', Properties: {} },
    [`${name}Version`]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName } },
    [`${name}Live`]: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        FunctionName,
        FunctionVersion: { 'Fn::GetAtt': [`${name}Version`, 'Version'] },
        Name: 'live',
        ...changes,
      },
    },
  };
}

const rule = (to: string, more: object = {}): Resources[string] => ({
  Type: 'AWS::Events::Rule',
  Properties: { ScheduleExpression: 'rate(1 hour)', Targets: [{ Id: 'a', Arn: { Ref: to } }], ...more },
});

/** An HTTP API of which a route leads to an integration, and that to something. */
function api(integration: string, to: string): Resources {
  return {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    [integration]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { ApiId: { Ref: 'Api' }, IntegrationUri: { Ref: to } },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'GET /',
        AuthorizerId: { Ref: 'SharedAuthorizer' },
        Target: { 'Fn::Sub': `integrations/\${${integration}}` },
      },
    },
  };
}

function moved(live: Resources | undefined, next: Resources, unpinned: string[], changed: string[] = []): string[] {
  return findMovedUsers({
    ...{ next: { Resources: next }, live: live === undefined ? undefined : { Resources: live } },
    ...{ unpinned, changed: new Set(changed) },
  }).map(({ sentence }) => sentence);
}

const other = (way: string, next: string, before: string): string =>
  `${way} leads to the function ${next} instead of ${before}: whoever comes by it is on other code as soon as the stack is changed.`;

describe('users who move as soon as the stack is changed', () => {
  it('are those of an alias that goes elsewhere', () => {
    const live = guarded('Orders');
    const all = 'all its users are on the new code as soon as the stack is changed.';
    const alias = (changes: Record<string, unknown>) =>
      moved(live, { ...live, ...guarded('Orders', changes) }, ['OrdersLive']);
    expect(alias({ FunctionName: { Ref: 'New' } })).toEqual([`The alias OrdersLive goes to the function New: ${all}`]);
    expect(alias({ FunctionName: 'orders' })).toEqual([`The alias OrdersLive goes to another function: ${all}`]);
    expect(alias({ Name: 'prod' })).toEqual([`The alias OrdersLive has another name: ${all}`]);
    const text = { ...live, ...guarded('Orders', { FunctionName: 'orders' }) };
    expect(moved(text, text, ['OrdersLive'])).toEqual([
      `The alias OrdersLive cannot be held on what it serves, because its function is replaced or the alias is gone: ${all}`,
    ]);
    expect(alias({})).toEqual([
      `The alias OrdersLive cannot be held on what it serves, because Orders is replaced or the alias is gone: ${all}`,
    ]);
  });

  it('are those of a function whose place another takes, told by the resource that leads there', () => {
    const [live, next] = [guarded('Old'), guarded('New')];
    const text = other('Rule (AWS::Events::Rule)', 'New', 'Old');
    expect(moved({ ...live, Rule: rule('OldLive') }, { ...next, Rule: rule('NewLive') }, ['NewLive'])).toEqual([text]);
    expect(moved({ ...live, Rule: rule('Old') }, { ...next, Rule: rule('New') }, ['NewLive'])).toEqual([text]);
    // Other events under the same logical id, the same events under another.
    const often = rule('NewLive', { ScheduleExpression: 'rate(1 minute)' });
    expect(moved({ ...live, Rule: rule('OldLive') }, { ...next, Rule: often }, ['NewLive'])).toEqual([text]);
    expect(moved({ ...live, Former: rule('OldLive') }, { ...next, Rule: rule('NewLive') }, ['NewLive'])).toEqual([
      text,
    ]);
    expect(moved({ ...live, Former: rule('OldLive') }, { ...next, Rule: often }, ['NewLive'])).toEqual([]);
  });

  it('are those of a route that leads to another integration', () => {
    const [live, next] = [guarded('Old'), guarded('New')];
    expect(moved({ ...live, ...api('One', 'OldLive') }, { ...next, ...api('Two', 'NewLive') }, ['NewLive'])).toEqual([
      other('Route (AWS::ApiGatewayV2::Route)', 'New', 'Old'),
    ]);
  });

  it('are those of a resolver whose data source, some links away, is another', () => {
    const graph = (source: string, to: string): Resources => ({
      [source]: {
        Type: 'AWS::AppSync::DataSource',
        Properties: { Name: source, LambdaConfig: { LambdaFunctionArn: { Ref: to } } },
      },
      Step: {
        Type: 'AWS::AppSync::FunctionConfiguration',
        Properties: { Name: 'step', DataSourceName: { 'Fn::GetAtt': [source, 'Name'] } },
      },
      Resolver: {
        Type: 'AWS::AppSync::Resolver',
        Properties: {
          FieldName: 'orders',
          PipelineConfig: { Functions: [{ 'Fn::GetAtt': ['Step', 'FunctionId'] }, { Ref: 'Step' }] },
        },
      },
    });
    const found = moved(
      { ...guarded('Old'), ...graph('One', 'OldLive') },
      { ...guarded('New'), ...graph('Two', 'NewLive') },
      ['NewLive'],
    );
    expect(found).toEqual([
      other('Resolver (AWS::AppSync::Resolver)', 'New', 'Old'),
      other('Step (AWS::AppSync::FunctionConfiguration)', 'New', 'Old'),
    ]);
  });

  it('are those of a function that gets its first alias together with new code', () => {
    const live = { Orders: { Type: 'AWS::Lambda::Function', Properties: {} }, Rule: rule('Orders') };
    const next = { ...guarded('Orders'), Rule: rule('OrdersLive') };
    expect(moved(live, next, ['OrdersLive'], ['Orders'])).toEqual([
      'Rule (AWS::Events::Rule) leads to the alias OrdersLive, which is new and serves the new code of Orders at once: whoever comes by it moves as soon as the stack is changed.',
    ]);
    expect(moved(live, next, ['OrdersLive'], ['Rule'])).toEqual([]);
  });

  it('are none on a first deployment, of what is new altogether, and of what only joins', () => {
    const live = { ...guarded('Orders'), Rule: rule('OrdersLive') };
    expect(moved(undefined, live, ['OrdersLive'])).toEqual([]);
    const added = { ...live, ...guarded('New'), Nightly: rule('NewLive', { ScheduleExpression: 'rate(1 day)' }) };
    expect(moved(live, added, ['NewLive'], ['New'])).toEqual([]);
    const both = rule('OrdersLive', { Targets: [{ Arn: { Ref: 'NewLive' } }, { Arn: { Ref: 'OrdersLive' } }] });
    expect(moved(live, { ...live, ...guarded('New'), Rule: both }, ['NewLive'])).toEqual([]);
    expect(moved(live, live, [])).toEqual([]);
    const permission = (name: string): Resources[string] => ({
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: { Ref: name }, Principal: 'sns.amazonaws.com' },
    });
    expect(
      moved({ ...live, P: permission('OrdersLive') }, { ...added, P: permission('NewLive') }, ['NewLive']),
    ).toEqual([]);
  });

  it('are told of once where alias and way say the same', () => {
    const live = { ...guarded('Old'), Rule: rule('OldLive') };
    const next = {
      ...guarded('New'),
      OldLive: {
        ...guarded('Old')['OldLive'],
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: { Ref: 'New' }, Name: 'live' },
      },
      Rule: rule('OldLive'),
    };
    expect(moved(live, next, ['OldLive', 'NewLive'])).toHaveLength(1);
  });
});

describe('what changes', () => {
  it('is more than tags', () => {
    const entry = (LogicalResourceId: string, ...Targets: object[]) => ({
      ResourceChange: { Action: 'Modify', LogicalResourceId, Details: Targets.map((Target) => ({ Target })) },
    });
    const changes = [
      entry('Tagged', { Attribute: 'Tags' }, { Attribute: 'Properties', Name: 'Tags' }),
      entry('Both', { Attribute: 'Tags' }, { Attribute: 'Properties', Name: 'Code' }),
      { ResourceChange: { Action: 'Add', LogicalResourceId: 'New' } },
      { ResourceChange: { Action: 'Modify', LogicalResourceId: 'Odd', Details: [{}] } },
      {},
    ];
    expect([...changedResources(changes)]).toEqual(['Both', 'New', 'Odd']);
  });
});
