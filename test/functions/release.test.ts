import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApprovalVoid, ArtifactRejected, CheckFailed, RollbackFailed } from '../../core/errors.ts';
import { liveItem } from '../../core/ledger/items.ts';
import { liveKey } from '../../core/ledger/keys.ts';
import { verifyChain } from '../../core/release/chain.ts';
import { fold } from '../../core/release/transition.ts';
import { openApprovalOf, takeDecision } from '../../functions/decide/decide.ts';
import { readEvents, readHead, readItem, readTurn } from '../../functions/records.ts';
import { policyOf, templateOf, TestEngine } from './fakes/engine.ts';
import { startTestLedgers, type TestLedgers } from './fakes/ledger.ts';

let ledgers: TestLedgers;
let engine: TestEngine;
beforeAll(async () => {
  ledgers = await startTestLedgers();
});
afterAll(() => ledgers.close());
beforeEach(async () => {
  engine = new TestEngine(await ledgers.open());
});

async function story(release: string): Promise<string[]> {
  const events = await readEvents(engine.ledger, release);
  expect(verifyChain(events)).toBeUndefined();
  expect(fold(events)).toEqual(await readHead(engine.ledger, release));
  return events.map(({ type }) => type);
}

/** Runs tasks that answer at once, each as often as asked: a second time is a retry after the first died unheard. */
async function deployTarget(release: string, times: number): Promise<void> {
  const again = async (task: string): Promise<unknown> => {
    let last: unknown;
    for (let time = 0; time < times; time += 1) last = await engine.run(task, release);
    return last;
  };
  await again('prepare');
  await again('apply');
  if (
    engine.target.operations.size > 0 &&
    [...engine.target.operations.values()].at(-1)?.status === 'UPDATE_IN_PROGRESS'
  )
    await engine.finishStack();
  await again('verifyNewVersion');
  await again('shift');
  if ([...engine.target.deployments.values()].at(-1)?.status === 'InProgress') await engine.finishDeployment();
  await again('check');
}

async function promote(release: string, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) await engine.run('validate', release);
  for (let time = 0; time < times; time += 1) await engine.run('waitForTurn', release);
  await deployTarget(release, times);
  for (let time = 0; time < times; time += 1) await engine.run('settle', release);
  if ([...engine.target.operations.values()].at(-1)?.status === 'UPDATE_IN_PROGRESS') await engine.finishStack();
  for (let time = 0; time < times; time += 1) await engine.run('giveTurnBack', release);
  for (let time = 0; time < times; time += 1) await engine.run('complete', release);
}

describe('a release', () => {
  it.each([1, 2])('goes live, with every task invoked %i times', async (times) => {
    const first = await engine.drop('1', templateOf('A'));
    await promote(first, times);
    expect(await story(first)).toEqual([
      ...['received', 'accepted', 'turnRequested', 'turnTaken', 'preparing', 'prepared', 'changeStarted', 'changed'],
      ...['verified', 'shiftStarted', 'shifted', 'checked', 'settleStarted', 'settled', 'turnGivenBack', 'ended'],
    ]);
    expect((await readHead(engine.ledger, first)).status).toBe('Succeeded');

    const second = await engine.drop('2', templateOf('B'), { rollout: { staging: 'Canary10Percent5Minutes' } });
    await promote(second, times);
    expect((await readHead(engine.ledger, second)).status).toBe('Succeeded');
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')?.version).toBe('2');
    const settles = engine.target.calls.filter((call) => call === 'execute').length;
    expect(settles).toBe(3); // create, apply, settle: each once
    expect(engine.target.calls.filter((call) => call.startsWith('deploy by'))).toEqual([
      'deploy by CodeDeployDefault.LambdaCanary10Percent5Minutes',
    ]);
    const where = { environment: 'staging', account: '222222222222', region: 'us-east-1' };
    const live = await readItem(engine.ledger, liveKey('orders', where), liveItem);
    expect(live).toMatchObject({ release: second, version: '2', aliases: [{ alias: 'Live', version: '2' }] });
    expect(await readTurn(engine.ledger, 'orders', 'staging')).toMatchObject({ fence: 2, proven: { release: second } });
  });

  it('publishes without moving anybody: the alias is pinned until CodeDeploy moves it', async () => {
    await promote(await engine.drop('1', templateOf('A')));
    const second = await engine.drop('2', templateOf('B'));
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await engine.run('prepare', second);
    expect(await engine.run('apply', second)).toBeUndefined();
    await engine.finishStack();
    expect(engine.target.published.get('VersionB')).toBe('2');
    expect(engine.target.stack?.template.Resources['VersionA']).toBeDefined();
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')?.version).toBe('1');
    await engine.run('verifyNewVersion', second);
    await engine.run('shift', second);
    await engine.finishDeployment();
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')?.version).toBe('2');
  });
});

