import { describe, expect, it } from 'vitest';
import { guardTemplate } from '../../../../core/template/guard/guard.ts';
import { applyTemplate, restoreTemplate, settleTemplate } from '../../../../core/template/steps/chain.ts';
import type { Template } from '../../../../core/template/template.ts';
import { refusesUnguarded, unguardedBy } from '../../../../core/template/ways-in/rollout-rule.ts';
import { findUnguarded } from '../../../../core/template/ways-in/around.ts';

const bare: Template = {
  Resources: {
    Orders: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'assets/a.zip' } } },
    Nightly: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(1 day)',
        Targets: [{ Id: 'Orders', Arn: { 'Fn::GetAtt': ['Orders', 'Arn'] } }],
      },
    },
    MayCall: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Orders' },
        Principal: 'events.amazonaws.com',
      },
    },
  },
};
const guarded = guardTemplate(bare, { guard: ['Orders'] }).template;
const added = ['OrdersAliaslive', 'OrdersGuardErrors', 'OrdersGuardVersion'];
const live = {
  template: guarded,
  versions: { aliases: { OrdersAliaslive: '7' }, versions: { OrdersGuardVersion: '7' } },
};

describe('a release that takes guard away', () => {
  const applied = applyTemplate(bare, live, undefined);
  const { Resources } = applied.template;

  it('leaves alias, version and alarm in the stack until it has proven itself', () => {
    expect(applied.resources.map(({ logicalId }) => logicalId).toSorted()).toEqual(added);
    expect(Resources['OrdersAliaslive']?.Properties).toMatchObject({ FunctionVersion: '7' });
    expect(applied.pinned).toEqual(['OrdersAliaslive']);
    const settled = settleTemplate(applied.named, undefined);
    expect(Object.keys(settled.Resources)).toEqual(Object.keys(bare.Resources));
  });

  it('leaves the published versions in Lambda', () => {
    expect(Resources['OrdersGuardVersion']).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  it('leads every way in to the function at once, and names each to the approver', () => {
    expect(Resources['Nightly']?.Properties?.['Targets']).toEqual(bare.Resources['Nightly']?.Properties?.['Targets']);
    const around = findUnguarded(applied.template, bare).around.map(({ logicalId }) => logicalId);
    expect(around).toEqual(['Nightly', 'MayCall']);
  });

  it('is rolled back to the alias as it was', () => {
    const before = restoreTemplate(guarded, live.versions).Resources;
    expect(before['OrdersAliaslive']).toEqual(guarded.Resources['OrdersAliaslive']);
    expect(before).toHaveProperty('OrdersGuardVersion');
    expect(before['Nightly']?.Properties?.['Targets']).toEqual([{ Id: 'Orders', Arn: { Ref: 'OrdersAliaslive' } }]);
  });
});

it('where the policy demands a rollout, it is refused: nothing guards the function then', () => {
  expect(refusesUnguarded({ unguarded: 'refuse' })).toBe(true);
  expect(unguardedBy(bare, {}).functions.map(({ functionId }) => functionId)).toEqual(['Orders']);
  expect(unguardedBy(bare, { guard: ['Orders'] }).functions).toEqual([]);
});
