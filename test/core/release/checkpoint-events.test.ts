import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../core/release/events.ts';
import { endMonitoring, passCheckpoint, type CheckpointResult } from '../../../core/release/checkpoint-events.ts';
import { mayFollow } from '../../../core/release/transition.ts';
import * as s from '../samples.ts';

const by = { at: s.moment(600), actor: 'sluice-verify' };
const evidence = { verdicts: ['good'] };
const ofEnvironment: CheckpointResult = { ...by, environment: 'production', evidence };
const ofTarget: CheckpointResult = { ...ofEnvironment, target: s.production };
const periods = { bakeSeconds: 600 };
const monitored = { ...periods, monitorSeconds: 21_600 };
const deployment = ['preparing', 'prepared', 'changeStarted', 'changed'] as const;
const changed = s.tell(s.productionHeld, ...s.drafts('production', ...deployment));
const shifted = s.tell(changed, ...s.drafts('production', 'verified', 'shiftStarted', 'shifted'));

/** Production with two targets in which the first is shifted, and whatever else. */
function sideBySide(other: 'checked' | 'shifted', bakes = true): s.Story['head'] {
  const { environments } = shifted.head;
  const production = environments['production'];
  if (production === undefined) throw new Error('The sample has a production.');
  const targets = { ...production.targets, '444444444444/eu-west-1': other };
  return { ...shifted.head, environments: { ...environments, production: { ...production, bakes, targets } } };
}

const typesOf = (events: readonly EventDraft[]) => events.map(({ type }) => type);

describe('a new version that proved itself before users are on it', () => {
  it('is verified once', () => {
    const events = passCheckpoint(changed.head, 'newVersion', { ...ofTarget, reason: 'A person said so.' }, periods);
    expect(events).toEqual([{ type: 'verified', ...ofTarget, reason: 'A person said so.' }]);
    const after = s.tell(changed, ...events).head;
    expect(passCheckpoint(after, 'newVersion', ofTarget, periods)).toEqual([]);
  });

  it('is a target’s: nothing is proven by naming none', () => {
    expect(passCheckpoint(changed.head, 'newVersion', ofEnvironment, periods)).toEqual([]);
    expect(passCheckpoint(shifted.head, 'target', ofEnvironment, periods)).toEqual([]);
  });
});

describe('a target that users are on', () => {
  it('is checked once, and the last of its environment begins the bake', () => {
    const events = passCheckpoint(shifted.head, 'target', ofTarget, periods);
    expect(events).toEqual([
      { type: 'checked', ...ofTarget },
      { type: 'bakeStarted', ...by, environment: 'production', evidence: { seconds: 600 } },
    ]);
    const after = s.tell(shifted, ...events).head;
    expect(passCheckpoint(after, 'target', ofTarget, periods)).toEqual([]);
  });

  it('begins nothing while another is not checked', () => {
    expect(typesOf(passCheckpoint(sideBySide('shifted'), 'target', ofTarget, periods))).toEqual(['checked']);
    expect(typesOf(passCheckpoint(sideBySide('checked'), 'target', ofTarget, periods))).toEqual([
      'checked',
      'bakeStarted',
    ]);
  });

  it('starts monitoring where nothing bakes and it is monitored', () => {
    const head = sideBySide('checked', false);
    expect(typesOf(passCheckpoint(head, 'target', ofTarget, { bakeSeconds: 0 }))).toEqual(['checked']);
    expect(passCheckpoint(head, 'target', ofTarget, { ...monitored, bakeSeconds: 0 })).toEqual([
      { type: 'checked', ...ofTarget },
      { type: 'monitoringStarted', ...by, environment: 'production', evidence: { seconds: 21_600 } },
    ]);
  });

  it('of an environment that the release does not have is left to the transition table to refuse', () => {
    const [checked] = passCheckpoint(shifted.head, 'target', { ...ofTarget, environment: 'moon' }, periods);
    expect(checked).toMatchObject({ type: 'checked', environment: 'moon' });
    expect(checked !== undefined && mayFollow(shifted.head, checked)).toBe(false);
  });
});

describe('a bake that went well', () => {
  const judged = { type: 'judged', ...ofEnvironment };
  it('is judged once', () => {
    const events = passCheckpoint(s.productionBaking.head, 'bake', ofEnvironment, periods);
    expect(events).toEqual([judged]);
    const after = s.tell(s.productionBaking, ...events).head;
    expect(passCheckpoint(after, 'bake', ofEnvironment, periods)).toEqual([]);
    expect(passCheckpoint(s.productionDone.head, 'bake', ofEnvironment, periods)).toEqual([]);
  });

  it('starts monitoring where it is monitored', () => {
    expect(passCheckpoint(s.productionBaking.head, 'bake', ofEnvironment, monitored)).toEqual([
      judged,
      { type: 'monitoringStarted', ...by, environment: 'production', evidence: { seconds: 21_600 } },
    ]);
    expect(passCheckpoint(s.productionMonitoring.head, 'bake', ofEnvironment, monitored)).toEqual([]);
  });

  it('is of an environment that the release has', () => {
    const moon = { ...ofEnvironment, environment: 'moon' };
    expect(passCheckpoint(s.productionBaking.head, 'bake', moon, periods)).toEqual([]);
  });
});

describe('a release that was monitored', () => {
  const { head } = s.productionMonitoring;
  const late = { ...ofEnvironment, at: s.moment(21_601) };
  it('is good for all time when the time is over', () => {
    expect(endMonitoring(head, late, '')).toEqual([
      {
        ...{ type: 'monitoringEnded', at: late.at, actor: by.actor, environment: 'production' },
        reason: 'No alarm is firing after 6 h with all users on the new version.',
        evidence: { ...evidence, seconds: 21_600 },
      },
    ]);
  });

  it('is so earlier when a newer one asks for the turn', () => {
    expect(endMonitoring(head, { ...ofEnvironment, at: s.moment(90.6) }, 'orders-1.4.3-a1')).toMatchObject([
      {
        reason:
          'orders-1.4.3-a1 asks for the turn, and no alarm is firing after 1 min 30 s with all users on the new version.',
        evidence: { ...evidence, seconds: 90, by: 'orders-1.4.3-a1' },
      },
    ]);
  });

  it('was so since its last transition, where the head is older than the time at which monitoring began', () => {
    const { production, ...others } = head.environments;
    if (production === undefined) throw new Error('The sample has a production.');
    const older = { ...production };
    delete older.observedSince;
    const ago = { ...head, updatedAt: s.moment(601), environments: { ...others, production: older } };
    expect(endMonitoring(ago, late, '')).toMatchObject([{ evidence: { seconds: 21_000 } }]);
  });

  it('monitoring ends once, and only where the release is monitored', () => {
    const after = s.tell(s.productionMonitoring, ...endMonitoring(head, late, '')).head;
    expect(after.environments['production']?.phase).toBe('proven');
    expect(endMonitoring(after, late, '')).toEqual([]);
    expect(endMonitoring(head, { ...late, environment: 'staging' }, '')).toEqual([]);
    expect(endMonitoring(head, { ...late, environment: 'moon' }, '')).toEqual([]);
  });
});
