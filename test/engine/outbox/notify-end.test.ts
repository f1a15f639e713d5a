import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openNotices } from '../../../core/ledger/keys.ts';
import { notifyEnd } from '../../../engine/outbox/notify-end.ts';
import { templateOf, TestEngine } from '../../functions/fakes/test-engine.ts';
import { startTestLedgers, type TestLedgers } from '../../functions/fakes/test-ledgers.ts';

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

async function open(): Promise<number> {
  return (await engine.ledger.queryIndex('open', openNotices)).items.length;
}

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
    expect(await open()).toBe(0);
  });

  it('does not fail the release when nobody can be paged; the page follows later, and the mail is not sent again', async () => {
    engine.pagerBroken = true;
    const release = await stuck();
    expect(await engine.run('complete', release)).toEqual({ status: 'Failed' });
    expect([engine.pages.length, engine.mails.length, await open()]).toEqual([0, 1, 1]);
    engine.pagerBroken = false;
    expect(await notifyEnd(engine.telling('wake'), release)).toBe(false); // too soon
    engine.clock.pass(61);
    expect(await notifyEnd(engine.telling('wake'), release)).toBe(true);
    expect(await notifyEnd(engine.telling('wake'), release)).toBe(true);
    expect([engine.pages.length, engine.mails.length, await open()]).toEqual([1, 1, 0]);
  });
});
