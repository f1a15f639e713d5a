import { describe, expect, it } from 'vitest';
import { releaseLimits } from '../../core/policy/release-limits.ts';
import type { Target } from '../../core/values/identifiers.ts';
import { play, type PlayedRelease } from '../statemachines/played-workflow.ts';
import { wavesOf } from './largest-policy.ts';
import { shareOf } from './share.ts';

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const HISTORY = 25_000;
const ANSWER = 262_144;

const perEnvironment = shareOf(releaseLimits.targetsOfEnvironment);
const names = ['staging', 'production'] as const;
const environments = names.map((name, place) => ({
  ...{ name, approval: true, tolerant: true },
  periods: [
    { period: 'bake', seconds: 60 },
    { period: 'monitor', seconds: 60 },
  ],
  waves: wavesOf(perEnvironment, place * perEnvironment).map(({ targets }) => targets),
}));
const all = environments.flatMap(({ name, waves }) =>
  waves.flat().map((target: Target) => ({ environment: name, ...target })),
);
const last = all.at(-1);

/** Of the largest release, from what a part of it had. */
const whole = ({ events }: Pick<PlayedRelease, 'events'>): number =>
  (events * 2 * releaseLimits.targetsOfEnvironment) / all.length;

describe(`a release to ${all.length} targets`, () => {
  it('is carried by the workflow to its end', async () => {
    expect(Buffer.byteLength(JSON.stringify({ environments }))).toBeLessThan(ANSWER);
    const played = await play({ tasks: { validate: () => ({ environments }) } });
    expect([played.status, played.error]).toEqual(['SUCCEEDED', undefined]);
    expect(played.told('settle')).toHaveLength(all.length);
    expect(whole(played)).toBeLessThan(HISTORY);
  });

  it('is carried back when the last target of all fails, after each was asked for twice', async () => {
    let asked = 0;
    const played = await play({
      tasks: {
        validate: () => ({ environments }),
        // The change differs from the one approved in the last wave: people are asked again, and every target is gone through again.
        apply: ({ account, environment }) => {
          if (account !== last?.account || environment !== last?.environment) return undefined;
          asked += 1;
          throw Object.assign(new Error('It differs.'), { name: asked === 1 ? 'ApprovalVoid' : 'ChangeFailed' });
        },
        planRollback: () => ({ rollBack: [...all].reverse(), keep: [] }),
        complete: () => ({ status: 'RolledBack' }),
      },
    });
    expect([played.status, played.error]).toEqual(['SUCCEEDED', undefined]);
    expect(played.told('checkRollback')).toHaveLength(all.length);
    expect(whole(played)).toBeLessThan(HISTORY);
  });

  it('tells of all that failed in one wave, where the others of the wave go on', async () => {
    const cause = 'x'.repeat(30_000);
    const [wave = []] = environments[0]?.waves ?? [];
    const played = await play({
      tasks: {
        validate: () => ({ environments }),
        apply: () => {
          throw Object.assign(new Error(cause), { name: 'ChangeFailed' });
        },
        planRollback: () => ({ rollBack: [], keep: [] }),
        complete: () => ({ status: 'RolledBack' }),
      },
    });
    expect([played.status, played.error]).toEqual(['SUCCEEDED', undefined]);
    expect(played.told('apply')).toHaveLength(wave.length);
    expect(played.told('planRollback')).toMatchObject([{ error: 'ChangeFailed' }]);
  });

  it('records what cannot be settled, rolled back, or even recorded, of each of them', async () => {
    const fails = (): never => {
      throw Object.assign(new Error('x'.repeat(30_000)), { name: 'SettleFailed' });
    };
    const settled = await play({
      tasks: { validate: () => ({ environments }), settle: fails, recordSettleFailure: fails },
    });
    expect([settled.status, settled.error]).toEqual(['SUCCEEDED', undefined]);
    const undone = await play({
      tasks: {
        validate: () => ({ environments }),
        apply: fails,
        planRollback: () => ({ rollBack: all, keep: all }),
        restoreTraffic: fails,
        settle: fails,
        complete: () => ({ status: 'RolledBack' }),
      },
    });
    expect([undone.status, undone.error]).toEqual(['SUCCEEDED', undefined]);
    for (const { events } of [settled, undone]) expect(whole({ events })).toBeLessThan(HISTORY);
  });
});
