import { describe, expect, it } from 'vitest';
import { briefOf, questionOf } from '../../../core/approval/brief.ts';
import { groupChanges } from '../../../core/approval/change-groups.ts';
import { factsOf } from '../../../core/approval/facts.ts';
import { previewOf } from '../../../core/approval/preview.ts';
import type { InService } from '../../../core/ledger/items.ts';
import type { ReleaseEvent } from '../../../core/release/events.ts';
import * as s from '../samples.ts';
import { askedOf, lookedAhead, planOf, targetOf } from './asked.ts';

const now = s.moment(7200);
const serves = (version: string, more: object = {}): InService => ({
  ...{ kind: 'release', release: `orders-${version}-a1`, version },
  ...more,
});

describe('what a person decides on', () => {
  it('is said first: from which version to which, by whom, and with which commits', () => {
    const repository = 'https://github.com/acme/orders';
    const plan = planOf({ source: { author: 'Dana <dana@example.com>', repository, commit: 'b'.repeat(40) } });
    const before = serves('1.4.1', { repository, commit: 'a'.repeat(40) });
    const brief = briefOf(askedOf([targetOf(0, {}, before), targetOf(1, {}, before)], { plan }), now);
    expect(questionOf(brief)).toBe('Release orders 1.4.1 → 1.4.2 to production?');
    expect(factsOf(brief).map(({ label, lines }) => [label, ...lines.map(({ text }) => text)])).toEqual([
      ['Version', '1.4.1 → 1.4.2'],
      ['Commits', 'commits aaaaaaaaaaaa…bbbbbbbbbbbb'],
      ['Author', 'Ada Author <ada@example.com>'],
      ['What is lost', 'nothing that Sluice knows of'],
      ['Earlier environments', 'staging: passed, all users on it since 2026-11-20 09:00 UTC (1 h 59 min).'],
      ['Rollout', 'Canary10Percent5Minutes, then a bake of 10 min'],
      ['Decided', '0 of 1 needed have approved.'],
    ]);
    expect(brief.commits.link).toBe(`${repository}/compare/${'a'.repeat(40)}...${'b'.repeat(40)}`);
    expect(brief.change).toBe('Add 2, Modify 2');
  });

  it('says why the same release is asked about again, once for all targets', () => {
    const adopting = { partial: true as const, boundary: 'The stack is adopted first: Receive gets an alias.' };
    const brief = briefOf(askedOf([targetOf(0, adopting), targetOf(1, adopting)]), now);
    expect(brief.twice).toEqual([
      'This is the first of two questions. The stack is adopted first: Receive gets an alias.',
    ]);
    expect(factsOf(brief)[0]).toEqual({ label: 'Why you are asked', lines: brief.twice.map((text) => ({ text })) });
    const other = askedOf([targetOf(0, { boundary: '1 role gets the boundary.' }), targetOf(1, { partial: true })]);
    expect(briefOf(other, now).twice).toEqual([]);
  });

  it('says in words what is known only once it is applied', () => {
    const sentence = 'Role adds: Allow to s3:GetObject on {{changeSet:KNOWN_AFTER_APPLY}}.';
    const warnings = [{ code: 'permissions-widened' as const, logicalId: 'Role', sentence }];
    expect(briefOf(askedOf([targetOf(0, { warnings })]), now).broader).toEqual([
      'Role adds: Allow to s3:GetObject on (known only once it is applied).',
    ]);
  });

  it.each<[string, (InService | undefined)[]]>([
    ['nothing (the first release there) → 1.4.2', [{ kind: 'nothing' }]],
    ['what no release brought → 1.4.2', [{ kind: 'foreign' }]],
    ['what is not known → 1.4.2', [undefined]],
    ['1.4.1 in 2 targets, 1.4.0 in 1 target → 1.4.2', [serves('1.4.1'), serves('1.4.1'), serves('1.4.0')]],
    [
      '1.4.1 in 1 target, nothing (the first release there) in 1 target → 1.4.2',
      [serves('1.4.1'), { kind: 'nothing' }],
    ],
    [
      '1 in 1 target, 2 in 1 target, 3 in 1 target, 1 more → 1.4.2',
      [serves('1'), serves('2'), serves('3'), serves('4')],
    ],
    ['1.4.2', []],
  ])('says what serves: %s', (told, found) => {
    const targets = found.map((one, index) => targetOf(index, {}, one));
    expect(briefOf(askedOf(targets), now).version).toBe(told);
  });

  it('knows what served once the target is prepared, where nobody looked ahead', () => {
    const target = { ...targetOf(0), formerRelease: { release: 'orders-1-a1', version: '1', alarms: [] } };
    expect(briefOf(askedOf([target]), now)).toMatchObject({
      what: 'orders 1 → 1.4.2',
      commits: { text: 'commit abc1234' },
    });
  });

  it('says what is lost and what becomes broader, each once, before anything else that is to know', () => {
    const warning = (code: 'stateful-removed' | 'permissions-widened' | 'alarm-changed') => ({
      code,
      logicalId: 'Table',
      sentence: `${code} it is.`,
    });
    const warnings = [warning('alarm-changed'), warning('permissions-widened'), warning('stateful-removed')];
    const plan = planOf({ dataChanges: { reversible: false, recovery: 'https://wiki.example.com/undo' } });
    const brief = briefOf(askedOf([targetOf(0, { warnings }), targetOf(1, { warnings })], { plan }), now);
    const lost = 'It changes data so that the version in service cannot live with it.';
    expect(brief).toMatchObject({
      losses: ['stateful-removed it is.', `${lost} To undo them: https://wiki.example.com/undo.`],
      broader: ['permissions-widened it is.'],
      others: ['alarm-changed it is.'],
    });
    const silent = { ...plan, manifest: { ...plan.manifest, dataChanges: { reversible: false } } };
    expect(briefOf(askedOf([targetOf(0)], { plan: silent }), now).losses[0]).toContain('nothing is named');
    const harmless = planOf({ dataChanges: { reversible: true } });
    expect(briefOf(askedOf([targetOf(0)], { plan: harmless }), now).losses).toEqual([]);
    const called = planOf({ dataChanges: { reversible: false, recovery: 'Undo' } });
    expect(briefOf(askedOf([targetOf(0)], { plan: called }), now).losses).toEqual([
      `${lost} A rollback calls the function Undo.`,
    ]);
    const many = Array.from({ length: 30 }, (_, index) => ({ ...warning('stateful-removed'), sentence: `${index}.` }));
    const facts = factsOf(briefOf(askedOf([targetOf(0, { warnings: many })]), now));
    expect(facts.find(({ label }) => label === 'What is lost')?.lines.at(-1)?.text).toBe(
      '… and 18 more: see the details',
    );
  });

  it('says how it went before, with the numbers of checks', () => {
    const counted = (event: ReleaseEvent): ReleaseEvent => {
      if (event.type !== 'verified' && event.type !== 'checked') return event;
      const counts = { passed: 3, failed: 0, inconclusive: 1 };
      return { ...event, evidence: { counts, notPassed: [], object: { sha256: s.digest, bytes: 1 } } };
    };
    const events = s.productionAsked.events.map(counted);
    const all = briefOf(askedOf([targetOf(0)], { events }), s.moment(30)).earlier;
    expect(all).toEqual([
      'staging: passed, 8 checks: 6 passed, 2 inconclusive, all users on it since 2026-11-20 09:00 UTC (less than a minute).',
    ]);
    // Not all of its transitions were read: what is not known is not said.
    const { head } = s.productionAsked;
    const { staging } = head.environments;
    if (staging === undefined) throw new Error('no staging');
    const environments = { ...head.environments, staging: { ...staging, observedSince: s.moment(60) } };
    const part = askedOf([targetOf(0)], { events: events.slice(-3), head: { ...head, environments } });
    expect(briefOf(part, s.moment(180)).earlier).toEqual([
      'staging: passed, all users on it since 2026-11-20 09:01 UTC (2 min).',
    ]);
    const [first] = events;
    if (first === undefined) throw new Error('no event');
    const { sequence, from, to, previousHash, hash } = first;
    const counts = { passed: 2, failed: 0, inconclusive: 0 };
    const judged: ReleaseEvent = {
      ...{
        sequence,
        from,
        to,
        previousHash,
        hash,
        type: 'judged',
        at: s.moment(1),
        actor: 'x',
        environment: 'staging',
      },
      evidence: { counts, object: { sha256: s.digest, bytes: 1 } },
    };
    expect(briefOf(askedOf([targetOf(0)], { events: [judged] }), now).earlier).toEqual([
      'staging: passed, 2 checks: 2 passed after its bake.',
    ]);
  });

  it.each([
    [
      { kind: 'rollback', environments: ['production'], of: 'orders-1-a1' },
      'A rollback on demand: orders-1-a1 serves again.',
    ],
    [{ kind: 'rollback', environments: ['production'] }, 'A rollback on demand: an earlier release serves again.'],
    [
      { kind: 'retry', environments: ['production'], of: 'orders-1-a1' },
      'A new attempt of orders-1-a1: environments that it passed keep what they have.',
    ],
    [
      { kind: 'retry', environments: ['production'] },
      'A new attempt: environments that it passed keep what they have.',
    ],
    [
      { kind: 'promotion', environments: ['production'], of: 'orders-1-a1' },
      'A promotion: the artifact has proven itself in the environments before, as orders-1-a1.',
    ],
    [
      { kind: 'promotion', environments: ['production'] },
      'A promotion: the artifact has proven itself in the environments before.',
    ],
    [
      { kind: 'promotion', environments: ['production'], hotfix: true },
      'A hotfix: it passes over environments before this one that it has not proven itself in.',
    ],
  ] as const)('says why a person began it: %o', (origin, told) => {
    const head = {
      ...s.productionAsked.head,
      order: ['production'],
      origin: { ...origin, environments: ['production'] },
    };
    expect(briefOf(askedOf([targetOf(0)], { head }), now).earlier).toEqual([told]);
  });

  it('says so where it is the first environment', () => {
    const head = { ...s.productionAsked.head, order: ['production'] };
    expect(briefOf(askedOf([targetOf(0)], { head }), now).earlier).toEqual(['This is its first environment.']);
  });

  it('is why the checks tell nothing, where it is whether to continue', () => {
    const asked = askedOf();
    const override = { checkpoint: 'target', target: s.production, inconclusiveReason: 'Too few samples.' } as const;
    const plan = {
      ...asked.plan,
      environments: asked.plan.environments.map((one) => ({ ...one, monitorSeconds: 3600 })),
    };
    const brief = briefOf({ ...asked, plan, approval: { ...asked.approval, override } }, now);
    expect(questionOf(brief)).toBe(`Continue orders 1.4.2 in production (${s.production})?`);
    expect(factsOf(brief)[0]).toEqual({
      label: 'Why you are asked',
      lines: [{ text: 'The checks were inconclusive: Too few samples.' }],
    });
    expect(brief.rollout).toMatch(/then monitored for 1 h$/);
    const staging = briefOf({ ...asked, approval: { ...asked.approval, environment: 'staging', override } }, now);
    expect(staging.rollout).toBe('AllAtOnce, no bake');
    const whole = { checkpoint: 'bake', inconclusiveReason: 'Too few.' } as const;
    expect(briefOf({ ...asked, approval: { ...asked.approval, override: whole } }, now).where).toBe('production');
  });
});

