import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { headKey, messageKey, openMessages } from '../../../core/ledger/keys.ts';
import { replaceApproval } from '../../../core/ledger/approvals.ts';
import { tellAgain, tellTrouble } from '../../../core/notify/outbox.ts';
import { recordTrouble, troubleItem } from '../../../core/reconcile/trouble.ts';
import { readApprovals, readHead } from '../../../engine/ledger/read.ts';
import { findUnreached } from '../../../functions/read/releases.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { startTestLedgers, type TestLedgers } from '../fakes/test-ledgers.ts';

let ledgers: TestLedgers;
let engine: TestEngine;
beforeAll(async () => {
  ledgers = await startTestLedgers();
});
afterAll(() => ledgers.close());
beforeEach(async () => {
  engine = new TestEngine(await ledgers.open());
});

/** A release whose rollback was begun, and never came to an end. */
async function stuck(): Promise<string> {
  const release = await engine.drop('1', templateOf('A'));
  await engine.run('validate', release);
  await engine.run('waitForTurn', release);
  await engine.run('apply', release);
  await engine.finishStack();
  await engine.run('planRollback', release, { error: 'CheckFailed', cause: '{"errorMessage":"It broke."}' });
  return release;
}

/** A release that asks people to approve it. */
async function asking(): Promise<string> {
  const release = await engine.drop('1', templateOf('A'), { source: { author: 'Cy <cy@example.com>' } });
  await engine.run('validate', release);
  await engine.run('lookAhead', release);
  return release;
}

async function open(): Promise<number> {
  return (await engine.ledger.queryIndex('open', openMessages)).items.length;
}

async function missed(release: string) {
  return findUnreached(engine, await readHead(engine.ledger, release));
}

describe('a reminder', () => {
  it('is the question again, for those who have not decided yet', async () => {
    engine.policy = policyOf({ approval: { from: ['approvers'], required: 2 } });
    const release = await asking();
    await engine.run('askForApproval', release);
    const [approval] = await readApprovals(engine.ledger, release, 'staging');
    if (approval === undefined) throw new Error('no approval');
    const first = { by: 'ada@example.com', decision: 'approve', at: engine.clock.invocationOf('decide').now(), via: 'link' } as const; // prettier-ignore
    engine.mails.length = 0;
    await engine.ledger.write(tellAgain(approval, approval.people, 9, first.at));
    await engine.ledger.write(replaceApproval(approval, { ...approval, decisions: [first] }));
    await engine.deliver(release);
    expect(engine.mails.map(({ to, subject }) => `${to}: ${subject}`)).toEqual([
      'bob@example.com: Reminder: Release orders 1 to staging?',
    ]);
    expect(engine.mails[0]?.text).toContain('1 of 2 needed have approved.');
    expect(await open()).toBe(0);
  });

  it('is none once it is decided, or for nobody', async () => {
    engine.policy = policyOf({ approval: { from: ['approvers'] } });
    const release = await asking();
    await engine.run('askForApproval', release);
    const [approval] = await readApprovals(engine.ledger, release, 'staging');
    if (approval === undefined) throw new Error('no approval');
    engine.mails.length = 0;
    expect(tellAgain(approval, [], 9, approval.requestedAt)).toEqual([]);
    await engine.ledger.write(tellAgain(approval, approval.people, 9, approval.requestedAt));
    await engine.ledger.write(replaceApproval(approval, { ...approval, state: 'declined' }));
    await engine.deliver(release);
    expect(engine.mails).toEqual([]);
    expect(await open()).toBe(0);
  });
});

