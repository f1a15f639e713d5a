import { beforeEach, describe, expect, it, vi } from 'vitest';
import { actionDocument } from '../../../core/contract/api/actions.ts';
import { EngineUnavailable } from '../../../core/contract/errors.ts';
import { readEvents, readHead } from '../../../engine/ledger/read.ts';
import { readQueue } from '../../../engine/turn/pass-on.ts';
import { LateLedger } from '../fakes/late-ledger.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { type Answered, Deciding } from './deciding.ts';

let ledger: LateLedger;
let engine: TestEngine;
let deciding: Deciding;
beforeEach(() => {
  ledger = new LateLedger(new MemoryLedger());
  engine = new TestEngine(ledger);
  deciding = new Deciding(engine);
});

const source = { source: { author: 'Carl <carl@example.com>' } };
const bob = 'bob@example.com';

/** Version 1 is live; Carl's version 2 has come through these tasks. */
async function under(way: readonly string[], policy: object = {}): Promise<string> {
  const first = await engine.drop('1', templateOf('A'), source);
  for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, first);
  await engine.finishStack();
  for (const task of ['verifyNewVersion', 'shift', 'check']) await engine.run(task, first);
  await engine.run('settle', first);
  await engine.run('complete', first);
  expect((await readHead(ledger, first)).status).toBe('Succeeded');
  engine.policy = policyOf({ rollout: { atLeast: 'Canary10Percent5Minutes' }, ...policy });
  const release = await engine.drop('2', templateOf('B'), source);
  for (const task of way) {
    if (task === 'finishStack') await engine.finishStack();
    else if (task === 'finishDeployment') await engine.finishDeployment();
    else await run(task, release);
  }
  return release;
}

/** @param task with the period after a colon, where it has one */
function run(task: string, release: string): Promise<unknown> {
  const [name = '', period] = task.split(':');
  return engine.run(name, release, period === undefined ? {} : { period });
}

const applied = ['validate', 'waitForTurn', 'apply', 'finishStack', 'verifyNewVersion'];
const checked = [...applied, 'shift', 'finishDeployment', 'check'];
const asks = { approval: { from: ['approvers'] } };

/** What the last task that waits was answered. */
const lastAnswer = (): unknown => [...engine.answers.given.values()].at(-1);

async function types(release: string): Promise<string[]> {
  return (await readEvents(ledger, release)).map(({ type }) => type);
}

