import { beforeEach, describe, expect, it, vi } from 'vitest';
import { recordedObject } from '../../../core/checks/evidence.ts';
import { errorCount } from '../../../core/checks/measurement.ts';
import { CheckInconclusive } from '../../../core/contract/errors.ts';
import { describeRelease } from '../../../core/contract/api/documents.ts';
import { waitItem } from '../../../core/ledger/items.ts';
import { waitKey } from '../../../core/ledger/keys.ts';
import { syntheticTrafficItem, syntheticTrafficKey } from '../../../core/ledger/synthetic-traffic.ts';
import { waitId } from '../../../core/ledger/waits.ts';
import { readEvidence } from '../../../engine/ledger/evidence.ts';
import { parseTarget } from '../../../core/values/identifiers.ts';
import { readEvents, readHead, readItem } from '../../../engine/ledger/read.ts';
import { findSeries } from '../../../functions/read/release-page.ts';
import { templateOf, TestEngine } from '../fakes/test-engine.ts';
import { promote } from '../fakes/workflow.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';

const where = { environment: 'staging', account: '222222222222', region: 'us-east-1' };
const traffic = {
  name: 'orders',
  invoke: 'Orders',
  phases: [{ seconds: 10, perSecond: 40 }],
  ensure: { errorPercent: 1, p95Milliseconds: 5000, minimumSamples: 100 },
  baseline: { errorPoints: 10, latencyPercent: 1000 },
};

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
});

const seen = (release: string) => readItem(engine.ledger, syntheticTrafficKey(release, where), syntheticTrafficItem);
const wait = (release: string) => {
  const place = { task: 'shift', environment: 'staging', target: '222222222222/us-east-1' } as const;
  return readItem(engine.ledger, waitKey(release, waitId(place)), waitItem);
};

/** The verdicts that an event rests on. */
async function keptVerdicts(release: string, evidence: unknown) {
  const document = await readEvidence(engine.evidence, release, recordedObject(evidence)?.object.sha256 ?? '');
  if (document.kind !== 'verdicts') throw new Error('the event names no verdicts');
  return document;
}

/** Version 2 of the service, with its traffic moving. */
async function shifting(checks: object = { traffic: [traffic] }): Promise<string> {
  await promote(engine, await engine.drop('1', templateOf('A')));
  const release = await engine.drop('2', templateOf('B'), {
    rollout: { staging: 'Canary10Percent5Minutes' },
    checks,
  });
  await engine.run('validate', release);
  await engine.run('waitForTurn', release);
  await engine.run('apply', release);
  await engine.finishStack();
  await engine.run('verifyNewVersion', release);
  expect(await engine.run('shift', release)).toBeUndefined();
  return release;
}

/** What the reconciler orders when a slice is due. */
async function slice(release: string, number: number): Promise<void> {
  await engine.run('driveSlice', release, { slice: number });
}

