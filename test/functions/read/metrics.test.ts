import { beforeEach, describe, expect, it } from 'vitest';
import { demandDocument } from '../../../core/contract/api/actions.ts';
import { metricsDocument } from '../../../core/contract/api/metrics.ts';
import { deploymentsPartition, weekKey } from '../../../core/ledger/keys.ts';
import { readHead } from '../../../engine/ledger/read.ts';
import { templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { promote, rollBack } from '../fakes/workflow.ts';
import { Deciding } from '../decide/deciding.ts';

let engine: TestEngine;
let deciding: Deciding;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
  deciding = new Deciding(engine);
});

const metrics = async (query = '') =>
  metricsDocument.parse((await deciding.read(`/v1/services/orders/metrics${query}`)).body);

/** Up to where users are on it, and it is not proven. */
async function serves(release: string): Promise<void> {
  for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, release);
  await engine.finishStack();
  for (const task of ['verifyNewVersion', 'shift']) await engine.run(task, release);
  await engine.finishDeployment();
}

describe('the metrics of a service', () => {
  it('are those of its releases that have ended', async () => {
    const source = { source: { author: 'Carl <carl@example.com>', committedAt: '2026-11-20T09:00:00Z' } };
    await promote(engine, await engine.drop('1', templateOf('A'), source));
    engine.clock.pass(3600);
    await promote(engine, await engine.drop('2', templateOf('B'), source));
    const found = await metrics();
    expect(found).toMatchObject({ environment: 'staging', environments: ['staging'] });
    expect(found.weeks).toHaveLength(12);
    expect(found.weeks.at(-1)).toMatchObject({ week: '2026-11-16', underWay: true, deployments: 2, failures: 0 });
    const { leadTime } = found.total;
    expect(leadTime).toMatchObject({ sinceCommit: 2, sinceUpload: 0 });
    // One an hour after its commit, the other two.
    expect(leadTime?.seconds).toBeGreaterThanOrEqual(5400);
    expect(leadTime?.seconds).toBeLessThan(5460);
    expect((await metrics('?weeks=1&until=2026-11-15')).total).toMatchObject({ deployments: 0 });
  });

  it('lead to the weeks before them only where something was deployed before', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    engine.clock.pass(3 * 7 * 86_400);
    await promote(engine, await engine.drop('2', templateOf('B')));
    expect((await metrics('?weeks=2')).earlier).toBe('2026-11-23');
    expect((await metrics('?weeks=2&until=2026-11-23')).earlier).toBeUndefined();
    expect((await metrics()).earlier).toBeUndefined();
  });

  it('count a release that is rolled back, and not one that no user came to', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    const bad = await engine.drop('2', templateOf('B'));
    await serves(bad);
    expect(await rollBack(engine, bad)).toBe('RolledBack');
    const unseen = await engine.drop('3', templateOf('C'));
    for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, unseen);
    await engine.finishStack();
    expect(await rollBack(engine, unseen)).toBe('RolledBack');
    expect((await metrics()).total).toMatchObject({
      ...{ deployments: 2, failures: 1, changeFailurePercent: 50, unrestored: 0 },
      timeToRestore: { restored: 1 },
    });
  });

  it('count what people rolled back, from their demand', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    await promote(engine, await engine.drop('2', templateOf('B')));
    engine.clock.pass(86_400);
    const { text } = await deciding.ask('environments/orders/staging/rollback', {});
    const { release = '' } = demandDocument.parse(JSON.parse(text));
    engine.clock.pass(60);
    await promote(engine, release);
    const { total } = await metrics();
    expect(total).toMatchObject({ deployments: 2, failures: 1, unrestored: 0, timeToRestore: { restored: 1 } });
    expect(total.timeToRestore?.seconds).toBeGreaterThanOrEqual(60);
    expect(total.timeToRestore?.seconds).toBeLessThan(120);
  });

  it('count what was not restored until its quarantine is cleared', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    const bad = await engine.drop('2', templateOf('B'));
    await serves(bad);
    await engine.run('planRollback', bad, { error: 'CheckFailed', cause: '{"errorMessage":"It broke."}' });
    await engine.run('recordRollbackFailure', bad, { error: 'RollbackFailed', cause: '{"errorMessage":"It hangs."}' });
    expect(await engine.run('complete', bad)).toEqual({ status: 'Failed' });
    expect((await metrics()).total).toMatchObject({ failures: 1, unrestored: 1 });
    engine.clock.pass(7200);
    expect((await deciding.ask('environments/orders/staging/clearance', {})).status).toBe(200);
    const { total } = await metrics();
    expect(total).toMatchObject({ failures: 1, unrestored: 0 });
    expect(total.timeToRestore?.seconds).toBeGreaterThanOrEqual(7200);
  });

  it('are one item a week, and counted once though the end is told twice', async () => {
    await promote(engine, await engine.drop('1', templateOf('A')), 2);
    const { items } = await engine.ledger.query(deploymentsPartition('orders', 'staging'));
    expect(items).toMatchObject([{ sk: '2026-11-16', revision: 1, deployments: [{ release: 'orders-1-a1' }] }]);
  });

  it('keep no release from its end, and no quarantine, where they cannot be read', async () => {
    const week = { ...weekKey('orders', 'staging', '2026-11-16'), deployments: 'many' };
    await engine.ledger.write([{ write: 'put', item: week }]);
    const good = await engine.drop('1', templateOf('A'));
    await promote(engine, good);
    expect((await readHead(engine.ledger, good)).status).toBe('Succeeded');
    const bad = await engine.drop('2', templateOf('B'));
    await serves(bad);
    await engine.run('planRollback', bad, { error: 'CheckFailed', cause: '{"errorMessage":"It broke."}' });
    await engine.run('recordRollbackFailure', bad, { error: 'RollbackFailed', cause: '{"errorMessage":"It hangs."}' });
    expect(await engine.run('complete', bad)).toEqual({ status: 'Failed' });
    expect((await deciding.ask('environments/orders/staging/clearance', {})).status).toBe(200);
  });

  it.each([
    ['/v1/services/NO/metrics', 400],
    ['/v1/services/orders/metrics?weeks=27', 400],
    ['/v1/services/orders/metrics?until=2026-02-30', 400],
    ['/v1/services/orders/metrics?until=0001-01-01', 400],
    ['/v1/services/orders/metrics?environment=moon', 404],
    ['/v1/services/nothing/metrics', 404],
  ])('%s is refused by %i', async (path, status) => {
    await promote(engine, await engine.drop('1', templateOf('A')));
    expect((await deciding.read(path)).status).toBe(status);
  });
});