describe('an end that is not clean', () => {
  it('pages once, and mails once, however often the release is completed', async () => {
    const release = await stuck();
    for (let time = 0; time < 3; time += 1) expect(await engine.run('complete', release)).toEqual({ status: 'Failed' });
    expect(engine.pages).toHaveLength(1);
    expect(engine.mails.map(({ to }) => to)).toEqual(['team@example.com']);
    const [page] = engine.pages;
    expect(page?.subject).toBe(`Sluice: Failed: ${release} in staging`);
    expect(page?.text).toMatch(
      /It broke[^]*Account 222222222222, region us-east-1: \w+ \(not clean\)[^]*sluice clear orders staging/,
    );
    expect(page?.text).toContain(`https://api.example.com/releases/${release}`);
    expect([page?.key, engine.mails[0]?.key].map((key) => /^[0-9a-f]{32}$/.test(key ?? ''))).toEqual([true, true]);
    expect(await open()).toBe(0);
  });

  it('does not fail the release when nobody can be paged; the page follows later, and the mail is not sent again', async () => {
    engine.pagerBroken = true;
    const release = await stuck();
    expect(await engine.run('complete', release)).toEqual({ status: 'Failed' });
    expect([engine.pages.length, engine.mails.length, await open()]).toEqual([0, 1, 1]);
    expect(await missed(release)).toMatchObject([{ to: 'page', about: 'end', problem: 'Error: the topic is gone.' }]);
    engine.pagerBroken = false;
    await engine.deliver(release); // too soon
    expect(engine.pages).toEqual([]);
    engine.clock.pass(61);
    for (let time = 0; time < 2; time += 1) await engine.deliver(release);
    expect([engine.pages.length, engine.mails.length, await open()]).toEqual([1, 1, 0]);
    expect(await missed(release)).toEqual([]);
  });

  it('is told later when the order to deliver is lost', async () => {
    engine.ordersLost = true;
    const release = await stuck();
    expect(await engine.run('complete', release)).toEqual({ status: 'Failed' });
    expect([engine.pages.length, await open()]).toEqual([0, 1]);
    await engine.deliver(release);
    expect([engine.pages.length, await open()]).toEqual([1, 0]);
  });
});

describe('a trouble that lasts', () => {
  it('is told to the addresses of the policy, unless it is over', async () => {
    const release = await stuck();
    const failure = { release, what: 'w1', environment: 'staging', reason: 'TargetUnreachable: no role.' };
    const since = '2026-11-20T10:00:00.000Z';
    const item = { ...failure, since, lastAt: since };
    const told = recordTrouble(troubleItem.parse(item), { ...failure, at: '2026-11-20T10:04:00.000Z' });
    await engine.ledger.write([
      ...told,
      ...tellTrouble({ ...item, lastAt: since }),
      ...tellTrouble({ ...item, since: '2026-11-19T10:00:00.000Z' }),
    ]);
    await engine.deliver(release);
    expect(engine.mails.map(({ to, subject }) => [to, subject])).toEqual([
      ['team@example.com', `Sluice: cannot look after ${release} in staging`],
    ]);
    expect(await open()).toBe(0);
  });
});

describe('an approval', () => {
  beforeEach(() => {
    engine.policy = policyOf({ approval: { from: ['approvers'] } });
  });

  it('is asked of the others when one address is refused, who is tried again by the same key', async () => {
    engine.refusedAddress = 'ada@example.com';
    const release = await asking();
    expect(await engine.run('askForApproval', release)).toBeUndefined();
    expect(engine.mails.map(({ to }) => to)).toEqual(['bob@example.com']);
    expect(await missed(release)).toMatchObject([
      { to: 'ada@example.com', about: 'approval', attempts: 1, problem: 'Error: Email address is not verified.' },
    ]);
    engine.refusedAddress = undefined;
    engine.clock.pass(61);
    await engine.deliver(release);
    expect(engine.mails.map(({ to }) => to)).toEqual(['bob@example.com', 'ada@example.com']);
    expect(new Set(engine.mails.map(({ key }) => key)).size).toBe(2);
    expect(await open()).toBe(0);
  });

  it('of a release that was stopped by then is not asked for any more', async () => {
    engine.ordersLost = true;
    const release = await asking();
    await engine.run('askForApproval', release);
    const head = await readHead(engine.ledger, release);
    const cancelled = head.sequence;
    await engine.ledger.write([
      { write: 'put', item: { ...headKey(release), ...head, status: 'Cancelled', cancelled } },
    ]);
    await engine.deliver(release);
    expect([engine.mails.length, await open()]).toEqual([0, 0]);
  });

  it('is asked for beside a message that cannot be read', async () => {
    engine.ordersLost = true;
    const release = await asking();
    await engine.run('askForApproval', release);
    await engine.ledger.write([{ write: 'put', item: { ...messageKey(release, 'a'), release, about: 'nonsense' } }]);
    await engine.deliver(release);
    expect(engine.mails).toHaveLength(2);
  });

  it('that is over by then is not asked for any more', async () => {
    engine.ordersLost = true;
    const release = await asking();
    await engine.run('askForApproval', release);
    const [key] = (await engine.ledger.query(`release#${release}`, { prefix: 'approval#' })).items;
    await engine.ledger.write([
      { write: 'put', item: { ...key, pk: `release#${release}`, sk: String(key?.['sk']), state: 'expired' } },
    ]);
    await engine.deliver(release);
    expect([engine.mails.length, await open()]).toEqual([0, 0]);
  });
});
