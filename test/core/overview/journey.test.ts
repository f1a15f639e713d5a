import { expect, it } from 'vitest';
import type { LiveItem } from '../../../core/ledger/items.ts';
import { journeyOf } from '../../../core/overview/journey.ts';
import { approval, moment, productionAsked, productionBaking, release, succeeded } from '../samples.ts';

it('shows each environment in order, what it waits for and until when', () => {
  const [staging, production] = journeyOf(productionAsked.head, [], [approval], moment(0));
  expect(staging).toMatchObject({ environment: 'staging', phase: 'done', tone: 'good', advance: 100 });
  expect(production).toMatchObject({
    environment: 'production',
    phase: 'waits for approval',
    tone: 'busy',
    asked: { deadline: approval.deadline },
  });
  expect(production?.asked?.told).toContain('0 of 1');
  expect(production?.waves).toEqual([
    [{ account: '333333333333', region: 'us-east-1', phase: 'pending', tone: 'quiet' }],
  ]);
});

it('shows which share of the users is on the new version while they move', () => {
  const live: LiveItem = {
    ...{ service: 'orders', environment: 'production', account: '333333333333', region: 'us-east-1' },
    ...{ release, version: '1.4.2', since: moment(0), stackId: 's', aliases: [] },
    shift: { rollout: 'Canary10Percent5Minutes', startedAt: moment(0), from: { version: '1.4.1' } },
  };
  const at = (seconds: number) =>
    journeyOf(productionBaking.head, [live], [], moment(seconds))[1]?.waves[0]?.[0]?.percent;
  expect([at(1), at(299), at(301)]).toEqual([10, 10, undefined]);
});

it('is red where a target is undone, and says that a release never came to an environment', () => {
  const { head } = productionAsked;
  const rolledBack = { ...head, status: 'RolledBack' as const };
  expect(journeyOf(rolledBack, [], [], moment(0))[1]).toMatchObject({ phase: 'not reached', tone: 'quiet' });
  const state = head.environments['production'];
  if (state === undefined) throw new Error('The sample has no production.');
  const undone = { ...state, phase: 'undone' as const, targets: { '333333333333/us-east-1': 'rolledBack' as const } };
  const failed = { ...rolledBack, environments: { ...head.environments, production: undone } };
  expect(journeyOf(failed, [], [], moment(0))[1]).toMatchObject({ phase: 'rolled back', tone: 'bad' });
  expect(journeyOf(succeeded.head, [], [], moment(0)).map(({ tone }) => tone)).toEqual(['good', 'good']);
});

it('has the targets of a wave in the order of the policy', () => {
  const { head } = productionAsked;
  const state = head.environments['production'];
  if (state === undefined) throw new Error('The sample has no production.');
  const [first, second] = ['222222222222/us-east-1', '333333333333/us-east-1'];
  const production = {
    ...state,
    targets: { [first]: 'pending', [second]: 'pending' } as const,
    waves: [[second, first]],
  };
  const shown = journeyOf({ ...head, environments: { ...head.environments, production } }, [], [], moment(0))[1];
  expect(shown?.waves.map((wave) => wave.map(({ account }) => account))).toEqual([['333333333333', '222222222222']]);
});
