import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSyntheticTraffic } from '../../core/checks/synthetic-traffic.ts';
import { overallVerdict, type Verdict } from '../../core/checks/verdict.ts';
import { nothingMeasured } from '../../core/checks/measurement-schema.ts';
import { makePlan } from '../../core/release/make-plan.ts';
import { outlinePlan, workflowPlan } from '../../core/release/plan.ts';
import { type EnvironmentState, type ReleaseHead, type TargetPhase, targetPhases } from '../../core/release/head.ts';
import { keptTargets, rollbackOrder } from '../../core/release/rollback-order.ts';
import { goodPhases, touchedPhases, undoingPhases } from '../../core/release/phases.ts';
import { parseRollout, rolloutMinutes, stricterOf, type Rollout } from '../../core/values/rollout.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { accepted, digest, manifest, release, samplePolicy } from './samples.ts';
import { runs } from '../runs.ts';

// The decisions that move traffic and take it back, over many cases each: together more than 100,000 by `npm run test:properties`.

const many = runs(25_000);

const verdict: fc.Arbitrary<Verdict> = fc.record({
  check: fc.constantFrom('a', 'b'),
  verdict: fc.constantFrom('passed', 'failed', 'inconclusive'),
  sentence: fc.constant('.'),
});

describe('verdicts', () => {
  it('together are bad when one is, good only when all are, in any order', () => {
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 8 }), (list) => {
        const overall = overallVerdict(list);
        const has = (wanted: Verdict['verdict']): boolean => list.some((one) => one.verdict === wanted);
        expect(overall === 'failed').toBe(has('failed'));
        expect(overall === 'passed').toBe(list.every((one) => one.verdict === 'passed'));
        expect(overallVerdict([...list].reverse())).toBe(overall);
      }),
      many,
    );
  });

  it('of traffic never pass beyond the limit or on too few samples, and only fail on enough', () => {
    const count = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(count, count, count, fc.integer({ min: 0, max: 100 }), (sent, failing, minimum, allowed) => {
        const errors = Math.min(sent, failing);
        const minimumSamples = Math.max(1, minimum);
        const measured = { ...nothingMeasured, sent, errors: errors === 0 ? {} : { timeout: errors } };
        const check = {
          invoke: 'Function',
          phases: [{ seconds: 1, perSecond: 1 }],
          ensure: { errorPercent: allowed, minimumSamples },
        };
        const enough = sent >= minimumSamples;
        const broken = sent > 0 && (100 * errors) / sent > allowed;
        expect(judgeSyntheticTraffic(check, measured).verdict).toBe(
          !enough ? 'inconclusive' : broken ? 'failed' : 'passed',
        );
      }),
      many,
    );
  });
});

const steps = { percent: fc.integer({ min: 1, max: 99 }), minutes: fc.integer({ min: 1, max: 500 }) };
const rollout: fc.Arbitrary<Rollout> = fc.oneof(
  fc.constant(parseRollout('AllAtOnce')),
  fc.record({ kind: fc.constant<'Canary'>('Canary'), ...steps }),
  fc.record({ kind: fc.constant<'Linear'>('Linear'), ...steps }),
);

describe('the stricter of two rollouts', () => {
  it('is as strict as both, whoever asks first, however often', () => {
    fc.assert(
      fc.property(rollout, rollout, rollout, (a, b, c) => {
        const both = stricterOf(a, b);
        expect(stricterOf(b, a)).toEqual(both);
        expect(stricterOf(both, a)).toEqual(both);
        expect(stricterOf(stricterOf(a, b), c)).toEqual(stricterOf(a, stricterOf(b, c)));
        for (const one of [a, b]) {
          expect(both.percent).toBeLessThanOrEqual(one.percent);
          expect(rolloutMinutes(both)).toBeGreaterThanOrEqual(rolloutMinutes(one));
        }
      }),
      many,
    );
  });
});