async function rollBack(release: string, error = 'CheckFailed'): Promise<string> {
  const plan = await engine.run('planTheEnd', release, {
    error,
    cause: '{"errorType":"x","errorMessage":"It broke."}',
  });
  expect(plan).toEqual({ rollBack: [{ environment: 'staging', account: '222222222222', region: 'us-east-1' }] });
  await engine.run('restoreTraffic', release);
  await engine.run('restoreStack', release);
  if ([...engine.target.operations.values()].at(-1)?.status === 'UPDATE_IN_PROGRESS') await engine.finishStack();
  await engine.run('checkRollback', release);
  await engine.run('recordRollback', release);
  await engine.run('complete', release);
  return (await readHead(engine.ledger, release)).status;
}

describe('a release that goes wrong', () => {
  it('whose stack refuses the change is undone by CloudFormation, and the old version serves', async () => {
    await promote(await engine.drop('1', templateOf('A')));
    const second = await engine.drop('2', templateOf('B'));
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await engine.run('prepare', second);
    await engine.run('apply', second);
    await engine.finishStack('bad');
    expect([...engine.answers.given.values()].at(-1)).toMatchObject({ error: 'ChangeFailed' });
    expect([...engine.answers.given.values()].at(-1)?.cause).toContain('OrdersTable: no');
    expect(await rollBack(second, 'ChangeFailed')).toBe('RolledBack');
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')?.version).toBe('1');
    expect(await readTurn(engine.ledger, 'orders', 'staging')).not.toHaveProperty('holder');
    expect(engine.mails.map(({ subject }) => subject)).toEqual([`RolledBack: ${second}`]);
  });

  it('whose new version answers badly never reaches a user', async () => {
    await promote(await engine.drop('1', templateOf('A')));
    engine.target.brokenVersions.add('2');
    const second = await engine.drop('2', templateOf('B'));
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await engine.run('prepare', second);
    await engine.run('apply', second);
    await engine.finishStack();
    await expect(engine.run('verifyNewVersion', second)).rejects.toThrow(CheckFailed);
    expect(await rollBack(second)).toBe('RolledBack');
    expect(engine.target.deployments.size).toBe(0);
    expect(engine.target.stack?.template.Resources['VersionB']).toBeUndefined();
  });

  it('while traffic moves: CodeDeploy is stopped, the alias goes back, the stack too', async () => {
    await promote(await engine.drop('1', templateOf('A')));
    const second = await engine.drop('2', templateOf('B'), { rollout: { staging: 'Canary10Percent5Minutes' } });
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await engine.run('prepare', second);
    await engine.run('apply', second);
    await engine.finishStack();
    await engine.run('verifyNewVersion', second);
    await engine.run('shift', second);
    engine.target.aliasStates.set('sluice-orders-staging-Orders:live', { version: '1', weights: { 2: 0.1 } });
    expect(await rollBack(second)).toBe('RolledBack');
    expect(engine.target.calls).toContain('stop deployment');
    expect(engine.target.aliasStates.get('sluice-orders-staging-Orders:live')).toEqual({ version: '1', weights: {} });
  });

  it('as the first of its service leaves no stack behind', async () => {
    engine.target.brokenVersions.add('1');
    const first = await engine.drop('1', templateOf('A'));
    await engine.run('validate', first);
    await engine.run('waitForTurn', first);
    await engine.run('prepare', first);
    await engine.run('apply', first);
    await engine.finishStack();
    await expect(engine.run('verifyNewVersion', first)).rejects.toThrow(CheckFailed);
    expect(await rollBack(first)).toBe('RolledBack');
    expect(engine.target.stack).toBeUndefined();
  });

  it('and cannot be put back ends Failed: quarantined, the turn kept', async () => {
    await promote(await engine.drop('1', templateOf('A')));
    engine.target.brokenVersions.add('2');
    const second = await engine.drop('2', templateOf('B'));
    await engine.run('validate', second);
    await engine.run('waitForTurn', second);
    await engine.run('prepare', second);
    await engine.run('apply', second);
    await engine.finishStack();
    await expect(engine.run('verifyNewVersion', second)).rejects.toThrow(CheckFailed);
    await engine.run('planTheEnd', second, { error: 'CheckFailed', cause: '' });
    await engine.run('restoreTraffic', second);
    await engine.run('restoreStack', second);
    await engine.finishStack();
    engine.target.aliasStates.set('sluice-orders-staging-Orders:live', { version: '2', weights: {} });
    await expect(engine.run('checkRollback', second)).rejects.toThrow(RollbackFailed);
    expect(await engine.run('complete', second)).toEqual({ status: 'Failed' });
    expect(await readTurn(engine.ledger, 'orders', 'staging')).toMatchObject({ holder: second });

    const third = await engine.drop('3', templateOf('C'));
    await engine.run('validate', third);
    expect(await engine.run('waitForTurn', third)).toBeUndefined();
  });

  it('whose artifact is broken is rejected with everything that is wrong, and stays so', async () => {
    const release = await engine.drop('1', { Resources: {} }, { version: '2', alarms: ['Nowhere'] });
    await expect(engine.run('validate', release)).rejects.toThrow(ArtifactRejected);
    await expect(engine.run('validate', release)).rejects.toThrow(ArtifactRejected);
    expect(await engine.run('planTheEnd', release, { error: 'ArtifactRejected', cause: '' })).toEqual({ rollBack: [] });
    expect(await engine.run('complete', release)).toEqual({ status: 'Rejected' });
    expect(await story(release)).toEqual(['received', 'rejected', 'ended']);
  });
});

