import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasMoved, wasNotNeeded, whyAsked } from '../../../core/approval/causes.ts';
import type { InService } from '../../../core/ledger/items.ts';
import { approvalCauses } from '../../../core/policy/approval-rule.ts';
import { summarizeAdoption } from '../../../core/template/adoption.ts';
import type { ChangeSummary, ChangeWarning, ResourceChange } from '../../../core/template/change-schema.ts';
import * as s from '../samples.ts';

const inService = (version: string): InService => ({ kind: 'release', release: 'orders-1-a1', version });
const head = { version: '1.4.2' };
const promotion = { kind: 'promotion' as const, environments: ['production'] };
const hotfix = { ...head, origin: { ...promotion, hotfix: true as const } };
const rollback = { ...head, origin: { ...promotion, kind: 'rollback' as const } };
const harmless: ResourceChange = { action: 'Modify', logicalId: 'Orders', type: 'AWS::Lambda::Function' };
const change = (more: Partial<ChangeSummary> = {}) => ({
  lookedAhead: { digest: s.change, resources: [harmless], warnings: [], ...more },
  inService: inService('1.4.1'),
});
const warned = (code: ChangeWarning['code']) => change({ warnings: [{ code, logicalId: 'R', sentence: '.' }] });
const changed = (more: Partial<ResourceChange>) => change({ resources: [{ ...harmless, ...more }] });
const because = (more: Partial<Parameters<typeof whyAsked>[0]> = {}) =>
  whyAsked({ when: approvalCauses, head, changesData: false, targets: [change()], ...more });

describe('an approval is asked', () => {
  it('of every release where the policy says nothing else', () => {
    expect(because({ when: undefined })).toEqual(['always']);
  });

  it('not where nothing that asks would change', () => {
    expect(because()).toEqual([]);
    expect(because({ targets: [] })).toEqual([]);
    expect(because({ targets: [changed({ type: 'AWS::Lambda::Version', replacement: 'True' })] })).toEqual([]);
    expect(because({ targets: [warned('moves-all-at-once'), change({ boundary: '1 role.' })] })).toEqual([]);
    const { lookedAhead } = change();
    expect(because({ targets: [{ lookedAhead, inService: { kind: 'nothing' } }] })).toEqual([]); // the first release there
  });

  it.each([
    [['replacement'], changed({ replacement: 'True' })],
    [['replacement'], changed({ replacement: 'Conditional' })],
    [['replacement'], warned('resource-replaced')],
    [['loss', 'replacement'], warned('replaced-at-once')],
    [['dataChanges', 'loss', 'replacement'], warned('stateful-replaced')],
    [['dataChanges', 'loss'], warned('stateful-removed')],
    [['dataChanges', 'loss', 'replacement'], warned('stateful-emptied')],
    [['dataChanges', 'loss'], warned('stateful-left')],
    [['permissions'], warned('permissions-changed')],
    [['permissions'], warned('permissions-widened')],
    [['permissions'], warned('permissions-narrowed')],
    [['downgrade'], { ...change(), inService: inService('1.4.3') }],
    [['downgrade'], { ...change(), inService: inService('7f3a') }],
    [['downgrade'], { ...change(), inService: { kind: 'foreign' } }],
    [['unknown'], changed({ action: 'Dynamic' })],
    [['unknown'], changed({ action: 'SyncWithActual' })],
    [['unknown'], changed({ type: 'Custom::Migration' })],
    [['unknown'], changed({ type: 'AWS::CloudFormation::CustomResource' })],
    [['unknown'], warned('not-looked-at')],
    [['unknown'], change({ partial: true })],
    [['unknown'], {}],
  ])('because of %s', (causes, target) => {
    expect(because({ targets: [change(), target] })).toEqual(causes);
  });

  it('because the manifest says that data changes, or an earlier version comes back', () => {
    expect(because({ changesData: true })).toEqual(['dataChanges']);
    expect(because({ head: rollback })).toEqual(['downgrade']);
    expect(because({ head: rollback, when: ['permissions'] })).toEqual([]);
  });

  it('whatever the policy names, of a hotfix, of what would be lost, and of what cannot be told', () => {
    expect(because({ when: ['permissions'], head: hotfix })).toEqual(['hotfix']);
    expect(because({ when: ['permissions'], targets: [warned('stateful-removed')] })).toEqual(['loss']);
    expect(because({ when: ['downgrade'], targets: [warned('replaced-at-once')] })).toEqual(['loss']);
    const adopted = {
      lookedAhead: summarizeAdoption({ identities: [], arn: 'arn:aws:iam::1:policy/b', guarded: ['F'] }),
    };
    expect(because({ when: ['permissions'], targets: [adopted] })).toEqual(['unknown']);
    expect(because({ when: ['permissions'], changesData: true })).toEqual([]);
  });

  it('of 200 targets where one of them asks, and never less than of fewer', () => {
    const some = fc.constantFrom(change(), warned('permissions-widened'), changed({ action: 'Dynamic' }), {});
    fc.assert(
      fc.property(
        fc.array(some, { maxLength: 200 }),
        some,
        fc.subarray([...approvalCauses], { minLength: 1 }),
        (all, one, when) => {
          const fewer = because({ targets: all, when });
          expect(because({ targets: [...all, one], when })).toEqual(expect.arrayContaining(fewer));
          const quiet = all.every((target) => because({ targets: [target], when }).length === 0);
          expect(fewer.length === 0).toBe(quiet);
        },
      ),
    );
  });
});

describe('what was decided by the version in service', () => {
  const moved = (before: InService | undefined, now: InService, more: object = {}) =>
    hasMoved({ when: ['downgrade'], head, ...more }, before === undefined ? {} : { inService: before }, now);

  it('is decided again when that is another', () => {
    const [nothing, foreign] = [{ kind: 'nothing' }, { kind: 'foreign' }] as const;
    expect(moved(inService('1.4.1'), inService('1.4.3'))).toBe(true);
    expect(moved(inService('1.4.1'), foreign)).toBe(true);
    expect(moved(nothing, foreign)).toBe(true);
    expect(moved(foreign, nothing)).toBe(true);
    expect(moved(undefined, nothing)).toBe(true);
    expect(moved(inService('1.4.1'), inService('1.4.1'))).toBe(false);
    expect(moved(nothing, nothing)).toBe(false);
  });

  it('is not where it was decided by something else', () => {
    const [before, now] = [inService('1.4.1'), inService('1.4.3')];
    expect(moved(before, now, { when: ['permissions'] })).toBe(false);
    expect(moved(before, now, { when: undefined })).toBe(false);
    expect(moved(before, now, { head: hotfix })).toBe(false);
    expect(moved(before, now, { head: rollback })).toBe(false);
  });
});

describe('nobody was asked', () => {
  it('only where that was decided last, in this environment', () => {
    const asked = (...types: Parameters<typeof s.drafts>[1][]) =>
      wasNotNeeded(s.tell(s.stagingDone, ...s.drafts('production', 'lookingAhead', ...types)).events, 'production');
    expect(asked()).toBe(false);
    expect(asked('approvalNotNeeded')).toBe(true);
    expect(asked('approvalNotNeeded', 'turnRequested', 'turnTaken')).toBe(true);
    expect(asked('approvalNotNeeded', 'approvalVoided')).toBe(false);
    expect(asked('approvalNotNeeded', 'approvalVoided', 'approvalRequested', 'approved')).toBe(false);
    const { events } = s.tell(s.stagingDone, s.draft('approvalNotNeeded', { environment: 'production' }));
    expect(wasNotNeeded(events, 'staging')).toBe(false);
  });
});