const environmentState: fc.Arbitrary<EnvironmentState> = fc
  .tuple(
    fc.array(fc.array(fc.constantFrom<TargetPhase>(...targetPhases), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.constantFrom<EnvironmentState['onFailure']>('rollBackAll', 'rollBackWave', 'stop'),
    fc.constantFrom<'held' | 'baking' | 'monitoring'>('held', 'baking', 'monitoring'),
  )
  .map(([phases, onFailure, phase]) => {
    const waves = phases.map((wave, index) => wave.map((_, place) => `${index}${place}2222222222/us-east-1`));
    const entries = phases.flatMap((wave, index) =>
      wave.map((one, place): [string, TargetPhase] => [`${index}${place}2222222222/us-east-1`, one]),
    );
    return { phase, approval: false, bakes: true, onFailure, waves, targets: Object.fromEntries(entries) };
  });

function headOf(state: EnvironmentState, more: Partial<ReleaseHead> = {}): ReleaseHead {
  return { ...accepted.head, order: ['production'], environments: { production: state }, ...more };
}

/** Begun, or being undone already by an execution that died. */
const halfDone = [...touchedPhases, ...undoingPhases];

describe('what a failure undoes', () => {
  it('is every touched target that the policy does not keep, the later wave first; nothing is both kept and undone', () => {
    fc.assert(
      fc.property(environmentState, (state) => {
        const kept = keptTargets(state);
        const undone = rollbackOrder(headOf(state)).map(nameTarget);
        const waveOf = (target: string): number => Number(target[0]);
        const touched = Object.entries(state.targets).filter(([, phase]) => within(halfDone, phase));
        expect([...undone].sort()).toEqual(
          touched
            .map(([name]) => name)
            .filter((name) => !kept.includes(name))
            .sort(),
        );
        for (const [index, name] of undone.entries()) {
          if (index > 0) expect(waveOf(name)).toBeLessThanOrEqual(waveOf(undone[index - 1] ?? ''));
        }
        for (const name of kept) expect(goodPhases).toContain(state.targets[name]);
        if (state.onFailure === 'rollBackAll' || state.phase !== 'held') expect(kept).toEqual([]);
        const begun = Object.entries(state.targets).filter(([, phase]) => phase !== 'pending');
        const last = Math.max(-1, ...begun.map(([name]) => waveOf(name)));
        if (state.onFailure === 'rollBackWave') expect(kept.every((name) => waveOf(name) < last)).toBe(true);
        if (state.onFailure === 'stop' && state.phase === 'held') {
          const good = Object.entries(state.targets).filter(([, phase]) => within(goodPhases, phase));
          expect([...kept].sort()).toEqual(good.map(([name]) => name).sort());
        }
      }),
      many,
    );
  });

  it('is everything when a person stopped the release', () => {
    fc.assert(
      fc.property(environmentState, (state) => {
        const touched = Object.values(state.targets).filter((phase) => within(halfDone, phase));
        expect(rollbackOrder(headOf(state, { cancelled: 3 }))).toHaveLength(touched.length);
      }),
      runs(5_000),
    );
  });
});

describe('waves', () => {
  const base = samplePolicy();
  const production = base.environments['production'];
  it('are planned as the policy writes them: every target once, in its wave, none larger than forty', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }), (sizes) => {
        if (production === undefined) throw new Error('The sample policy has a production.');
        let next = 100_000_000_000;
        const waves = sizes.map((size) => ({
          targets: Array.from({ length: size }, () => ({ account: String((next += 1)), region: 'us-east-1' })),
        }));
        const policy = { ...base, environments: { ...base.environments, production: { ...production, waves } } };
        const made = makePlan({ release, artifact, manifest, policy });
        if ('problems' in made) throw new Error('The plan fits.');
        const wanted = waves.map(({ targets }) => targets);
        expect(workflowPlan(made.plan).environments[1]?.waves).toEqual(wanted);
        expect(outlinePlan(made.plan)[1]?.waves).toEqual(wanted.map((wave) => wave.map(nameTarget)));
      }),
      runs(2_000),
    );
  });
});

const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };

function within(phases: readonly TargetPhase[], phase: TargetPhase): boolean {
  return phases.includes(phase);
}
