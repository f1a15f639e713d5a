import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { environmentDocument, problemDocument } from '../../../core/contract/api/documents.ts';
import { createDecideApp } from '../../../functions/decide/app.tsx';
import { createReadApp } from '../../../functions/read/app.tsx';
import { readEvents, readTurn } from '../../../engine/ledger/read.ts';
import { templateOf, TestEngine } from '../fakes/test-engine.ts';
import { startTestLedgers, type TestLedgers } from '../fakes/test-ledgers.ts';

const keeper = 'arn:aws:sts::111111111111:assumed-role/keeper/bob';
const refusal = problemDocument;

let ledgers: TestLedgers;
let engine: TestEngine;
beforeAll(async () => {
  ledgers = await startTestLedgers();
});
afterAll(() => ledgers.close());
beforeEach(async () => {
  engine = new TestEngine(await ledgers.open());
});

async function post(path: string, body: unknown, caller = keeper): Promise<{ status: number; body: unknown }> {
  const { ledger, answers, policy } = engine;
  const links = { publicKeyPem: () => Promise.resolve('') };
  const services = { ledger, answers, policy, links, apiUrl: 'https://api.example.com' };
  const app = createDecideApp(services, engine.clock.invocationOf('decide'), caller);
  const answer = await app.request(`/v1/environments/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const document: unknown = await answer.json();
  return { status: answer.status, body: document };
}

async function look(): Promise<z.infer<typeof environmentDocument>> {
  const app = createReadApp({ ledger: engine.ledger }, engine.clock.invocationOf('read'));
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
    expect(await post('orders/staging/hold/release', { reason: 'Over' })).toMatchObject({ status: 409 });
  });
});
