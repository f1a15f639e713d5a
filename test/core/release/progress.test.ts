import { describe, expect, it } from 'vitest';
import type { EnvironmentState, TargetPhase } from '../../../core/release/head.ts';
import { decideEnd, heldEnvironment, isClean, isFinished } from '../../../core/release/progress.ts';
import { keptOrder, keptTargets, needsUndoing, rollbackOrder } from '../../../core/release/rollback-order.ts';
import { endStatuses, openStatuses, operatorAdvice, isEnd } from '../../../core/release/status.ts';
import * as s from '../samples.ts';

const second = '444444444444/eu-west-1';
const wide = s.tell(
  undefined,
  s.draft('received'),
  {
    type: 'accepted',
    at: s.moment(1),
    actor: 'sluice-validate',
    evidence: {
      plan: s.digest,
      environments: [
        {
          name: 'staging',
          approval: false,
          bakes: true,
          onFailure: 'rollBackAll' as const,
          waves: [[s.staging, second]],
        },
      ],
    },
  },
  ...s.drafts('staging', 'turnRequested', 'turnTaken'),
);
const rollback = ['rollbackStarted', 'trafficRestored', 'stackRestoreStarted', 'stackRestored', 'rolledBack'] as const;

describe('what has to be undone', () => {
  it('is what was touched, newest first', () => {
    const story = s.tell(
      wide,
      ...s.drafts('staging', 'preparing', 'prepared', 'changeStarted'),
      s.draft('preparing', { target: second }),
      s.draft('failed'),
    );
    expect(story.head.status).toBe('RollingBack');
    expect(rollbackOrder(story.head)).toEqual([
      { environment: 'staging', account: '444444444444', region: 'eu-west-1' },
      { environment: 'staging', account: '222222222222', region: 'us-east-1' },
    ]);
  });

  it('of two targets as far is the later one first', () => {
    const story = s.tell(wide, s.draft('preparing'), s.draft('preparing', { target: second }), s.draft('failed'));
    expect(rollbackOrder(story.head).map(({ account }) => account)).toEqual(['444444444444', '222222222222']);
    const reverse = s.tell(wide, s.draft('preparing', { target: second }), s.draft('preparing'), s.draft('failed'));
    expect(rollbackOrder(reverse.head).map(({ account }) => account)).toEqual(['444444444444', '222222222222']);
  });

  it('begins with what was being undone already when its execution died', () => {
    const story = s.tell(
      wide,
      ...s.drafts('staging', 'preparing', 'prepared'),
      s.draft('preparing', { target: second }),
      s.draft('failed'),
      s.draft('rollbackStarted'),
      s.draft('trafficRestored'),
    );
    expect(rollbackOrder(story.head).map(({ account }) => account)).toEqual(['222222222222', '444444444444']);
    expect(needsUndoing(story.head)).toBe(true);
  });

  it('is anything only where a target was left half done', () => {
    expect(needsUndoing(s.accepted.head)).toBe(false);
    expect(needsUndoing(s.productionHeld.head)).toBe(false);
    expect(needsUndoing(s.productionBaking.head)).toBe(true);
    // It has proven itself: the next release settles it.
    expect(needsUndoing(s.stagingChecked.head)).toBe(false);
    const stuck = s.tell(s.productionBaking, s.draft('failed'), ...s.drafts('production', 'rollbackFailed'));
    expect(needsUndoing(stuck.head)).toBe(false);
  });

  it('leaves out what was never touched, and what proved itself', () => {
    expect(rollbackOrder(s.tell(s.productionHeld, s.draft('failed')).head)).toEqual([]);
    expect(rollbackOrder(s.tell(s.stagingChecked, s.draft('failed')).head)).toEqual([]);
    expect(rollbackOrder(s.tell(s.productionBaking, s.draft('failed')).head)).toEqual([
      { environment: 'production', account: '333333333333', region: 'us-east-1' },
    ]);
  });
});