describe('the details of a change', () => {
  it('are by kind, and say in words what is known only later', () => {
    const resources = [
      { action: 'Add', logicalId: 'A', type: 'T' },
      { action: 'Modify', logicalId: 'B', type: 'T' },
      { action: 'Modify', logicalId: 'C', type: 'T', replacement: 'Conditional' },
      { action: 'Modify', logicalId: 'D', type: 'T', replacement: 'True' },
      { action: 'Dynamic', logicalId: 'E', type: 'T' },
      { action: 'Remove', logicalId: 'F', type: 'T' },
      { action: 'Import', logicalId: 'G', type: 'T' },
      { action: 'SyncWithActual', logicalId: 'H', type: 'T' },
    ] as const;
    const parameters = [{ name: 'Level', source: 'manifest', before: 'DEBUG', after: 'INFO' }] as const;
    const warnings = [{ code: 'alarm-changed', logicalId: 'B', sentence: 'It changes.' }] as const;
    const change = {
      resources: [...resources],
      parameters: [...parameters],
      warnings: [...warnings],
      boundary: '2 roles.',
    };
    const asked = askedOf([targetOf(0, change)]);
    const { groups } = groupChanges(previewOf(asked.approval, asked.targets), 100);
    expect(groups[0]?.parts.map(({ title, items }) => [title, ...items])).toEqual([
      ['To know', 'It changes.', '2 roles.'],
      ['Removed', 'F (T)'],
      ['Replaced', 'D (T)'],
      ['Changed, perhaps replaced: known only once it is applied', 'C (T)'],
      ['Changed or not: known only once it is applied', 'E (T)'],
      ['Changed', 'B (T)'],
      ['Brought back to what the template says', 'H (T)'],
      ['Taken over', 'G (T)'],
      ['Added', 'A (T)'],
      ['Parameters', 'Level: "DEBUG" → "INFO"'],
    ]);
  });

  it('are said once for all targets in which the same would change', () => {
    const targets = Array.from({ length: 200 }, (_, index) => targetOf(index));
    const asked = askedOf(targets);
    const { groups, left } = groupChanges(previewOf(asked.approval, targets), 10);
    expect(groups.map((one) => one.targets)).toEqual([
      expect.stringMatching(/^333333333333\/us-east-1, .* and 195 more targets$/),
    ]);
    expect(left).toBe(0);
    expect(
      groupChanges(previewOf(askedOf(targets.slice(0, 6)).approval, targets.slice(0, 6)), 10).groups[0]?.targets,
    ).toMatch(/and 1 more target$/);
  });

  it('are as many as there is room for, and how many there is none for', () => {
    const targets = Array.from({ length: 200 }, (_, index) =>
      targetOf(index, { resources: [{ action: 'Add', logicalId: `Queue${index}`, type: 'AWS::SQS::Queue' }] }),
    );
    const { groups, left } = groupChanges(previewOf(askedOf(targets).approval, targets), 150);
    expect([groups.length, left]).toEqual([150, 50]);
    const nothing = targetOf(0, { resources: [] });
    expect(groupChanges(previewOf(askedOf([nothing]).approval, [nothing]), 5).groups[0]?.parts).toEqual([
      { title: 'Nothing changes', items: ['No resource and no parameter differs.'] },
    ]);
  });

  it('are what was previewed once the target is prepared, too, and none after another preview', () => {
    const target = targetOf(0);
    const prepared = { ...target, change: lookedAhead };
    delete prepared.lookedAhead;
    const { approval } = askedOf([target]);
    expect(previewOf(approval, [prepared])).toHaveLength(1);
    const another = { ...prepared, change: { ...lookedAhead, digest: s.digest } };
    expect(previewOf(approval, [another])).toEqual([]);
    const { change, ...unknown } = prepared;
    expect(change).toBeDefined();
    expect(previewOf(approval, [unknown])).toEqual([]);
  });
});
