import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RollbackFailed } from '../../core/errors.ts';
import { readEvents, readHead } from '../../functions/records.ts';
import { templateOf, TestEngine } from './fakes/engine.ts';
import { startTestLedgers, type TestLedgers } from './fakes/ledger.ts';
import { promote } from './fakes/play.ts';

let ledgers: TestLedgers;
let engine: TestEngine;
beforeAll(async () => {
  ledgers = await startTestLedgers();
});
afterAll(() => ledgers.close());
beforeEach(async () => {
  engine = new TestEngine(await ledgers.open());
});

const live = 'sluice-orders-staging-Orders:live';

/** Version 2 is in the stack, and has to go: its release was stopped by a check. */
async function changedAndBad(): Promise<string> {
  await promote(engine, await engine.drop('1', templateOf('A')));
  const second = await engine.drop('2', templateOf('B'));
  for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, second);
  await engine.finishStack();
  await engine.run('planTheEnd', second, { error: 'CheckFailed', cause: '{"errorMessage":"It broke."}' });
  return second;
}

async function last(release: string): Promise<unknown> {
  return (await readEvents(engine.ledger, release)).at(-1);
}

/** CloudFormation could not even undo the change. */
function getStuck(): void {
  const { stack } = engine.target;
  if (stack === undefined) throw new Error('There is no stack.');
  engine.target.stack = { ...stack, status: 'UPDATE_ROLLBACK_FAILED' };
}

describe('giving traffic back', () => {
  it('points an alias that is left on two versions to the old one, and says from where to where', async () => {
    const release = await changedAndBad();
    engine.target.aliasStates.set(live, { version: '2', weights: { 1: 0.25 } });
    await engine.run('restoreTraffic', release);
    expect(await last(release)).toMatchObject({
      type: 'trafficRestored',
      evidence: { moved: [`${live} from 2 and 1 (25 %) to 1`] },
    });
  });

  it('fails at once where it is forbidden: only a person can help', async () => {
    const release = await changedAndBad();
    engine.target.aliasStates.set(live, { version: '2', weights: {} });
    const denied = Object.assign(new Error('not authorized to perform: lambda:UpdateAlias'), {
      name: 'AccessDeniedException',
    });
    engine.target.functions.pointAlias = () => Promise.reject(denied);
    await expect(engine.run('restoreTraffic', release)).rejects.toThrow(RollbackFailed);
    expect(await engine.run('complete', release)).toEqual({ status: 'Failed' });
    expect(engine.pages[0]?.text).toMatch(/Why the rollback did not finish: .*lambda:UpdateAlias/);
  });
});

describe('restoring the stack', () => {
  it('tries once more after CloudFormation could not change it back, and had to be told to go on', async () => {
    const release = await changedAndBad();
    await engine.run('restoreTraffic', release);
    await engine.run('restoreStack', release);
    await engine.finishStack('bad');
    getStuck();
    expect([...engine.answers.given.values()].at(-1)).toMatchObject({ error: 'TargetUnreachable' });
    expect(await engine.run('restoreStack', release)).toMatchObject({ error: 'TargetUnreachable' });
    expect(engine.target.calls.at(-1)).toBe('continue rollback');
    await engine.run('restoreStack', release);
    await engine.finishStack();
    expect(await last(release)).toMatchObject({ type: 'stackRestored', evidence: { status: 'UPDATE_COMPLETE' } });
    expect(engine.target.stack?.template.Resources['VersionB']).toBeUndefined();
  });

  it('gives up when that fails, too', async () => {
    const release = await changedAndBad();
    await engine.run('restoreTraffic', release);
    await engine.run('restoreStack', release);
    await engine.finishStack('bad');
    await engine.run('restoreStack', release);
    await engine.finishStack('bad');
    await expect(engine.run('restoreStack', release)).rejects.toThrow(/could not be restored: OrdersTable: no/);
    expect((await readHead(engine.ledger, release)).environments['staging']?.targets).toEqual({
      '222222222222/us-east-1': 'rollbackFailed',
    });
  });

  it('waits for somebody else who changes it, and fails when somebody deleted it', async () => {
    const release = await changedAndBad();
    await engine.run('restoreTraffic', release);
    const { stack } = engine.target;
    if (stack === undefined) throw new Error('There is no stack.');
    engine.target.stack = { ...stack, status: 'UPDATE_IN_PROGRESS' };
    expect(await engine.run('restoreStack', release)).toBeUndefined();
    engine.target.stack = undefined;
    await expect(engine.run('restoreStack', release)).rejects.toThrow(/Somebody deleted the stack/);
  });
});

describe('checking what serves after a rollback', () => {
  it('asks the old version what its own manifest says', async () => {
    const release = await changedAndBad();
    await engine.run('restoreTraffic', release);
    await engine.run('restoreStack', release);
    await engine.finishStack();
    engine.target.brokenVersions.add('1');
    await expect(engine.run('checkRollback', release)).rejects.toThrow(/orders-1-a1 serves again, but is not healthy/);
    engine.target.brokenVersions.clear();
    expect(await last(release)).toMatchObject({ type: 'rollbackFailed' });
  });
});
