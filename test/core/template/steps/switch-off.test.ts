import { describe, expect, it } from 'vitest';
import { decide } from '../../../../core/template/decide.ts';
import { summarizeChange } from '../../../../core/template/change-summary.ts';
import {
  applyTemplate,
  type LiveTemplate,
  settleTemplate,
  takeBackAll,
  takeBackUntilSettled,
} from '../../../../core/template/steps/chain.ts';
import { nothingDecided } from '../../../../core/template/steps/choose-ids.ts';
import type { Template } from '../../../../core/template/template.ts';

const template: Template = {
  Parameters: { Cache: { Type: 'String' } },
  Conditions: { HasCache: { 'Fn::Equals': [{ Ref: 'Cache' }, 'on'] } },
  Resources: {
    Orders: {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { CACHE: { 'Fn::If': ['HasCache', { Ref: 'Table' }, 'none'] } } } },
    },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Condition: 'HasCache',
      Properties: { Size: { 'Fn::If': ['HasCache', 1, 2] } },
    },
  },
};
const live: LiveTemplate = {
  template,
  versions: { aliases: {}, versions: {} },
  values: new Map([['Cache', 'on']]),
};
const after = new Map([['Cache', 'off']]);
const remove = {
  ResourceChange: { Action: 'Remove', LogicalResourceId: 'Table', ResourceType: 'AWS::DynamoDB::Table' },
} as const;

// https://github.com/aws-cloudformation/aws-cloudformation-templates/issues/38
describe('a resource whose condition no longer holds', () => {
  const first = applyTemplate(template, live, undefined, nothingDecided, after);
  const decided = decide({ application: first, changeSet: { changes: [remove] } }, nothingDecided, new Set());
  const applied = applyTemplate(template, live, undefined, decided, after);

  it('stays as it is until the release is settled', () => {
    expect(decided.switchedOff).toEqual(['Table']);
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Change.html: a change need not be a resource's.
    const more = { changes: [{}, remove] };
    expect(decide({ application: first, changeSet: more }, nothingDecided, new Set())).toEqual(decided);
    expect(applied.template.Resources['Table']).toEqual({
      Type: 'AWS::DynamoDB::Table',
      Properties: { Size: { 'Fn::If': ['SluiceKeptHasCache', 1, 2] } },
    });
    expect(applied.template.Resources['Orders']).toEqual(template.Resources['Orders']);
    expect(takeBackUntilSettled(applied.template, applied.done)).toEqual(settleTemplate(applied.named, undefined));
    expect(takeBackAll(applied.template, applied.done)).toEqual(template);
  });

  it('is told', () => {
    const { warnings } = summarizeChange([], {
      unguarded: { around: [], functions: [] },
      moved: [],
      kept: applied.resources,
      alarms: [],
      now: '2026-11-20T10:00:00.000Z',
    });
    expect(warnings).toEqual([
      {
        code: 'stateful-removed',
        logicalId: 'Table',
        sentence:
          'Table (AWS::DynamoDB::Table) is switched off by its condition: it is kept until the bake is over and then removed, and what it holds with it.',
      },
    ]);
  });

  it('cannot stay where it would come to need itself', () => {
    const circle: LiveTemplate = {
      ...live,
      template: { Resources: { A: { Type: 'X', DependsOn: 'B' }, B: { Type: 'X' } } },
    };
    const next: Template = {
      ...template,
      Resources: { A: { Type: 'X', Condition: 'HasCache' }, B: { Type: 'X', DependsOn: 'A' } },
    };
    const { template: whole, resources } = applyTemplate(next, circle, undefined, {
      ...nothingDecided,
      switchedOff: ['A'],
    });
    expect(whole.Resources).toEqual(next.Resources);
    expect(resources).toEqual([]);
  });
});
