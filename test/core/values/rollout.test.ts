import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deploymentConfiguration,
  formatRollout,
  movedPercent,
  parseRollout,
  rolloutMinutes,
  rolloutName,
  stricterOf,
} from '../../../core/values/rollout.ts';
import type { Rollout } from '../../../core/values/rollout.ts';

const steps = { percent: fc.integer({ min: 1, max: 99 }), minutes: fc.integer({ min: 1, max: 60 }) };
const rollouts: fc.Arbitrary<Rollout> = fc.oneof(
  fc.constant<Rollout>({ kind: 'AllAtOnce', percent: 100, minutes: 0 }),
  fc.record({ kind: fc.constant<'Canary'>('Canary'), ...steps }),
  fc.record({ kind: fc.constant<'Linear'>('Linear'), ...steps }),
);

/** The strictest rollout that both are at least as strict as: with `stricterOf` it must make a lattice. */
function laxerOf(a: Rollout, b: Rollout): Rollout {
  const order = ['AllAtOnce', 'Canary', 'Linear'];
  const kind = order.indexOf(a.kind) <= order.indexOf(b.kind) ? a.kind : b.kind;
  if (kind === 'AllAtOnce') return { kind, percent: 100, minutes: 0 };
  return { kind, percent: Math.max(a.percent, b.percent), minutes: Math.min(a.minutes, b.minutes) };
}

/** Percent of users on the new version, `minutes` after the shift began, as CodeDeploy documents it. */
function shareAfter(rollout: Rollout, minutes: number): number {
  if (minutes >= rolloutMinutes(rollout)) return 100;
  if (rollout.kind === 'Canary') return rollout.percent;
  return Math.min(100, rollout.percent * (1 + Math.floor(minutes / rollout.minutes)));
}

describe('a rollout', () => {
  it('has moved as many users as CodeDeploy documents, at any moment', () => {
    fc.assert(
      fc.property(rollouts, fc.integer({ min: 0, max: 6000 }), (rollout, minutes) => {
        expect(movedPercent(rollout, minutes * 60 + 1)).toBe(shareAfter(rollout, minutes));
        expect(movedPercent(rollout, -1)).toBe(shareAfter(rollout, 0));
      }),
    );
  });

  it('is written as CodeDeploy writes it', () => {
    for (const name of [
      'AllAtOnce',
      'Canary10Percent5Minutes',
      'Linear10PercentEvery1Minute',
      'Linear5PercentEvery7Minutes',
    ]) {
      expect(formatRollout(parseRollout(name))).toBe(name);
    }
    expect(formatRollout(parseRollout('Linear10PercentEvery1Minutes'))).toBe('Linear10PercentEvery1Minute');
    expect(() => parseRollout('Blue')).toThrow(RangeError);
  });

  it('comes with AWS or needs a configuration of its own', () => {
    expect(deploymentConfiguration(parseRollout('Canary10Percent5Minutes'))).toEqual({
      name: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      builtIn: true,
    });
    expect(deploymentConfiguration(parseRollout('Canary7Percent5Minutes')).builtIn).toBe(false);
  });

  it('is refused when it has no sense or no end', () => {
    for (const name of [
      '',
      'Canary0Percent5Minutes',
      'Canary100Percent5Minutes',
      'Linear1PercentEvery1000Minutes',
      'canary',
    ]) {
      expect(rolloutName.safeParse(name).success, name).toBe(false);
    }
    expect(rolloutName.safeParse('Linear1PercentEvery29Minutes').success).toBe(true);
  });

  it('shows the new version step by step', () => {
    const linear = parseRollout('Linear30PercentEvery2Minutes');
    expect([0, 1, 2, 4, 5, 6].map((minute) => shareAfter(linear, minute))).toEqual([30, 30, 60, 90, 90, 100]);
    const canary = parseRollout('Canary10Percent5Minutes');
    expect([0, 4, 5].map((minute) => shareAfter(canary, minute))).toEqual([10, 10, 100]);
    expect(shareAfter(parseRollout('AllAtOnce'), 0)).toBe(100);
    expect(rolloutMinutes(linear)).toBe(6);
  });
});

describe('the stricter of two rollouts', () => {
  it('is a lattice', () => {
    fc.assert(
      fc.property(rollouts, rollouts, rollouts, (a, b, c) => {
        expect(stricterOf(a, a)).toEqual(a);
        expect(laxerOf(a, a)).toEqual(a);
        expect(stricterOf(a, b)).toEqual(stricterOf(b, a));
        expect(laxerOf(a, b)).toEqual(laxerOf(b, a));
        expect(stricterOf(a, stricterOf(b, c))).toEqual(stricterOf(stricterOf(a, b), c));
        expect(laxerOf(a, laxerOf(b, c))).toEqual(laxerOf(laxerOf(a, b), c));
        expect(stricterOf(a, laxerOf(a, b))).toEqual(a);
        expect(laxerOf(a, stricterOf(a, b))).toEqual(a);
      }),
    );
  });

  it('never shows the new version to more users than either, at any moment', () => {
    fc.assert(
      fc.property(rollouts, rollouts, fc.integer({ min: 0, max: 6000 }), (a, b, minute) => {
        const both = stricterOf(a, b);
        expect(stricterOf(both, a)).toEqual(both);
        expect(shareAfter(both, minute)).toBeLessThanOrEqual(Math.min(shareAfter(a, minute), shareAfter(b, minute)));
      }),
    );
  });
});
