import { expect, it } from 'vitest';
import { groupChanges } from '../../../core/approval/change-groups.ts';
import { describeResource } from '../../../core/template/describe-resource.ts';
import { guardTemplate } from '../../../core/template/guard/guard.ts';

it.each([
  ['Orders', 'AWS::Lambda::Function', 'Orders (AWS::Lambda::Function)'],
  ['OrdersVersion0a1b2c3d4e', 'AWS::Lambda::Version', 'a published version of Orders)'],
  ['OrdersGuardVersionSluice3', 'AWS::Lambda::Version', 'a published version of Orders, which "guard" adds)'],
  [
    'ApiDeployment0a1b2c3d4eGuarded',
    'AWS::ApiGateway::Deployment',
    'the next ApiDeployment0a1b2c3d4e, which "guard" adds)',
  ],
  ['JobsSluice2', 'AWS::SQS::Queue', 'JobsSluice2 (AWS::SQS::Queue: Jobs of the template)'],
  // Only what is of the type is what the name says.
  ['OrdersGuardErrors', 'AWS::SNS::Topic', 'OrdersGuardErrors (AWS::SNS::Topic)'],
])('%s (%s) is told in words: %s', (logicalId, type, told) => {
  expect(describeResource({ logicalId, type })).toContain(told);
});

it('everything that a guard adds says what it is, to whoever decides', () => {
  const before = { Resources: { Orders: { Type: 'AWS::Lambda::Function', Properties: { Code: {} } } } };
  const { template } = guardTemplate(before, { guard: ['Orders'] });
  const resources = Object.entries(template.Resources)
    .filter(([id]) => id !== 'Orders')
    .map(([logicalId, { Type: type }]) => ({ action: 'Add' as const, logicalId, type }));
  const lookedAhead = { digest: '0'.repeat(64), resources, warnings: [] };
  const { groups } = groupChanges([{ account: '222222222222', region: 'us-east-1', lookedAhead }], 10);
  expect(groups[0]?.parts[0]?.items.toSorted()).toEqual([
    'OrdersAliaslive (AWS::Lambda::Alias: the alias that callers of Orders come by)',
    'OrdersGuardErrors (AWS::CloudWatch::Alarm: the alarm by which Orders is judged, which "guard" adds)',
    'OrdersGuardVersion (AWS::Lambda::Version: a published version of Orders, which "guard" adds)',
  ]);
});
