import { beforeEach, describe, expect, it } from 'vitest';
import { demandDocument } from '../../../core/contract/api/actions.ts';
import { blockItem } from '../../../core/ledger/items.ts';
import { replaceApproval } from '../../../core/ledger/approvals.ts';
import { blockKey, headIndexKeys, headKey } from '../../../core/ledger/keys.ts';
import { environmentOf } from '../../../core/release/plan.ts';
import { readEvents, readHead, readItem, readPlan } from '../../../engine/ledger/read.ts';
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

/** Lets a release come to its end, good. */
async function goes(release: string, { stack = true }: { readonly stack?: boolean } = {}): Promise<string> {
  for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, release);
  if (stack) await engine.finishStack();
  await engine.run('verifyNewVersion', release);
  await engine.run('shift', release);
  if (engine.target.deployments.size > 0) await engine.finishDeployment().catch(() => undefined);
  await engine.run('check', release);
  await engine.run('settle', release);
  await engine.finishStack().catch(() => undefined);
  await engine.run('complete', release);
  return release;
}

async function live(version: string, code: string): Promise<string> {
  const release = await goes(await engine.drop(version, templateOf(code), source));
  expect((await readHead(ledger, release)).status).toBe('Succeeded');
  return release;
}

const told = ({ status, text }: Answered) => {
  expect(status, text).toBe(200);
  return demandDocument.parse(JSON.parse(text));
};

const serving = () => [...engine.target.aliasStates.values()].map(({ version }) => version);

async function types(release: string): Promise<string[]> {
  return (await readEvents(ledger, release)).map(({ type }) => type);
}

/** What the head says of an environment, as after transitions that are not played. */
async function becomes(release: string, environment: string, phase: 'done' | 'expired'): Promise<void> {
  const head = await readHead(ledger, release);
  const state = head.environments[environment];
  if (state === undefined) throw new Error('no environment');
  const environments = { ...head.environments, [environment]: { ...state, phase } };
  const index = headIndexKeys({ ...head, ended: false });
  await ledger.write([{ write: 'put', item: { ...headKey(release), ...index, ...head, environments } }]);
}

