import { beforeEach, describe, expect, it } from 'vitest';
import { headKey, messageKey, openMessages } from '../../../core/ledger/keys.ts';
import { replaceApproval } from '../../../core/ledger/approvals.ts';
import { tellAgain, tellTrouble } from '../../../core/notify/messages.ts';
import { recordTrouble, troubleItem } from '../../../core/reconcile/trouble.ts';
import { readApprovals, readHead } from '../../../engine/ledger/read.ts';
import { findUnreached } from '../../../functions/read/releases.ts';
import { Deciding } from '../decide/deciding.ts';
import { deployTarget } from '../fakes/workflow.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
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
      'bob@example.com: Re: Release orders-1-a1',
    ]);
    expect(engine.mails[0]?.text).toMatch(/^Reminder: Release orders 1 to staging\?/);
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
    expect(engine.mails.map(({ to, subject }) => [to, subject])).toEqual([['team@example.com', `Release ${release}`]]);
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

describe('everybody whom the policy names', () => {
  const people = {
    approvers: [
      { name: 'Ada', email: 'ada@example.com' },
      { name: 'Bob', email: 'bob@example.com', principal: 'arn:aws:iam::111111111111:role/keeper' },
    ],
    team: [{ name: 'Cy', email: 'cy@example.com' }],
  };
  const told = () => engine.mails.map(({ to, subject, text, answers }) => [to, subject, text.split('\n')[0], answers]);
  const tell = (rules: object) => {
    engine.policy = policyOf({ approval: { from: ['approvers'] }, tell: rules }, { people });
  };

  it('is told of an approval, its decision and the end, in one thread of mails', async () => {
    tell({ asked: ['team'], decided: ['team', '@author'], succeeded: ['team', '@author'] });
    const release = await engine.drop('1', templateOf('A'));
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
    const deciding = new Deciding(engine);
    await deciding.press(await deciding.newest(release), 'ada@example.com', 'approve', 'Good');
    await engine.deliver(release);
    await engine.run('waitForTurn', release);
    await deployTarget(engine, release);
    await engine.run('settle', release);
    await engine.run('complete', release);
    const question = 'Release orders 1 to staging?';
    expect(told()).toEqual([
      ['ada@example.com', `Release ${release}`, question, undefined],
      ['cy@example.com', `Release ${release}`, `Ada, Bob are asked: ${question}`, undefined],
      [
        'cy@example.com',
        `Re: Release ${release}`,
        expect.stringMatching(/^It was decided: .*Ada .* approved this at .*: Good\.$/),
        '<2@email.amazonses.com>',
      ],
      ['bob@example.com', `Release ${release}`, expect.stringMatching(/^It was decided/), undefined],
      [
        'cy@example.com',
        `Re: Release ${release}`,
        `The release ${release} ended as Succeeded in staging.`,
        '<2@email.amazonses.com>',
      ],
      [
        'bob@example.com',
        `Re: Release ${release}`,
        `The release ${release} ended as Succeeded in staging.`,
        '<4@email.amazonses.com>',
      ],
    ]);
    expect(await open()).toBe(0);
  });

  it('begins the thread with the next mail where the first was lost', async () => {
    tell({ asked: ['team'], decided: ['team'] });
    engine.refusedAddress = 'cy@example.com';
    const release = await engine.drop('1', templateOf('A'));
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
    expect(await missed(release)).toMatchObject([{ to: 'cy@example.com', about: 'told', attempts: 1 }]);
    engine.refusedAddress = undefined;
    const deciding = new Deciding(engine);
    await deciding.press(await deciding.newest(release), 'ada@example.com', 'decline', 'No');
    engine.clock.pass(61);
    await engine.deliver(release);
    // That it was asked for nobody has to know any more.
    expect(told().filter(([to]) => to === 'cy@example.com')).toEqual([
      [
        'cy@example.com',
        `Release ${release}`,
        expect.stringMatching(/^It was decided: .* declined this at .*: No\.$/),
        undefined,
      ],
    ]);
    expect(await open()).toBe(0);
  });

  it('is told of a rejection: the author, if it is one of its people', async () => {
    engine.policy = policyOf({}, { people });
    const rejecting = async (version: string, author: string) => {
      const release = await engine.drop(version, templateOf('A'), { source: { author }, alarms: ['Nothing'] });
      await engine.run('validate', release).catch(() => undefined);
      await engine.run('planRollback', release, { error: 'ArtifactRejected', cause: '' });
      expect(await engine.run('complete', release)).toEqual({ status: 'Rejected' });
      return release;
    };
    await rejecting('1', 'Mallory <mallory@elsewhere.net>');
    expect(told()).toEqual([]);
    const release = await rejecting('2', 'Cy <CY+laptop@example.com>');
    expect(told()).toEqual([
      ['cy@example.com', `Release ${release}`, 'Version 2 of orders was rejected: nothing was deployed.', undefined],
    ]);
    expect(engine.mails[0]?.text).toContain('Nothing');
  });
});
