import { describe, expect, it } from 'vitest';
import { summarizeChange } from '../../../../core/template/change-summary.ts';
import { applyTemplate, takeBackAll } from '../../../../core/template/steps/chain.ts';
import { addPostponed, postponeWaysIn } from '../../../../core/template/steps/postpone.ts';
import type { Resource, Template } from '../../../../core/template/template.ts';

const guarded: Template['Resources'] = {
  Orders: { Type: 'AWS::Lambda::Function' },
  Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Orders' }, Name: 'live' } },
};
const schedule = (expression = 'rate(1 hour)', more: object = {}): Resource => ({
  Type: 'AWS::Events::Rule',
  Properties: { ScheduleExpression: expression, Targets: [{ Id: 'live', Arn: { Ref: 'Live' } }], ...more },
});
const permission = (rule: string): Resource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    FunctionName: { Ref: 'Live' },
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
  },
});
const of = (resources: Template['Resources'], Outputs?: Record<string, unknown>): Template => ({
  Resources: { ...guarded, ...resources },
  ...(Outputs === undefined ? {} : { Outputs }),
});

describe('a way in that takes another’s place, for the same events', () => {
  it('waits, with what it alone needs and the outputs that name it', () => {
    const live = of({ Old: schedule(), OldPermission: permission('Old') }, { Rule: { Value: { Ref: 'Old' } } });
    const next = of(
      {
        New: schedule('rate(1 hour)', { Description: 'x' }),
        NewPermission: permission('New'),
        Other: schedule('rate(2 hours)'),
      },
      { Rule: { Value: { Ref: 'New' } }, Own: { Value: { 'Fn::GetAtt': ['New', 'Arn'] } }, Text: { Value: 'x' } },
    );
    const { template, postponed, leftOut } = postponeWaysIn(next, live);
    expect(postponed).toEqual([{ logicalId: 'New', type: 'AWS::Events::Rule', replaces: 'Old', waits: true }]);
    expect(template).toEqual(of({ Other: schedule('rate(2 hours)') }, { Text: { Value: 'x' } }));
    const versions = { aliases: {}, versions: {} };
    expect(applyTemplate(next, { template: live, versions }, undefined).template.Outputs).toEqual({
      Text: { Value: 'x' },
      Rule: { Value: { Ref: 'Old' } },
    });
    expect(addPostponed(template, leftOut)).toEqual(next);
    const { warnings } = summarizeChange([], {
      unguarded: { around: [], functions: [] },
      moved: [],
      kept: [],
      alarms: [],
      now: '2026-11-20T10:00:00.000Z',
      postponed,
    });
    expect(warnings.map(({ sentence }) => sentence)).toEqual([
      'New (AWS::Events::Rule) takes the place of Old, for the same events: it is added once the bake is over.',
    ]);
  });

  it('waits where nothing is an output, too', () => {
    const next = of({ New: schedule() });
    const { template, leftOut } = postponeWaysIn(next, of({ Old: schedule() }));
    expect(template).toEqual(of({}));
    expect(addPostponed(template, leftOut)).toEqual(next);
  });

  it('cannot wait where something that is live comes to refer to it', () => {
    const knowing = {
      Orders: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { RULE: { Ref: 'New' } } } } },
    };
    const next = of({ ...knowing, New: schedule() });
    const { template, postponed } = postponeWaysIn(next, of({ Old: schedule() }));
    expect(template).toEqual(next);
    expect(postponed).toMatchObject([{ waits: false }]);
    const { warnings } = summarizeChange([], {
      unguarded: { around: [], functions: [] },
      moved: [],
      kept: [],
      alarms: [],
      now: '2026-11-20T10:00:00.000Z',
      postponed,
    });
    expect(warnings.map(({ code }) => code)).toEqual(['comes-twice']);
  });

  it.each([
    ['the events are others', of({ Old: schedule('rate(2 hours)') })],
    ['nothing is dropped', of({ New: schedule() })],
    ['only permission is given anew', of({ Old: permission('Any') })],
  ])('is added at once where %s', (_, live) => {
    const next = of({
      New: live.Resources['Old']?.Type === 'AWS::Lambda::Permission' ? permission('Any') : schedule(),
    });
    expect(postponeWaysIn(next, live)).toMatchObject({ template: next, postponed: [] });
  });
});

describe('an output of the live way in', () => {
  it('stays with the condition, the values and the name that it has', () => {
    const live: Template = {
      Parameters: { Stage: { Type: 'String' } },
      Conditions: { IsLive: { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] } },
      ...of(
        { Old: schedule() },
        { Rule: { Condition: 'IsLive', Value: { Ref: 'Old' }, Export: { Name: { 'Fn::Sub': '${Stage}-rule' } } } },
      ),
    };
    const next = of({ New: schedule('rate(1 hour)', { Description: 'x' }) }, { Rule: { Value: { Ref: 'New' } } });
    const applied = applyTemplate(next, { template: live, versions: { aliases: {}, versions: {} } }, undefined);
    expect(applied.template).toMatchObject({
      Parameters: live.Parameters,
      Conditions: live.Conditions,
      Outputs: live.Outputs,
    });
    expect(applied.parameters).toEqual(['Stage']);
    expect(takeBackAll(applied.template, applied.done)).toEqual(next);
  });
});
