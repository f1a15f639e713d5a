import { beforeEach, describe, expect, it } from 'vitest';
import { readEvents, readHead } from '../../../engine/ledger/read.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { deployTarget, promote } from '../fakes/workflow.ts';
import { Deciding } from './deciding.ts';

const ada = 'ada@example.com';
const asks = { approval: { from: ['approvers'] } };
const source = { source: { author: 'Carl <carl@example.com>' } };

let engine: TestEngine;
let deciding: Deciding;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
  engine.policy = policyOf(asks);
  deciding = new Deciding(engine);
});

async function asked(): Promise<string> {
  const release = await engine.drop('1', templateOf('A'), source);
  for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
  return release;
}

const buttons = (text: string): string[] =>
  [...text.matchAll(/name="action" value="([a-z-]+)"/g)].map(([, name = '']) => name);
const tokenIn = (text: string): string => /name="token" value="([0-9a-f]{64})"/.exec(text)?.[1] ?? '';
const last = async (release: string) => (await readEvents(engine.ledger, release)).at(-1);

describe('what can be done to a release, on its page', () => {
  it('is offered to whom the policy names, and done with a reason, as by the API', async () => {
    const release = await asked();
    const cookie = await deciding.session();
    const page = await deciding.actions(release, cookie);
    expect([page.status, buttons(page.text)]).toEqual([200, ['cancel']]);
    expect(page.text).toContain(`${release} is cancelled: it changes nothing more.`);
    // To look changes nothing.
    expect((await last(release))?.type).toBe('approvalRequested');
    const form = { token: tokenIn(page.text), action: 'cancel', environment: 'staging', reason: 'Not today' };
    const done = await deciding.actions(release, cookie, form, { 'sec-fetch-site': 'same-origin' });
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('it changes nothing more.')]);
    expect(await last(release)).toMatchObject({
      ...{ type: 'cancelled', actor: 'bob@example.com', reason: 'Not today' },
      evidence: { principal: 'arn:aws:sts::111111111111:assumed-role/keeper/bob' },
    });
    expect(buttons((await deciding.actions(release, cookie)).text)).toEqual([]);
  });

  it('is not offered to a session of somebody whom the policy does not name, nor done', async () => {
    const release = await asked();
    const cookie = await deciding.session('arn:aws:sts::111111111111:assumed-role/reader/eve');
    const page = await deciding.actions(release, cookie);
    expect([page.status, buttons(page.text)]).toEqual([200, []]);
    const token = tokenIn((await deciding.actions(release, await deciding.session())).text);
    // A token of another session is none.
    for (const given of [token, '', 'x'.repeat(64)]) {
      const form = { token: given, action: 'cancel', environment: 'staging', reason: 'Mine' };
      expect((await deciding.actions(release, cookie, form)).status).toBe(400);
    }
    expect((await last(release))?.type).toBe('approvalRequested');
  });

  it.each([
    ['from a page elsewhere', { 'sec-fetch-site': 'cross-site' }, {}],
    ['without a reason', {}, { reason: ' ' }],
    ['of an action that there is not', {}, { action: 'drop' }],
    ['with a field that there is not', {}, { more: 'x' }],
  ])('takes no form %s', async (_, headers, more) => {
    const release = await asked();
    const cookie = await deciding.session();
    const token = tokenIn((await deciding.actions(release, cookie)).text);
    const form = { token, action: 'cancel', environment: 'staging', reason: 'Not today', ...more };
    expect((await deciding.actions(release, cookie, form, headers)).status).toBe(400);
    expect((await last(release))?.type).toBe('approvalRequested');
  });

  it('needs a session: none, one that has ended, or one of another release opens nothing', async () => {
    const release = await asked();
    const { cookie } = await deciding.watch(await deciding.newest(release), ada);
    const other = await engine.drop('2', templateOf('B'));
    expect((await deciding.actions(release, '')).status).toBe(403);
    const foreign = await deciding.actions(other, cookie);
    expect([foreign.status, foreign.text]).toEqual([403, expect.stringContaining(`is for ${release}`)]);
    expect((await deciding.actions('%3Cb%3E', cookie)).status).toBe(400);
    expect((await deciding.actions(release, cookie)).status).toBe(200);
    engine.clock.pass(8 * 3600 + 1);
    expect((await deciding.actions(release, cookie)).status).toBe(403);
  });

  it('lets an approver, by the session of their link, cancel and continue that release, and nothing else', async () => {
    engine.policy = policyOf({ ...asks, bake: 'PT10M' });
    const release = await asked();
    const approval = await deciding.newest(release);
    const { cookie } = await deciding.watch(approval, ada);
    expect(buttons((await deciding.actions(release, cookie)).text)).toEqual(['cancel']);
    await deciding.press(approval, ada, 'approve');
    await engine.run('waitForTurn', release);
    await deployTarget(engine, release);
    await engine.run('bake', release, { period: 'bake', seconds: 600 });
    const page = await deciding.actions(release, cookie);
    expect(buttons(page.text)).toEqual(['cancel', 'continue']);
    const form = { token: tokenIn(page.text), environment: 'staging', reason: 'Seen enough' };
    const refused = await deciding.actions(release, cookie, { ...form, action: 'rollback' });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('cancel and continue')]);
    expect((await deciding.actions(release, cookie, { ...form, action: 'continue' })).status).toBe(200);
    expect(await last(release)).toMatchObject({
      ...{ type: 'continued', actor: ada, reason: 'Seen enough' },
      evidence: { principal: `link to ${ada}` },
    });
  });

  it('does not offer the author to end the bake of their own release', async () => {
    engine.policy = policyOf({ ...asks, bake: 'PT10M' });
    const release = await engine.drop('1', templateOf('A'));
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
    await deciding.press(await deciding.newest(release), ada, 'approve');
    await engine.run('waitForTurn', release);
    await deployTarget(engine, release);
    await engine.run('bake', release, { period: 'bake', seconds: 600 });
    expect(buttons((await deciding.actions(release, await deciding.session())).text)).toEqual(['cancel']);
  });

  it('is retry after a bad end, and rollback after a good one', async () => {
    engine.policy = policyOf();
    await promote(engine, await engine.drop('1', templateOf('A'), source));
    const second = await engine.drop('2', templateOf('B'), source);
    await promote(engine, second);
    const cookie = await deciding.session();
    const page = await deciding.actions(second, cookie);
    expect(buttons(page.text)).toEqual(['rollback']);
    const form = { token: tokenIn(page.text), environment: 'staging', reason: 'It is wrong' };
    const done = await deciding.actions(second, cookie, { ...form, action: 'rollback' });
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('brings version 1 back to staging')]);
    const third = await engine.drop('3', templateOf('C'), source);
    await engine.run('validate', third);
    await deciding.act(third, 'cancel');
    await engine.run('planRollback', third, { error: 'ReleaseHalted', cause: '{}' });
    await engine.run('complete', third);
    expect((await readHead(engine.ledger, third)).status).toBe('Cancelled');
    const after = await deciding.actions(third, cookie);
    expect(buttons(after.text)).toEqual(['retry']);
    const again = await deciding.actions(third, cookie, { ...form, token: tokenIn(after.text), action: 'retry' });
    expect([again.status, again.text]).toEqual([
      200,
      expect.stringContaining('tries the artifact of orders-3-a1 again'),
    ]);
  });

  it('is to let it in while a window is closed, for whom the policy names', async () => {
    const closed = { freeze: [{ from: '2026-11-19T00:00', until: '2026-11-30T00:00', zone: 'UTC' }] };
    engine.policy = policyOf({ ...closed, windowOverrides: ['approvers'] });
    const release = await engine.drop('1', templateOf('A'), source);
    for (const task of ['validate', 'waitForTurn']) await engine.run(task, release);
    const cookie = await deciding.session();
    const page = await deciding.actions(release, cookie);
    expect(buttons(page.text)).toEqual(['cancel', 'override-window']);
    const form = { token: tokenIn(page.text), action: 'override-window', environment: 'staging', reason: 'Urgent' };
    const { policy } = engine;
    engine.policy = policyOf(closed);
    expect((await deciding.actions(release, cookie, form)).status).toBe(403);
    engine.policy = policy;
    const done = await deciding.actions(release, cookie, form);
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('is let into staging')]);
    engine.policy = policyOf(closed);
    expect((await deciding.actions(release, cookie, form)).status).toBe(409);
  });
});