describe('sluice rollback', () => {
  it('releases the version that served before, at once, without bake, and keeps the present one out', async () => {
    engine.policy = policyOf({ bake: 'PT0S' });
    await live('1', 'A');
    await live('2', 'B');
    engine.policy = policyOf({
      ...{ bake: 'PT10M', monitorAfterBake: 'PT1H', rollout: { atLeast: 'Canary10Percent5Minutes' } },
      approval: { from: ['approvers'] },
    });
    const before = serving();
    const answer = told(await deciding.ask('environments/orders/staging/rollback', {}));
    expect(answer).toMatchObject({ action: 'rollBack', release: 'orders-1-a2' });
    expect(engine.started.at(-1)).toBe('orders-1-a2');
    const [received] = await readEvents(ledger, 'orders-1-a2');
    expect(received).toMatchObject({
      ...{ type: 'received', actor: 'bob@example.com', reason: 'It is wrong' },
      evidence: { origin: { kind: 'rollback', environments: ['staging'], of: 'orders-1-a1' } },
    });
    await engine.run('validate', 'orders-1-a2');
    const planned = environmentOf(await readPlan(ledger, 'orders-1-a2'), 'staging');
    expect(planned).toMatchObject({ rollout: 'AllAtOnce', bakeSeconds: 0, unguarded: 'warn' });
    expect(planned.approval).toBeUndefined();
    expect(planned.monitorSeconds).toBeUndefined();
    await engine.run('waitForTurn', 'orders-1-a2');
    await engine.run('apply', 'orders-1-a2');
    // Users are back before the stack has changed.
    expect(serving()).not.toEqual(before);
    expect(await types('orders-1-a2')).toEqual(expect.arrayContaining(['aliasesRestoring', 'aliasesRestored']));
    expect(await readItem(ledger, blockKey('orders', 'staging', '2'), blockItem)).toMatchObject({
      ...{ version: '2', release: 'orders-2-a1', by: 'bob@example.com', rollback: 'orders-1-a2' },
    });
  });

  it('is done once by two people', async () => {
    await live('1', 'A');
    await live('2', 'B');
    told(await deciding.ask('environments/orders/staging/rollback', {}));
    const again = await deciding.ask('environments/orders/staging/rollback', {});
    expect(again.status).toBe(409);
    expect(again.text).toContain('orders-1-a2 brings version 1 back already');
  });

  it('cancels what is under way, which brings back what served before', async () => {
    await live('1', 'A');
    engine.policy = policyOf({ rollout: { atLeast: 'Canary10Percent5Minutes' } });
    const release = await engine.drop('2', templateOf('B'), source);
    for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, release);
    await engine.finishStack();
    for (const task of ['verifyNewVersion', 'shift']) await engine.run(task, release);
    const answer = told(await deciding.ask('environments/orders/staging/rollback', {}));
    expect(answer).toMatchObject({ action: 'rollBack', cancelled: release });
    expect(answer.release).toBeUndefined();
    expect((await types(release)).at(-1)).toBe('cancelled');
    expect(await readItem(ledger, blockKey('orders', 'staging', '2'), blockItem)).toMatchObject({ release });
  });

  it('keeps the version out, too, where somebody else cancels in the same moment', async () => {
    await live('1', 'A');
    const release = await engine.drop('2', templateOf('B'), source);
    for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, release);
    ledger.beforeNextWrite(async () => void (await deciding.act(release, 'cancel')));
    const answer = told(await deciding.ask('environments/orders/staging/rollback', {}));
    expect(answer).toMatchObject({ action: 'rollBack', cancelled: release });
    expect((await types(release)).filter((type) => type === 'cancelled')).toHaveLength(1);
    expect(await readItem(ledger, blockKey('orders', 'staging', '2'), blockItem)).toMatchObject({ release });
  });

  it('to a version that there is not stops nothing', async () => {
    await live('1', 'A');
    const release = await engine.drop('2', templateOf('B'), source);
    for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, release);
    const answer = await deciding.ask('environments/orders/staging/rollback', { version: '9.9.9' });
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('no version 9.9.9 of orders');
    expect(await types(release)).not.toContain('cancelled');
  });

  it('keeps the version out until a person promotes it', async () => {
    await live('1', 'A');
    engine.policy = policyOf({ rollout: { atLeast: 'Canary10Percent5Minutes' } });
    const release = await engine.drop('2', templateOf('B'), source);
    for (const task of ['validate', 'waitForTurn']) await engine.run(task, release);
    told(await deciding.ask('environments/orders/staging/rollback', {}));
    await engine.run('planRollback', release, { error: 'ReleaseHalted', cause: '{}' });
    await engine.run('complete', release);
    const again = await engine.arrive('orders/2.zip', 'v-2');
    expect(again).toBe(release);
    const retried = told(await deciding.ask(`releases/${release}/retry`, {}));
    expect(retried.release).toBe('orders-2-a2');
    for (const task of ['validate', 'waitForTurn']) await engine.run(task, 'orders-2-a2');
    expect((await readHead(ledger, 'orders-2-a2')).status).toBe('AwaitingTurn');
    expect((await deciding.read('/v1/environments/orders/staging')).body).toMatchObject({
      waitsFor: 'orders-2-a2 is blocked: bob@example.com rolled orders-2-a1 back (It is wrong)',
      blocked: [{ version: '2' }],
    });
    const promoted = told(await deciding.ask('environments/orders/staging/promote', { version: '2' }));
    expect(promoted.release).toBe('orders-2-a3');
    for (const task of ['validate', 'waitForTurn']) await engine.run(task, 'orders-2-a3');
    expect((await readHead(ledger, 'orders-2-a3')).status).toBe('Deploying');
  });

  it('says why there is nothing to bring back', async () => {
    await live('1', 'A');
    const first = await deciding.ask('environments/orders/staging/rollback', {});
    expect(first.status).toBe(409);
    expect(first.text).toContain('knows no version of orders that served in staging before');
    const same = await deciding.ask('environments/orders/staging/rollback', { version: '1' });
    expect(same.text).toContain('Version 1 of orders serves in staging already');
    const never = await deciding.ask('environments/orders/staging/rollback', { version: '9' });
    expect(never.status).toBe(404);
    const stranger = 'arn:aws:sts::111111111111:assumed-role/stranger/eve';
    const theirs = await deciding.ask('environments/orders/staging/rollback', {}, stranger);
    expect([theirs.status, theirs.text]).toEqual([409, first.text]);
    await live('2', 'B');
    expect((await deciding.ask('environments/orders/staging/rollback', {}, stranger)).status).toBe(403);
    expect((await deciding.ask('environments/orders/nowhere/rollback', {})).status).toBe(404);
    expect((await deciding.ask('environments/orders/staging/rollback', { colour: 'red' })).status).toBe(400);
  });
});

describe('what a person asks for', () => {
  it('is told what it has to wait for', async () => {
    await live('1', 'A');
    await live('2', 'B');
    expect((await deciding.ask('environments/orders/staging/hold', {})).status).toBe(200);
    const answer = told(await deciding.ask('environments/orders/staging/rollback', {}));
    expect(answer.follows).toBe(
      'orders-1-a2 brings version 1 back to staging. It has to wait: held by bob@example.com: It is wrong.',
    );
  });

  it('is a row of the environment, where it cancels what is under way, too', async () => {
    await live('1', 'A');
    const release = await engine.drop('2', templateOf('B'), source);
    for (const task of ['validate', 'waitForTurn']) await engine.run(task, release);
    told(await deciding.ask('environments/orders/staging/rollback', {}));
    expect((await deciding.read('/v1/environments/orders/staging')).body).toMatchObject({
      interventions: [{ kind: 'rolledBack', by: 'bob@example.com', release }],
    });
  });

  it('is never what was dropped under the version with other content', async () => {
    engine.policy = policyOf({ approval: { from: ['approvers'] }, hotfixes: true });
    const first = await engine.drop('1', templateOf('A'), source);
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, first);
    await deciding.act(first, 'cancel');
    await engine.run('complete', first);
    const other = await engine.drop('1', templateOf('B'), source);
    expect((await readHead(ledger, other)).status).toBe('Rejected');
    const retried = await deciding.ask(`releases/${other}/retry`, {});
    expect(retried.status).toBe(409);
    expect(retried.text).toContain('was of other content than version 1 is');
    const promoted = told(await deciding.ask('environments/orders/staging/promote', { version: '1' }));
    const { artifact } = await readHead(ledger, promoted.release ?? '');
    expect(artifact.sha256).toBe((await readHead(ledger, first)).artifact.sha256);
  });
});