describe('arrivals', () => {
  it('are one release, however often the event comes', async () => {
    const release = await engine.drop('1', templateOf('A'));
    expect(await engine.arrive('orders/1.zip', 'v-1')).toBe(release);
    expect(await story(release)).toEqual(['received']);
    await promote(release);
    expect(await engine.arrive('orders/1.zip', 'v-1')).toBe(release);
    expect(engine.started).toEqual([release, release]);
  });

  it('with a key nobody can read stand in the ledger all the same', async () => {
    const release = await engine.dropBytes('Orders (final).zip', 'v-9', new Uint8Array([1]));
    expect(await story(release)).toEqual(['received', 'rejected', 'ended']);
    expect(engine.started).toEqual([]);
  });
});

describe('the turn', () => {
  it('is given to one release at a time; a newer one supersedes the older that still waits', async () => {
    const [one, two, three] = [
      await engine.drop('1', templateOf('A')),
      await engine.drop('2', templateOf('B')),
      await engine.drop('3', templateOf('C')),
    ];
    for (const release of [one, two, three]) await engine.run('validate', release);
    expect(await engine.run('waitForTurn', one)).toEqual({ output: { fence: 1 } });
    expect(await engine.run('waitForTurn', two)).toBeUndefined();
    expect(await engine.run('waitForTurn', three)).toBeUndefined();
    expect([...engine.answers.given.values()].at(-1)).toMatchObject({ error: 'ReleaseSuperseded' });
    expect(await engine.run('complete', two)).toEqual({ status: 'Superseded' });
    await deployTarget(one, 1);
    await engine.run('settle', one);
    await engine.run('giveTurnBack', one);
    expect([...engine.answers.given.values()].at(-1)).toEqual({ output: { fence: 2 } });
    expect((await readHead(engine.ledger, three)).status).toBe('Deploying');
  });
});

describe('an approval', () => {
  beforeEach(() => {
    engine.policy = policyOf({ approval: { from: ['approvers'] } });
  });

  it('is asked of everybody but the author, by a link each; a second invocation asks for the same', async () => {
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    await engine.run('lookAhead', release);
    expect(engine.target.stack).toBeUndefined(); // thrown away again
    expect(await engine.run('askForApproval', release)).toBeUndefined();
    expect(await engine.run('askForApproval', release)).toBeUndefined();
    expect(engine.mails.map(({ to }) => to)).toEqual(['ada@example.com', 'ada@example.com']);
    const [first, second] = engine.mails.map(({ text }) => /https:\S+/.exec(text)?.[0]);
    expect(first).toBe(second);
    expect(await story(release)).toEqual(['received', 'accepted', 'lookingAhead', 'approvalRequested']);
  });

  it('is void when the change is another by then, and the turn goes back', async () => {
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    await engine.run('lookAhead', release);
    await engine.run('askForApproval', release);
    await approve(release);
    expect(await engine.run('waitForTurn', release)).toEqual({ output: { fence: 1 } });
    await promoteByHand();
    await expect(engine.run('prepare', release)).rejects.toThrow(ApprovalVoid);
    expect(await readTurn(engine.ledger, 'orders', 'staging')).not.toHaveProperty('holder');
    await engine.run('lookAhead', release);
    await engine.run('askForApproval', release);
    expect((await story(release)).slice(-3)).toEqual(['approvalVoided', 'lookingAhead', 'approvalRequested']);
  });
});

/** Somebody changed the stack behind the engine's back. */
async function promoteByHand(): Promise<void> {
  const order = { stack: 's', name: 'by-hand', create: true, template: { body: JSON.stringify(templateOf('Z')) }, parameters: {}, keptParameters: [], roleArn: '', clientToken: 'z', description: '', tags: {} }; // prettier-ignore
  await engine.target.stacks.prepareChangeSet(order);
  await engine.target.stacks.execute('s', 'by-hand', 'z');
  engine.target.finishStack();
}

async function approve(release: string): Promise<void> {
  const { ledger, answers } = engine;
  const key = { keyId: 'key', publicKeyPem: () => Promise.resolve('') };
  const services = { ledger, answers, links: key, apiUrl: 'https://api.example.com' };
  const approval = await openApprovalOf(services, release, 'staging');
  const [person] = approval.people;
  if (person === undefined) throw new Error('nobody');
  const moment = engine.clock.momentOf('decide');
  await takeDecision(services, moment, approval, { person, decision: 'approve', at: moment.now(), via: 'link' });
  expect([...engine.answers.given.values()].at(-1)).toMatchObject({ output: { approval: approval.approval } });
}