describe('synthetic traffic beside a shift', () => {
  it('reaches users’ way and both versions by number, and adds up what it sees, each slice once', async () => {
    const release = await shifting();
    engine.target.invoked.clear();
    await slice(release, 1);
    // 400 requests in turn: the alias (version 1 still), version 2, version 1.
    expect(Object.fromEntries(engine.target.invoked)).toEqual({ 1: 134 + 133, 2: 133 });
    await engine.run('driveSlice', release, { slice: 1 });
    await slice(release, 2);
    const { begun, measured, checks } = (await seen(release)) ?? {};
    expect([begun, measured]).toEqual([2, 2]);
    expect(checks?.['0']?.newVersion).toMatchObject({ sent: 266, errors: {} });
    expect(checks?.['0']?.oldVersion).toMatchObject({ sent: 534, errors: {} });
    await engine.finishDeployment();
    await engine.run('check', release);
    const checked = (await readEvents(engine.ledger, release)).find(({ type }) => type === 'checked');
    expect(checked?.evidence).toMatchObject({ counts: { passed: 2, failed: 0, inconclusive: 0 }, notPassed: [] });
    const { verdicts, series } = await keptVerdicts(release, checked?.evidence);
    expect(verdicts).toMatchObject([
      { check: 'orders during the shift', verdict: 'passed', measured: { sent: 266 }, limits: traffic.ensure },
      { check: 'orders against the version before', verdict: 'passed', limits: { confidence: 0.95 } },
    ]);
    const kept = await readEvidence(engine.evidence, release, series?.sha256 ?? '');
    expect(kept).toMatchObject({
      ...{ kind: 'series', release, ...where },
      slices: [1, 2].map((number) => ({
        slice: number,
        checks: [
          {
            ...{ check: 'orders', weight: 0, verdict: 'passed' },
            ...{ newVersion: { requests: 133, errors: {} }, oldVersion: { requests: 267 } },
          },
        ],
      })),
    });
  });

  it('is named by the release with what was measured so far, while users move', async () => {
    const shownTargets = async (release: string) => {
      const head = await readHead(engine.ledger, release);
      const { environments } = describeRelease(head, [], await findSeries(engine, head));
      return environments.flatMap(({ targets }) => targets);
    };
    const release = await shifting();
    expect(await shownTargets(release)).toMatchObject([{ phase: 'shifting' }]);
    expect((await shownTargets(release))[0]).not.toHaveProperty('series');
    await slice(release, 1);
    const series = (await seen(release))?.series?.sha256;
    expect(await shownTargets(release)).toMatchObject([{ phase: 'shifting', series }]);
    await slice(release, 2);
    expect((await shownTargets(release))[0]?.series).not.toBe(series);
    await engine.finishDeployment();
    expect((await shownTargets(release))[0]).toEqual({ ...parseTarget('222222222222/us-east-1'), phase: 'shifted' });
  });

  it('leaves no event without its evidence when the function dies in between; written again it is the same', async () => {
    const release = await shifting();
    await slice(release, 1);
    await engine.finishDeployment();
    const before = engine.evidence.objects.size;
    const checked = async () =>
      (await readEvents(engine.ledger, release)).filter(({ type }) => type === 'checked').map((one) => one.evidence);
    const put = vi.spyOn(engine.evidence, 'put').mockRejectedValueOnce(new Error('S3 does not answer.'));
    await expect(engine.run('check', release)).rejects.toThrow('S3 does not answer.');
    put.mockRestore();
    const died = vi.spyOn(engine.ledger, 'write').mockRejectedValueOnce(new Error('the function died'));
    await expect(engine.run('check', release)).rejects.toThrow('the function died');
    died.mockRestore();
    expect(await checked()).toEqual([]);
    await engine.run('check', release);
    const [evidence, ...more] = await checked();
    expect(more).toEqual([]);
    expect(await keptVerdicts(release, evidence)).toMatchObject({ verdicts: [{ verdict: 'passed' }, {}] });
    expect(engine.evidence.objects.size).toBe(before + 1);
  });

  it('stops the shift when the new version is bad, and says what was measured and allowed', async () => {
    const release = await shifting();
    engine.target.throwingVersions.add('2');
    const { token = '' } = (await wait(release)) ?? {};
    await slice(release, 1);
    const answer = engine.answers.given.get(token);
    expect(JSON.stringify(answer)).toContain('CheckFailed');
    expect(JSON.stringify(answer)).toContain('100% errors (133 of 133: 133 function error), allowed 1%');
    expect(JSON.stringify(answer)).toContain('against 0% (0 of 267): 100 points more, allowed 10 points more');
    const told = (await readEvents(engine.ledger, release)).find(({ type }) => type === 'checkFailed');
    expect(told?.reason).toContain('orders during the shift failed: 100% errors');
    expect(told).toMatchObject({ evidence: { notPassed: [{ limits: { errorPercent: 1 } }, { verdict: 'failed' }] } });
    const { series } = await keptVerdicts(release, told?.evidence);
    expect(await readEvidence(engine.evidence, release, series?.sha256 ?? '')).toMatchObject({
      slices: [{ slice: 1, checks: [{ verdict: 'failed', newVersion: { errors: { functionError: 133 } } }] }],
    });
    expect(await wait(release)).toBeUndefined();
  });

  it('does not blame the new version for errors of the old one', async () => {
    const release = await shifting();
    engine.target.throwingVersions.add('1');
    await slice(release, 1);
    const { newVersion, oldVersion } = (await seen(release))?.checks['0'] ?? {};
    expect(newVersion === undefined ? NaN : errorCount(newVersion)).toBe(0);
    expect(oldVersion === undefined ? NaN : errorCount(oldVersion)).toBe(267);
    expect(await wait(release)).toBeDefined();
  });

  it('is inconclusive when it has too few samples', async () => {
    const ensure = { ...traffic.ensure, minimumSamples: 300 };
    const release = await shifting({ traffic: [{ ...traffic, ensure }] });
    await slice(release, 1);
    expect(await wait(release)).toBeDefined();
    await engine.finishDeployment();
    await expect(engine.run('check', release)).rejects.toThrow(CheckInconclusive);
  });

  it('is driven again, and added once, when it was begun and its function died', async () => {
    const release = await shifting();
    const died = new Error('the function died');
    const write = engine.ledger.write.bind(engine.ledger);
    const keeping = vi.spyOn(engine.ledger, 'write').mockImplementation((intents) => {
      const measured = intents.some((one) => one.write === 'update' && 'names' in one && '#measured' in one.names);
      return measured ? Promise.reject(died) : write(intents);
    });
    await expect(slice(release, 1)).rejects.toThrow(died);
    expect(await seen(release)).toMatchObject({ begun: 1, measured: 0 });
    keeping.mockRestore();
    await slice(release, 1);
    expect(await seen(release)).toMatchObject({ begun: 1, measured: 1 });
    expect((await seen(release))?.checks['0']?.newVersion).toMatchObject({ sent: 133, errors: {} });
  });

  it('changes nothing once the shift is over', async () => {
    const release = await shifting();
    await engine.finishDeployment();
    engine.target.invoked.clear();
    await slice(release, 1);
    expect(engine.target.invoked.size).toBe(0);
    expect(await seen(release)).toBeUndefined();
  });
});
