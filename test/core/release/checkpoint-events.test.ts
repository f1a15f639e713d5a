import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../core/release/events.ts';
import { disarmed, provenEvents, type Proof } from '../../../core/release/checkpoint-events.ts';
import { mayFollow } from '../../../core/release/transition.ts';
import * as s from '../samples.ts';

const by = { at: s.moment(600), actor: 'sluice-verify' };
const evidence = { verdicts: ['good'] };
const ofEnvironment: Proof = { ...by, environment: 'production', evidence };
const ofTarget: Proof = { ...ofEnvironment, target: s.production };
const watches = { bakeSeconds: 600 };
const armed = { ...watches, afterwardsSeconds: 21_600 };
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
    const events = provenEvents(changed.head, 'newVersion', { ...ofTarget, reason: 'A person said so.' }, watches);
    expect(events).toEqual([{ type: 'verified', ...ofTarget, reason: 'A person said so.' }]);
    const after = s.tell(changed, ...events).head;
    expect(provenEvents(after, 'newVersion', ofTarget, watches)).toEqual([]);
  });

  it('is a target’s: nothing is proven by naming none', () => {
    expect(provenEvents(changed.head, 'newVersion', ofEnvironment, watches)).toEqual([]);
    expect(provenEvents(shifted.head, 'target', ofEnvironment, watches)).toEqual([]);
  });
});

describe('a target that users are on', () => {
  it('is checked once, and the last of its environment begins the bake', () => {
    const events = provenEvents(shifted.head, 'target', ofTarget, watches);
    expect(events).toEqual([
      { type: 'checked', ...ofTarget },
      { type: 'bakeStarted', ...by, environment: 'production', evidence: { seconds: 600 } },
    ]);
    const after = s.tell(shifted, ...events).head;
    expect(provenEvents(after, 'target', ofTarget, watches)).toEqual([]);
  });

  it('begins nothing while another is not checked', () => {
    expect(typesOf(provenEvents(sideBySide('shifted'), 'target', ofTarget, watches))).toEqual(['checked']);
    expect(typesOf(provenEvents(sideBySide('checked'), 'target', ofTarget, watches))).toEqual([
      'checked',
      'bakeStarted',
    ]);
  });

  it('arms the release where nothing bakes and it stays armed', () => {
    const head = sideBySide('checked', false);
    expect(typesOf(provenEvents(head, 'target', ofTarget, { bakeSeconds: 0 }))).toEqual(['checked']);
    expect(provenEvents(head, 'target', ofTarget, { ...armed, bakeSeconds: 0 })).toEqual([
      { type: 'checked', ...ofTarget },
      { type: 'armed', ...by, environment: 'production', evidence: { seconds: 21_600 } },
    ]);
  });

  it('of an environment that the release does not have is left to the transition table to refuse', () => {
    const [checked] = provenEvents(shifted.head, 'target', { ...ofTarget, environment: 'moon' }, watches);
    expect(checked).toMatchObject({ type: 'checked', environment: 'moon' });
    expect(checked !== undefined && mayFollow(shifted.head, checked)).toBe(false);
  });
});

describe('a bake that went well', () => {
  const judged = { type: 'judged', ...ofEnvironment };
  it('is judged once', () => {
    const events = provenEvents(s.productionBaking.head, 'bake', ofEnvironment, watches);
    expect(events).toEqual([judged]);
    const after = s.tell(s.productionBaking, ...events).head;
    expect(provenEvents(after, 'bake', ofEnvironment, watches)).toEqual([]);
    expect(provenEvents(s.productionDone.head, 'bake', ofEnvironment, watches)).toEqual([]);
  });

  it('arms the release where it stays armed', () => {
    expect(provenEvents(s.productionBaking.head, 'bake', ofEnvironment, armed)).toEqual([
      judged,
      { type: 'armed', ...by, environment: 'production', evidence: { seconds: 21_600 } },
    ]);
    expect(provenEvents(s.productionArmed.head, 'bake', ofEnvironment, armed)).toEqual([]);
  });

  it('is of an environment that the release has', () => {
    const moon = { ...ofEnvironment, environment: 'moon' };
    expect(provenEvents(s.productionBaking.head, 'bake', moon, watches)).toEqual([]);
  });
});

describe('a release that stayed armed', () => {
  const { head } = s.productionArmed;
  const late = { ...ofEnvironment, at: s.moment(21_601) };
  it('is good for all time when the time is over', () => {
    expect(disarmed(head, late, '')).toEqual([
      {
        ...{ type: 'disarmed', at: late.at, actor: by.actor, environment: 'production' },
        reason: 'No alarm is firing after 6 h with all users on the new version.',
        evidence: { ...evidence, seconds: 21_600 },
      },
    ]);
  });

  it('is so earlier when a newer one asks for the turn', () => {
    expect(disarmed(head, { ...ofEnvironment, at: s.moment(90.6) }, 'orders-1.4.3-a1')).toMatchObject([
      {
        reason:
          'orders-1.4.3-a1 asks for the turn, and no alarm is firing after 1 min 30 s with all users on the new version.',
        evidence: { ...evidence, seconds: 90, by: 'orders-1.4.3-a1' },
      },
    ]);
  });

  it('is disarmed once, and only where it is armed', () => {
    const after = s.tell(s.productionArmed, ...disarmed(head, late, '')).head;
    expect(after.environments['production']?.phase).toBe('proven');
    expect(disarmed(after, late, '')).toEqual([]);
    expect(disarmed(head, { ...late, environment: 'staging' }, '')).toEqual([]);
    expect(disarmed(head, { ...late, environment: 'moon' }, '')).toEqual([]);
  });
});