describe('the end of a release', () => {
  const failed = s.draft('failed');
  const restored = s.tell(s.productionBaking, failed, ...s.drafts('production', ...rollback));
  it.each([
    ['Succeeded', s.productionDone],
    ['Rejected', s.tell(undefined, s.draft('received'), s.draft('rejected'))],
    ['Declined', s.tell(s.productionAsked, s.draft('declined', { environment: 'production' }))],
    ['Declined', s.tell(s.productionAsked, s.draft('declined', { environment: 'production' }), failed)],
    ['Expired', s.tell(s.productionAsked, s.draft('approvalExpired', { environment: 'production' }))],
    ['Superseded', s.tell(s.productionAsked, s.draft('superseded', { environment: 'production' }))],
    ['Cancelled', s.tell(s.productionAsked, s.draft('cancelled'))],
    ['Cancelled', s.tell(s.productionHeld, s.draft('cancelled'))],
    ['RolledBack', s.tell(s.productionBaking, s.draft('cancelled'), ...s.drafts('production', ...rollback))],
    ['RolledBack', restored],
    ['RolledBack', s.tell(s.accepted, failed)],
    ['RolledBack', s.tell(s.stagingChecked, failed)],
    ['RolledBack', s.tell(undefined, s.draft('received'), failed)],
    ['Failed', s.tell(s.productionBaking, failed)],
    ['Failed', s.tell(s.productionBaking, failed, ...s.drafts('production', 'rollbackStarted', 'rollbackFailed'))],
    ['Failed', s.tell(s.productionBaking, s.draft('cancelled'))],
  ])('is %s as the ledger says', (status, story) => {
    expect(decideEnd(story.head)).toBe(status);
  });

  it('is Expired when the turn never came', () => {
    const late = { ...failed, evidence: { error: 'TurnNotGiven' } };
    if (late.type !== 'failed') throw new Error('not a failure');
    expect(decideEnd(s.tell(s.accepted, s.draft('turnRequested'), late).head)).toBe('Expired');
  });

  it('must be the one the ledger says, with the turn given back', () => {
    expect(() => s.tell(s.productionAsked, s.draft('ended'))).toThrow('ends as RolledBack, not as Succeeded');
    const end = (status: (typeof endStatuses)[number], quarantined?: string[]) =>
      ({
        type: 'ended',
        at: s.moment(9),
        actor: 'sluice-gate',
        evidence: { status, ...(quarantined === undefined ? {} : { quarantined }) },
      }) as const;
    expect(() => s.tell(restored, end('RolledBack'))).toThrow('the turn of production must be given back first');
    const free = s.tell(restored, s.draft('turnGivenBack', { environment: 'production' }), end('RolledBack'));
    expect(free.head).toMatchObject({ status: 'RolledBack', failure: { error: 'ChangeFailed', reason: 'It broke.' } });
    const unclean = s.tell(s.productionBaking, s.draft('failed'));
    expect(() => s.tell(unclean, s.draft('turnGivenBack', { environment: 'production' }))).toThrow('is baking');
    expect(() => s.tell(unclean, end('Failed'))).toThrow('quarantines exactly what is held (production)');
    expect(s.tell(unclean, end('Failed', ['production'])).head.status).toBe('Failed');
    expect(() => s.tell(s.tell(s.accepted, s.draft('failed')), end('RolledBack', ['staging']))).toThrow(
      'quarantines exactly',
    );
  });

  it('keeps the first failure', () => {
    const again = s.tell(s.accepted, s.draft('failed'), {
      type: 'failed',
      at: s.moment(3),
      actor: 'x',
      evidence: { error: 'CheckFailed' },
    });
    expect(again.head.failure).toEqual({ error: 'ChangeFailed', reason: 'It broke.', sequence: 3 });
    const silent = s.tell(s.accepted, {
      type: 'failed',
      at: s.moment(3),
      actor: 'x',
      evidence: { error: 'CheckFailed' },
    });
    expect(silent.head.failure?.reason).toBe('');
  });
});

describe('an environment', () => {
  it('is held from its turn on', () => {
    expect(heldEnvironment(s.stagingChecked.head)).toBe('staging');
    expect(heldEnvironment(s.stagingDone.head)).toBeUndefined();
    expect(heldEnvironment({ ...s.accepted.head, environments: {} })).toBeUndefined();
  });

  it.each(['settled', 'settleFailed'] as const)('is finished, and clean, once its last target has %s', (last) => {
    expect(isFinished(s.stagingChecked.head, 'staging')).toBe(false);
    const story = s.tell(s.stagingChecked, ...s.drafts('staging', 'settleStarted', last));
    const state = story.head.environments['staging'];
    expect(state !== undefined && isClean(state)).toBe(true);
    expect(isFinished(story.head, 'staging')).toBe(true);
    const given = s.tell(story, ...s.drafts('staging', 'turnGivenBack')).head;
    expect(given.environments['staging']?.phase).toBe('done');
    expect(isFinished(given, 'staging')).toBe(false);
    expect(isFinished(given, 'moon')).toBe(false);
  });

  it('is not finished while one of its targets settles, nor once the release has failed', () => {
    const settling = s.tell(s.stagingChecked, ...s.drafts('staging', 'settleStarted'));
    expect(isFinished(settling.head, 'staging')).toBe(false);
    const failed = s.tell(settling, ...s.drafts('staging', 'settled'), s.draft('failed'));
    expect(isFinished(failed.head, 'staging')).toBe(false);
  });
});

describe('an environment in which one target is good, and another is not', () => {
  const good = '555555555555/eu-west-1';
  const state = (onFailure: EnvironmentState['onFailure'], other: TargetPhase): EnvironmentState => ({
    ...{ phase: 'held', approval: false, bakes: false, onFailure },
    ...{ waves: [[good], [second]], targets: { [second]: other, [good]: 'checked' } },
  });
  const failed = (one: EnvironmentState) => ({
    ...s.tell(wide, s.draft('failed')).head,
    environments: { staging: one },
  });

  it.each(['rollBackWave', 'stop'] as const)(
    'keeps what is good, and is clean when the rest is, under %s',
    (policy) => {
      expect(keptTargets(state(policy, 'shifting'))).toEqual([good]);
      expect(keptOrder(failed(state(policy, 'shifting'))).map(({ account }) => account)).toEqual(['555555555555']);
      expect(isClean(state(policy, 'shifting'))).toBe(false);
      expect(isClean(state(policy, 'rolledBack'))).toBe(true);
    },
  );

  it('keeps what is good of the latest wave that was begun only where a wave is not undone as a whole', () => {
    expect(keptTargets(state('rollBackWave', 'pending'))).toEqual([]);
    expect(keptTargets(state('stop', 'pending'))).toEqual([good]);
  });

  it('keeps nothing, and is not clean before all is undone, under rollBackAll', () => {
    expect(keptTargets(state('rollBackAll', 'rolledBack'))).toEqual([]);
    expect(isClean(state('rollBackAll', 'rolledBack'))).toBe(false);
  });

  it('keeps nothing when a person stopped the release', () => {
    expect(keptOrder({ ...failed(state('stop', 'shifting')), cancelled: 9 })).toEqual([]);
  });
});

describe('statuses', () => {
  it('say what a person has to do', () => {
    for (const status of [...openStatuses, ...endStatuses]) expect(operatorAdvice[status]).toMatch(/\.$/);
    expect(openStatuses.some(isEnd)).toBe(false);
    expect(endStatuses.every(isEnd)).toBe(true);
  });
});
