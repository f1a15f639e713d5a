import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { Deciding } from './deciding.ts';

// A page elsewhere that knows a link could make a browser press its button: the session would be another's than the person thinks.
// https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header

const sites = ['cross-site', 'same-site', 'none'];
const refused = { status: 400, cookie: '', location: '' };
const ada = 'ada@example.com';

let engine: TestEngine;
let deciding: Deciding;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
  engine.policy = policyOf({ approval: { from: ['approvers'] } });
  deciding = new Deciding(engine);
});

describe.each(sites)('a form from elsewhere (%s)', (site) => {
  const elsewhere = { 'sec-fetch-site': site };

  it('opens no one-time link, which is good still', async () => {
    const url = await deciding.mintLink();
    expect(await deciding.openLink(url, elsewhere)).toEqual(refused);
    const own = await deciding.openLink(url, { 'sec-fetch-site': 'same-origin' });
    expect([own.status, own.cookie]).toEqual([303, expect.stringContaining('sluice-session=')]);
  });

  it('opens no release by the link of an approval', async () => {
    const release = await engine.drop('1', templateOf('A'), { source: { author: 'Carl <carl@example.com>' } });
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
    const approval = await deciding.newest(release);
    expect(await deciding.watch(approval, ada, elsewhere)).toEqual(refused);
    const own = await deciding.watch(approval, ada, { 'sec-fetch-site': 'same-origin' });
    expect([own.status, own.cookie]).toEqual([303, expect.stringContaining('sluice-watch=')]);
  });
});