describe('sluice cancel', () => {
  it.each([
    ['while approval is asked', ['validate', 'lookAhead', 'askForApproval'], asks],
    ['while its stack changes', ['validate', 'waitForTurn', 'apply'], {}],
    ['while traffic moves', [...applied, 'shift'], {}],
    ['while it bakes', [...checked, 'bake:bake'], { bake: 'PT10M' }],
    ['while it is monitored', [...checked, 'bake:monitor'], { monitorAfterBake: 'PT1H' }],
  ])('answers what waits: %s', async (_, way, policy) => {
    const release = await under(way, policy);
    const open = engine.answers.given.size;
    const answer = await deciding.act(release, 'cancel');
    expect(answer.status, answer.text).toBe(200);
    expect(engine.answers.given.size).toBe(open + 1);
    expect(lastAnswer()).toMatchObject({ error: 'ReleaseHalted' });
    expect((await readEvents(ledger, release)).at(-1)).toMatchObject({
      ...{ type: 'cancelled', actor: bob, reason: 'Not today' },
      evidence: { principal: 'arn:aws:sts::111111111111:assumed-role/keeper/bob' },
    });
  });

  it.each([
    ['changes nothing more where nothing was changed', ['validate', 'lookAhead', 'askForApproval'], asks, 'Cancelled'],
    ['rolls back what was changed', checked, { bake: 'PT10M' }, 'RolledBack'],
  ])('%s', async (_, way, policy, end) => {
    const release = await under(way, policy);
    const { follows } = actionDocument.parse(JSON.parse((await deciding.act(release, 'cancel')).text));
    const plan = await engine.run('planRollback', release, { error: 'ReleaseHalted', cause: '{}' });
    if (end === 'Cancelled') {
      expect(plan).toEqual({ rollBack: [], keep: [] });
      expect(follows).toBe('orders-2-a1 is cancelled: it changes nothing more.');
    } else {
      expect(plan).toMatchObject({ rollBack: [{ environment: 'staging' }] });
      expect(follows).toContain('what served before comes back in staging 222222222222/us-east-1');
      await engine.run('restoreTraffic', release);
      await engine.run('restoreStack', release);
      await engine.finishStack();
      await engine.run('checkRollback', release);
    }
    expect(await engine.run('complete', release)).toEqual({ status: end });
    expect(await types(release)).not.toContain('failed');
  });

  it('leaves the queue, and the next release takes the turn', async () => {
    const holder = await under(['validate', 'waitForTurn']);
    const waiting = await engine.drop('3', templateOf('C'), source);
    for (const task of ['validate', 'waitForTurn']) await engine.run(task, waiting);
    expect((await readQueue(ledger, { service: 'orders', environment: 'staging' })).waiters).toHaveLength(1);
    expect((await deciding.act(waiting, 'cancel')).status).toBe(200);
    expect((await readQueue(ledger, { service: 'orders', environment: 'staging' })).waiters).toEqual([]);
    expect(await types(holder)).not.toContain('superseded');
  });

  it('lets nothing begin afterwards, not even a wait that is registered again', async () => {
    const release = await under(['validate', 'lookAhead', 'askForApproval'], asks);
    await deciding.act(release, 'cancel');
    for (const task of ['askForApproval', 'waitForTurn']) {
      await expect(engine.run(task, release), task).rejects.toMatchObject({ kind: 'business' });
    }
  });

  it.each([
    ['bake:bake', checked, { bake: 'PT10M' }],
    ['shift', [...applied, 'shift'], {}],
    ['apply', ['validate', 'waitForTurn', 'apply'], {}],
  ])('reaches a task that begins to wait in the same moment: %s', async (task, way, policy) => {
    const release = await under(way, policy);
    ledger.beforeNextWrite(() => deciding.act(release, 'cancel'));
    const told = await run(task, release).then(
      (answer) => answer,
      (error: unknown) => ({ error: error instanceof Error ? error.name : '' }),
    );
    expect(JSON.stringify(told)).toMatch(/\"error\":\"(ReleaseHalted|IllegalTransition)\"/);
  });

  it('lets the check that is made be finished, and no other begin', async () => {
    const checks = {
      smoke: [
        { invoke: 'Orders', expect: { json: { ok: true } } },
        { invoke: 'Orders', payload: { other: true } },
      ],
    };
    const release = await engine.drop('1', templateOf('A'), { ...source, checks });
    for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, release);
    await engine.finishStack();
    const invoke = vi.spyOn(engine.target.functions, 'invoke');
    invoke.mockImplementationOnce(async () => {
      await deciding.act(release, 'cancel');
      return { payload: '{"ok":true}', version: '1' };
    });
    await expect(engine.run('verifyNewVersion', release)).rejects.toMatchObject({ name: 'ReleaseHalted' });
    expect(invoke).toHaveBeenCalledTimes(1);
  });

  it('answers a second time what a crash left unanswered, and changes nothing', async () => {
    const release = await under([...applied, 'shift']);
    vi.spyOn(engine.answers, 'fail').mockRejectedValueOnce(new EngineUnavailable('Step Functions did not answer.'));
    expect((await deciding.act(release, 'cancel')).status).toBe(503);
    const again = await deciding.act(release, 'cancel');
    expect(JSON.parse(again.text)).toMatchObject({ action: 'cancel', done: false });
    expect(lastAnswer()).toMatchObject({ error: 'ReleaseHalted' });
    expect((await types(release)).filter((type) => type === 'cancelled')).toHaveLength(1);
  });

  describe('a second time', () => {
    const ada = 'arn:aws:sts::111111111111:assumed-role/chief/ada';
    const people = {
      approvers: [
        { name: 'Ada', email: 'ada@example.com', principal: 'arn:aws:iam::111111111111:role/chief' },
        { name: 'Bob', email: bob, principal: 'arn:aws:iam::111111111111:role/keeper' },
      ],
    };
    const told = (answer: Answered) => actionDocument.parse(JSON.parse(answer.text));

    it('by the same person says that they did, while it ends and after its end', async () => {
      const release = await under(['validate', 'lookAhead', 'askForApproval'], asks);
      expect(told(await deciding.act(release, 'cancel'))).toMatchObject({ done: true });
      const again = told(await deciding.act(release, 'cancel'));
      expect(again).toMatchObject({ done: false });
      expect(again.follows).toMatch(
        /^You cancelled this at [\d: -]+UTC: Not today\. orders-2-a1 was cancelled, and is/,
      );
      await engine.run('planRollback', release, { error: 'ReleaseHalted', cause: '{}' });
      await engine.run('complete', release);
      const late = told(await deciding.act(release, 'cancel'));
      expect(late).toMatchObject({ done: false });
      expect(late.follows).toMatch(/^You cancelled this at .*: Not today\. orders-2-a1 has ended Cancelled\.$/);
      expect((await types(release)).filter((type) => type === 'cancelled')).toHaveLength(1);
    });

    it.each([
      ['after the other', false],
      ['at once', true],
    ])('by two people %s is done once, and the second is told by whom and why', async (_, atOnce) => {
      const release = await under([...applied, 'shift']);
      engine.policy = policyOf({ rollout: { atLeast: 'Canary10Percent5Minutes' } }, { people });
      const open = engine.answers.given.size;
      const first = () => deciding.ask(`releases/${release}/cancel`, { reason: 'A typo.' }, ada);
      const second = () => deciding.ask(`releases/${release}/cancel`, { reason: 'Too slow' });
      let before: Answered | undefined;
      // The other's comes between reading and writing.
      if (atOnce) ledger.beforeNextWrite(async () => void (before = await first()));
      else before = await first();
      const after = told(await second());
      if (before === undefined) throw new Error('The first was not asked.');
      expect(told(before)).toMatchObject({ done: true });
      expect(after).toMatchObject({ done: false });
      expect(after.follows).toMatch(
        /^ada@example.com cancelled this at .*: A typo\. Your reason was not kept\. orders-2-a1 was cancelled, and is/,
      );
      const events = (await readEvents(ledger, release)).filter(({ type }) => type === 'cancelled');
      expect(events).toMatchObject([{ actor: 'ada@example.com', reason: 'A typo.' }]);
      expect(engine.answers.given.size).toBe(open + 1);
    });
  });

  it('lets a good environment settle, but not in the last environment', async () => {
    const release = await under([...checked]);
    const answer = await deciding.act(release, 'cancel');
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('has proven itself in staging, its last environment');
    expect(answer.text).toContain('sluice rollback orders staging');
  });

  it('is for those whom the policy names, for a release that there is, with a reason', async () => {
    const release = await under(['validate']);
    const stranger = await deciding.act(release, 'cancel', 'arn:aws:sts::111111111111:assumed-role/stranger/eve');
    expect(stranger.status).toBe(403);
    expect((await deciding.act('orders-9.9.9-a1', 'cancel')).status).toBe(404);
    expect((await deciding.act('no release', 'cancel')).status).toBe(400);
    expect(await types(release)).not.toContain('cancelled');
  });
});

