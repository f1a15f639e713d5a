import { beforeEach, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { environmentDocument, problemDocument } from '../../../core/contract/api/documents.ts';
import { createDecideApp } from '../../../functions/decide/app.tsx';
import { createReadApp } from '../../../functions/read/app.tsx';
import { AlarmAlreadyFiring, CheckFailed } from '../../../core/contract/errors.ts';
import { readEvents, readHead, readTurn } from '../../../engine/ledger/read.ts';
import { fakePlans, fakeSchedule, fakeWorkflow } from '../fakes/schedule.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { promote } from '../fakes/workflow.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';

const keeper = 'arn:aws:sts::111111111111:assumed-role/keeper/bob';
const eve = 'arn:aws:iam::111111111111:user/eve';
const refusal = problemDocument;

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
});

async function post(path: string, body: unknown, caller = keeper): Promise<{ status: number; body: unknown }> {
  const { ledger, answers, policy } = engine;
  const links = { publicKeyPem: () => Promise.resolve('') };
  const services = {
    ledger,
    answers,
    notifier: engine.notifier,
    policy,
    links,
    schedule: fakeSchedule,
    workflow: fakeWorkflow(),
    ...fakePlans(),
    apiUrl: 'https://api.example.com',
  };
  const app = createDecideApp(services, engine.clock.invocationOf('decide'), { principal: caller });
  const answer = await app.request(`/v1/environments/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const document: unknown = await answer.json();
  return { status: answer.status, body: document };
}

async function look(): Promise<z.infer<typeof environmentDocument>> {
  const app = createReadApp(engine, engine.clock.invocationOf('read'));
  return environmentDocument.parse(await (await app.request('/v1/environments/orders/staging')).json());
}

/** A release that ended Failed, and the next, which waits. */
async function quarantined(): Promise<{ readonly failed: string; readonly next: string }> {
  const failed = await engine.drop('1', templateOf('A'));
  await engine.run('validate', failed);
  await engine.run('waitForTurn', failed);
  await engine.run('apply', failed);
  await engine.run('planRollback', failed, { error: 'ChangeFailed', cause: '{"errorMessage":"It broke."}' });
  expect(await engine.run('complete', failed)).toEqual({ status: 'Failed' });
  const next = await engine.drop('2', templateOf('B'));
  await engine.run('validate', next);
  expect(await engine.run('waitForTurn', next)).toBeUndefined();
  return { failed, next };
}

describe('a quarantine', () => {
  it('keeps the next release away, which says why, until a person clears it; then that goes ahead by a new fence', async () => {
    const { failed, next } = await quarantined();
    const requested = (await readEvents(engine.ledger, next)).find(({ type }) => type === 'turnRequested');
    expect(requested?.reason).toMatch(new RegExp(`quarantined since ${failed}: `));
    expect(await look()).toMatchObject({ holder: failed, fence: 1, quarantine: { release: failed } });

    const cleared = await post('orders/staging/clearance', { reason: 'Repaired by hand' });
    expect(cleared).toMatchObject({ status: 200, body: { kind: 'cleared', by: 'bob@example.com', release: failed } });
    expect([...engine.answers.given.values()].at(-1)).toEqual({ output: { fence: 2 } });
    expect(await readTurn(engine.ledger, 'orders', 'staging')).toMatchObject({ holder: next, fence: 2 });
    const after = await look();
    expect(after.quarantine).toBeUndefined();
    expect(after.interventions).toMatchObject([{ kind: 'cleared', reason: 'Repaired by hand', release: failed }]);
    const again = await post('orders/staging/clearance', { reason: 'Again' });
    expect(again).toMatchObject({ status: 409, body: { code: 'SLUICE-502' } });
    expect(refusal.parse(again.body).detail).toContain('nothing to clear');
    expect(await post('orders/staging/clearance', { reason: 'Again' }, eve)).toEqual(again);
  });

  it.each([
    ['by nobody listed', 'orders/staging/clearance', { reason: 'x' }, 'arn:aws:iam::111111111111:user/eve', 403],
    ['without a reason', 'orders/staging/clearance', { reason: ' ' }, keeper, 400],
    ['without a word', 'orders/staging/clearance', null, keeper, 400],
    ['where no such environment is', 'orders/moon/clearance', { reason: 'x' }, keeper, 404],
  ])('is not cleared %s', async (_, path, body, caller, status) => {
    const { failed } = await quarantined();
    const refused = await post(path, body, caller);
    expect(refused.status).toBe(status);
    expect(refusal.parse(refused.body).detail).toMatch(/[.)]$/);
    expect((await look()).quarantine?.release).toBe(failed);
  });
});

describe('a hold', () => {
  it('keeps releases away until it is released', async () => {
    expect(await post('orders/staging/hold', { reason: 'Sale' })).toMatchObject({ status: 200 });
    expect(await post('orders/staging/hold', { reason: 'Long sale' })).toMatchObject({ status: 200 });
    const release = await engine.drop('1', templateOf('A'));
    await engine.run('validate', release);
    expect(await engine.run('waitForTurn', release)).toBeUndefined();
    expect(await look()).toMatchObject({
      hold: { owner: 'bob@example.com', reason: 'Long sale' },
      waitsFor: 'held by bob@example.com: Long sale',
      waiters: [{ release }],
    });
    expect(await post('orders/staging/hold/release', { reason: 'Over' })).toMatchObject({ status: 200 });
    expect([...engine.answers.given.values()].at(-1)).toEqual({ output: { fence: 1 } });
    expect((await look()).interventions.map(({ kind }) => kind)).toEqual(['holdReleased', 'held', 'held']);
    const over = await post('orders/staging/hold/release', { reason: 'Over' });
    expect(over).toMatchObject({ status: 409 });
    expect(await post('orders/staging/hold/release', { reason: 'Over' }, eve)).toEqual(over);
    expect(await post('orders/staging/hold', { reason: 'Sale' }, eve)).toMatchObject({ status: 403 });
    expect((await look()).hold).toBeUndefined();
  });
});

describe('the alarm that a fix would cure', () => {
  const alarm = 'sluice-orders-staging-Errors';
  const resources = { Errors: { Type: 'AWS::CloudWatch::Alarm', Properties: {} } };
  const template = (code: string) => {
    const { Resources, ...rest } = templateOf(code);
    return { ...rest, Resources: { ...Resources, ...resources } };
  };
  const state = (value: 'OK' | 'ALARM', since = engine.clock.invocationOf('wake').now()): void => {
    engine.target.alarmStates = [{ name: alarm, state: value, reason: 'many', since }];
  };
  const drop = (version: string, code: string) =>
    engine.drop(version, template(code), {
      alarms: ['Errors'],
      rollout: { staging: 'Canary10Percent5Minutes' },
    });
  const body = (release: string) => ({ release, reason: 'It mends the error' });

  /** Version 2 would mend what version 1 does wrong, and waits. */
  async function keptOut(): Promise<string> {
    state('OK');
    await promote(engine, await drop('1', 'A'));
    engine.policy = policyOf({ repairs: ['approvers'], bake: 'PT10M' });
    const fix = await drop('2', 'B');
    for (const task of ['validate', 'waitForTurn']) await engine.run(task, fix);
    state('ALARM');
    await expect(engine.run('apply', fix)).rejects.toThrow(AlarmAlreadyFiring);
    expect(await engine.run('waitForAlarmsOk', fix)).toBeUndefined();
    return fix;
  }

  /** As the workflow goes on once the wait is answered. */
  async function shifts(fix: string): Promise<void> {
    await engine.run('apply', fix);
    await engine.finishStack();
    await engine.run('verifyNewVersion', fix);
    await engine.run('shift', fix);
  }

  it('keeps it out until a person lets it in, and does not count until the bake is over', async () => {
    const fix = await keptOut();
    const given = engine.answers.given.size;
    const answer = await post('orders/staging/repair', body(fix));
    expect(answer).toMatchObject({
      status: 200,
      body: { kind: 'alarmsOverridden', by: 'bob@example.com', release: fix, reason: 'It mends the error' },
    });
    expect([...engine.answers.given.values()].slice(given)).toEqual([{ output: {} }]);
    await shifts(fix);
    // CodeDeploy would stop at once.
    expect([...engine.target.deployments.values()].at(-1)?.order.alarms).toEqual([]);
    await engine.finishDeployment();
    await engine.run('check', fix);
    expect(await engine.run('bake', fix, { period: 'bake' })).toBeUndefined();
    await engine.wake({ kind: 'alarms', release: fix, environment: 'staging' });
    const told = await readEvents(engine.ledger, fix);
    expect(told.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['alarmFiring', 'alarmsOverridden', 'checked']),
    );
    expect(told.find(({ type }) => type === 'alarmsOverridden')).toMatchObject({
      ...{ actor: 'bob@example.com', reason: 'It mends the error' },
      evidence: { alarms: [expect.stringContaining('alarm Errors is in alarm: many.')], principal: keeper },
    });
    expect((await look()).interventions).toMatchObject([{ kind: 'alarmsOverridden', release: fix }]);
    await expect(engine.run('judge', fix, { period: 'bake', newer: '' })).rejects.toThrow(CheckFailed);
    state('OK');
    await engine.run('judge', fix, { period: 'bake', newer: '' });
    expect((await readHead(engine.ledger, fix)).environments['staging']?.phase).toBe('proven');
  });

  it('counts again as soon as it was OK in between', async () => {
    const fix = await keptOut();
    await post('orders/staging/repair', body(fix));
    await shifts(fix);
    engine.clock.pass(60);
    state('ALARM');
    await engine.wake({ kind: 'deployment', deploymentId: [...engine.target.deployments.keys()].at(-1) ?? '' });
    expect([...engine.answers.given.values()].at(-1)).toMatchObject({ error: 'CheckFailed' });
  });

  it('is told by the reconciler, too, where the answer was lost', async () => {
    const fix = await keptOut();
    engine.answers.given.clear();
    await post('orders/staging/repair', body(fix));
    expect(await engine.run('waitForAlarmsOk', fix)).toEqual({ output: {} });
    expect((await readEvents(engine.ledger, fix)).map(({ type }) => type)).not.toContain('alarmsOk');
  });

  it.each([
    ['by somebody whom the policy does not name', 'arn:aws:iam::111111111111:user/eve', 403, /"repairs" of the policy/],
    ['without a reason', keeper, 400, /A release and a reason are required/],
  ])('is not overridden %s', async (_, caller, status, message) => {
    const fix = await keptOut();
    const refused = await post('orders/staging/repair', status === 400 ? { release: fix } : body(fix), caller);
    expect(refused.status).toBe(status);
    expect(refusal.parse(refused.body).detail).toMatch(message);
    expect((await readHead(engine.ledger, fix)).status).toBe('AwaitingAlarm');
  });

  it('is overridden by nobody where the policy names nobody, and once only', async () => {
    const fix = await keptOut();
    const { policy } = engine;
    engine.policy = policyOf();
    expect((await post('orders/staging/repair', body(fix))).status).toBe(403);
    engine.policy = policy;
    expect((await post('orders/staging/repair', body(fix))).status).toBe(200);
    await shifts(fix);
    const again = await post('orders/staging/repair', body(fix));
    expect(again).toMatchObject({ status: 409, body: { code: 'SLUICE-305' } });
    expect(await post('orders/staging/repair', body(fix), eve)).toEqual(again);
    expect((await post('orders/staging/repair', body('orders-9-a1'))).status).toBe(404);
  });
});