describe('sluice retry', () => {
  it('asks again about the same bytes when an approval expired, and leaves alone what was passed', async () => {
    const policy = policyOf({ approval: { from: ['approvers'] } });
    const { staging } = policy.environments;
    if (staging === undefined) throw new Error('no staging');
    const open = { ...staging };
    delete open.approval;
    engine.policy = {
      ...policy,
      services: { orders: { environments: ['open', 'staging'], stack: '{service}-{environment}', names: [] } },
      environments: { open, staging },
    };
    const first = await engine.drop('1', templateOf('A'), source);
    await engine.run('validate', first);
    // It has passed the first environment.
    await becomes(first, 'open', 'done');
    for (const task of ['lookAhead', 'askForApproval']) await engine.run(task, first);
    const asked = await deciding.newest(first);
    await becomes(first, 'staging', 'expired');
    await ledger.write(replaceApproval(asked, { ...asked, state: 'expired' }));
    const sentence = `This approval expired at ${asked.deadline.slice(0, 19).replace('T', ' ')} UTC without a decision. To ask again: sluice retry ${first}.`;
    expect((await deciding.open(asked, 'ada@example.com')).text).toContain(sentence);
    expect(await deciding.read(`/v1/releases/${first}/approvals`)).toMatchObject({
      body: { approvals: [{ standing: 'expired', told: sentence }] },
    });
    expect(await engine.run('complete', first)).toEqual({ status: 'Expired' });
    const again = told(await deciding.ask(`releases/${first}/retry`, {}));
    expect(again.release).toBe('orders-1-a2');
    await engine.run('validate', 'orders-1-a2');
    expect((await readPlan(ledger, 'orders-1-a2')).environments.map(({ name }) => name)).toEqual(['staging']);
    for (const task of ['lookAhead', 'askForApproval']) await engine.run(task, 'orders-1-a2');
    const next = await deciding.newest('orders-1-a2');
    expect(next).toMatchObject({ digest: asked.digest, state: 'open' });
    await deciding.press(next, 'ada@example.com', 'approve');
    expect((await readHead(ledger, 'orders-1-a2')).environments['staging']?.phase).toBe('approved');
  });

  it('is told to others where releases are, not by whom', async () => {
    engine.policy = policyOf({}, { notify: { events: true } });
    const release = await engine.drop('1', templateOf('A'), source);
    await engine.run('validate', release);
    await engine.run('planRollback', release, { error: 'ReleaseHalted', cause: '{}' });
    await engine.run('complete', release);
    const { release: again = '' } = told(await deciding.ask(`releases/${release}/retry`, {}));
    await engine.deliver(again);
    const heard = engine.events.map(({ detail }) => detail).filter((detail) => detail['release'] === again);
    expect(heard).toMatchObject([{ type: 'received', attempt: 2, actor: 'person', reason: 'It is wrong' }]);
  });

  it('is refused for what is under way, has succeeded, or runs again already', async () => {
    const release = await live('1', 'A');
    expect((await deciding.ask(`releases/${release}/retry`, {})).text).toContain('has succeeded');
    const next = await engine.drop('2', templateOf('B'), source);
    expect((await deciding.ask(`releases/${next}/retry`, {})).text).toContain('is still Received: cancel it first');
  });
});

describe('sluice promote', () => {
  it('asks for the environments before, unless the policy lets hotfixes in', async () => {
    const more = {
      services: { orders: { environments: ['staging', 'production'] } },
      environments: {
        staging: { waves: [{ targets: [{ account: '222222222222', region: 'us-east-1' }] }] },
        production: {
          waves: [{ targets: [{ account: '333333333333', region: 'us-east-1' }] }],
          approval: { from: ['approvers'] },
        },
      },
    };
    engine.policy = policyOf({}, more);
    await engine.drop('1', templateOf('A'), source);
    const ask = (body: object) => deciding.ask('environments/orders/production/promote', { version: '1', ...body });
    expect((await ask({})).text).toContain('has not proven itself in staging, which comes before production');
    expect((await ask({ hotfix: true })).text).toContain('does not let hotfixes into production');
    Object.assign(more.environments.production, { hotfixes: true });
    engine.policy = policyOf({}, more);
    const answer = told(await ask({ hotfix: true }));
    await engine.run('validate', answer.release ?? '');
    const { order, origin } = await readHead(ledger, answer.release ?? '');
    expect(order).toEqual(['production']);
    expect(origin).toMatchObject({ kind: 'promotion', hotfix: true });
    expect(environmentOf(await readPlan(ledger, answer.release ?? ''), 'production').approval).toBeDefined();
  });
});
