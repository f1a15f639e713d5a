import { beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../../../engine/ledger/read.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { Deciding } from './deciding.ts';

const ada = 'ada@example.com';

let engine: TestEngine;
let deciding: Deciding;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
  engine.policy = policyOf({ approval: { from: ['approvers'] } });
  deciding = new Deciding(engine);
});

async function asked() {
  const source = { source: { author: 'Carl <carl@example.com>' } };
  const release = await engine.drop('1', templateOf('A'), source);
  for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
  return deciding.newest(release);
}

const tokenIn = (text: string): string => /name="token" value="([0-9a-f]{64})"/.exec(text)?.[1] ?? '';
const last = async (release: string) => (await readEvents(engine.ledger, release)).at(-1);

describe('the page of an approval, for whoever has a session', () => {
  it('shows what would change, and takes the decision of a person who is asked', async () => {
    const approval = await asked();
    const cookie = await deciding.session();
    const page = await deciding.decidePage(approval, cookie);
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/You decide as <strong>bob@example\.com<\/strong>.*value="approve".*value="decline"/s);
    // To look changes nothing.
    expect((await last(approval.release))?.type).toBe('approvalRequested');
    const form = { token: tokenIn(page.text), decision: 'approve', reason: 'Looks good' };
    const done = await deciding.decidePage(approval, cookie, form, { 'sec-fetch-site': 'same-origin' });
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('Thank you: approved.')]);
    const [decision] = (await deciding.newest(approval.release)).decisions;
    expect(decision).toMatchObject({ by: 'bob@example.com', decision: 'approve', via: 'iam', reason: 'Looks good' });
    const again = await deciding.decidePage(approval, cookie);
    expect(again.text).toMatch(/Nothing is left to decide.*Bob.*approved this/s);
  });

  it('takes it of an approver by the session of their link', async () => {
    const approval = await asked();
    const { cookie } = await deciding.watch(approval, ada);
    const { text } = await deciding.decidePage(approval, cookie);
    const form = { token: tokenIn(text), decision: 'decline', reason: 'Not today' };
    expect((await deciding.decidePage(approval, cookie, form)).status).toBe(200);
    expect((await deciding.newest(approval.release)).decisions).toMatchObject([{ by: ada, via: 'link' }]);
  });

  it('shows it to others who read the ledger, without buttons, and takes nothing of them', async () => {
    const approval = await asked();
    const cookie = await deciding.session('arn:aws:sts::111111111111:assumed-role/reader/eve');
    const page = await deciding.decidePage(approval, cookie);
    expect(page.text).toMatch(/You are not one of the people who are asked: Ada/);
    expect(page.text).not.toContain('name="decision"');
    const token = tokenIn((await deciding.actions(approval.release, cookie)).text);
    for (const given of [token, tokenIn((await deciding.decidePage(approval, await deciding.session())).text)]) {
      const { status } = await deciding.decidePage(approval, cookie, { token: given, decision: 'approve', reason: '' });
      expect([400, 403]).toContain(status);
    }
    expect((await deciding.newest(approval.release)).decisions).toEqual([]);
  });

  it.each([
    ['from a page elsewhere', { 'sec-fetch-site': 'cross-site' }, {}],
    ['that declines without a reason', {}, { decision: 'decline', reason: ' ' }],
    ['without its token', {}, { token: '' }],
  ])('takes no form %s', async (_, headers, more) => {
    const approval = await asked();
    const cookie = await deciding.session();
    const token = tokenIn((await deciding.decidePage(approval, cookie)).text);
    const form = { token, decision: 'approve', reason: 'Yes', ...more };
    expect((await deciding.decidePage(approval, cookie, form, headers)).status).toBe(400);
    expect((await last(approval.release))?.type).toBe('approvalRequested');
  });

  it('opens nothing without a session, or by one of another release', async () => {
    const approval = await asked();
    expect((await deciding.decidePage(approval, '')).status).toBe(403);
    const other = await engine.drop('2', templateOf('B'));
    const { cookie } = await deciding.watch(approval, ada);
    expect((await deciding.decidePage({ ...approval, release: other }, cookie)).status).toBe(403);
    expect((await deciding.decidePage({ ...approval, approval: '0' }, cookie)).status).toBe(400);
  });
});