describe('what the state refuses', () => {
  const eve = 'arn:aws:sts::111111111111:assumed-role/stranger/eve';

  it.each([
    ['cancel', 'orders-1-a1 has ended Succeeded. To bring the version before it back: sluice rollback orders'],
    ['continue', 'orders-1-a1 has ended Succeeded. To bring the version before it back: sluice rollback orders'],
    ['retry', 'orders-1-a1 has succeeded: there is nothing left to try.'],
  ])('is told to whoever asks, before who may: %s', async (action, sentence) => {
    await under([]);
    for (const caller of [eve, undefined]) {
      const answer = await deciding.act('orders-1-a1', action, caller);
      expect(answer.status).toBe(409);
      expect(answer.text).toContain(sentence);
    }
    const promoted = await deciding.ask('environments/orders/staging/promote', { version: '2' }, eve);
    expect([promoted.status, promoted.text]).toEqual([409, expect.stringContaining('already')]);
  });

  it.each(['continue', 'cancel'])('does not let others %s', async (action) => {
    const release = await under([...checked], { bake: 'PT10M' });
    await engine.run('bake', release, { period: 'bake' });
    const open = engine.answers.given.size;
    expect(await deciding.act(release, action, eve)).toMatchObject({ status: 403 });
    expect((await types(release)).filter((type) => type === 'continued' || type === 'cancelled')).toEqual([]);
    expect(engine.answers.given.size).toBe(open);
  });
});

describe('sluice continue', () => {
  it.each([
    ['the bake', { bake: 'PT10M' }, 'bake'],
    ['monitoring', { monitorAfterBake: 'PT1H' }, 'monitor'],
  ])('ends %s now, which is judged', async (_, policy, period) => {
    const release = await under([...checked], policy);
    await engine.run('bake', release, { period });
    const answer = await deciding.act(release, 'continue');
    expect(answer.status, answer.text).toBe(200);
    expect(lastAnswer()).toEqual({ output: { newer: '' } });
    expect((await readEvents(ledger, release)).at(-1)).toMatchObject({
      ...{ type: 'continued', actor: bob, reason: 'Not today' },
      evidence: { period },
    });
    await engine.run('judge', release, { period, newer: '' });
    expect((await readHead(ledger, release)).status).toBe('Settling');
  });

  it('is not for the author, where another person has to approve', async () => {
    const policy = { bake: 'PT10M', ...asks };
    source.source.author = 'Bob <bob@example.com>';
    const way = ['validate', 'lookAhead', 'askForApproval'];
    const release = await under(way, policy).finally(() => (source.source.author = 'Carl <carl@example.com>'));
    await deciding.press(await deciding.newest(release), 'ada@example.com', 'approve');
    for (const task of ['waitForTurn', 'apply']) await engine.run(task, release);
    await engine.finishStack();
    for (const task of ['verifyNewVersion', 'shift']) await engine.run(task, release);
    await engine.finishDeployment();
    await engine.run('check', release);
    await engine.run('bake', release, { period: 'bake' });
    const answer = await deciding.act(release, 'continue');
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Bob is the author');
  });

  it('says why there is nothing to end', async () => {
    const release = await under([...applied, 'shift']);
    const answer = await deciding.act(release, 'continue');
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('orders-2-a1 is Deploying: there is no bake or monitoring to end');
  });
});
