import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decisionDocument } from '../../../core/contract/api/actions.ts';
import { approvalDocument, approvalList } from '../../../core/contract/api/approvals.ts';
import { EngineUnavailable } from '../../../core/contract/errors.ts';
import { headItem } from '../../../core/ledger/items.ts';
import { headIndexKeys, headKey } from '../../../core/ledger/keys.ts';
import { readEvents, readHead, readItem } from '../../../engine/ledger/read.ts';
import { LateLedger } from '../fakes/late-ledger.ts';
import { anyRole, policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { Deciding } from './deciding.ts';

const ada = 'ada@example.com';
const bob = 'bob@example.com';

let ledger: LateLedger;
let engine: TestEngine;
let deciding: Deciding;
beforeEach(() => {
  ledger = new LateLedger(new MemoryLedger());
  engine = new TestEngine(ledger);
  engine.policy = policyOf({ approval: { from: ['approvers'] } });
  deciding = new Deciding(engine);
});

/** Carl's release, which waits for an approval. */
async function asked(author = 'Carl <carl@example.com>'): Promise<string> {
  const release = await engine.drop('1', templateOf('A'), { source: { author } });
  for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
  return release;
}

/** Carl's release, whose new version was checked by too little. */
async function inconclusive(): Promise<string> {
  engine.policy = policyOf();
  const release = await engine.drop('1', templateOf('A'), { source: { author: 'Carl <carl@example.com>' } });
  for (const task of ['validate', 'waitForTurn', 'apply']) await engine.run(task, release);
  await engine.finishStack();
  await engine.run('askToContinue', release, { checkpoint: 'newVersion' });
  return release;
}

/** What the ledger keeps of decisions. */
async function kept(release: string): Promise<string[]> {
  const told = ['approved', 'declined', 'approvalGiven', 'continued', 'checkFailed'];
  const events = await readEvents(ledger, release);
  return events.filter(({ type }) => told.includes(type)).map(({ type, actor }) => `${type} by ${actor}`);
}

const answers = (): unknown[] => [...engine.answers.given.values()];

describe('two people who decide at once', () => {
  it('are not both thanked: the later reads what was decided, by whom and why', async () => {
    const release = await asked();
    const approval = await deciding.newest(release);
    ledger.beforeNextWrite(() => deciding.press(approval, ada, 'decline', 'Not today'));
    const late = await deciding.press(approval, bob, 'approve');
    expect(await kept(release)).toEqual([`declined by ${ada}`]);
    expect(late.text).not.toContain('Thank you');
    expect(late.status).toBe(409);
    expect(late.text).toContain('Ada (ada@example.com) declined this at 2026-11-20 10:00:00 UTC: Not today.');
    expect(answers()).toMatchObject([{ error: 'ApprovalDeclined' }]);
  });

  it('by the API neither', async () => {
    const release = await asked();
    const approval = await deciding.newest(release);
    ledger.beforeNextWrite(() => deciding.press(approval, ada, 'approve'));
    const late = await deciding.sign(approval, { decision: 'decline', reason: 'Not today' });
    expect(await kept(release)).toEqual([`approved by ${ada}`]);
    expect(late.status).toBe(409);
    expect(JSON.parse(late.text)).toMatchObject({ error: 'ApprovalClosed', code: 'SLUICE-206' });
    expect(late.text).toContain('Ada (ada@example.com) approved this at');
    expect(late.text).toContain('yours was not kept');
  });

  it('nor where they decide whether to continue', async () => {
    const release = await inconclusive();
    const approval = await deciding.newest(release);
    ledger.beforeNextWrite(() => deciding.press(approval, ada, 'decline'));
    const late = await deciding.sign(approval, { decision: 'approve' });
    expect(await kept(release)).toEqual([`checkFailed by ${ada}`]);
    expect(late.status).toBe(409);
    expect(late.text).toContain('Ada (ada@example.com) declined this at');
  });

  it('both count where two are needed', async () => {
    engine.policy = policyOf({ approval: { from: ['approvers'], required: 2 } });
    const release = await asked();
    const approval = await deciding.newest(release);
    ledger.beforeNextWrite(() => deciding.press(approval, ada, 'approve'));
    expect((await deciding.press(approval, bob, 'approve')).text).toContain('Thank you: approved.');
    expect(await kept(release)).toEqual([`approvalGiven by ${ada}`, `approved by ${bob}`]);
  });

  it('both count where one of a group has to be among them, who decides the same way', async () => {
    const sam = 'sam@example.com';
    const people = { ...policyOf().people, security: [{ name: 'Sam', email: sam }] };
    engine.policy = policyOf({ approval: { from: ['approvers'], including: ['security'] } }, { people });
    const release = await asked();
    expect(engine.mails.map(({ to }) => to)).toEqual([ada, bob, sam]);
    const approval = await deciding.newest(release);
    const first = await deciding.press(approval, ada, 'approve');
    expect(first.text).toContain('Thank you.');
    expect(first.text).toContain('1 of 1 needed have approved; one of security has to be among them.');
    const found = await deciding.read(`/v1/releases/${release}/approvals/${approval.approval}`);
    const { told, including } = approvalDocument.parse(found.body);
    expect(told).toMatch(/one of security has to be among them\. Ada/);
    expect(including).toEqual([{ group: 'security', people: [sam], given: false }]);
    ledger.beforeNextWrite(() => deciding.press(approval, sam, 'approve'));
    const late = await deciding.sign(approval, { decision: 'approve' });
    expect(await kept(release)).toEqual([`approvalGiven by ${ada}`, `approved by ${sam}`]);
    expect(late).toMatchObject({ status: 409 });
    expect(late.text).toContain('Sam (sam@example.com) approved this at');
    expect(answers()).toEqual([{ output: { approval: approval.approval } }]);
    expect((await deciding.open(await deciding.newest(release), sam)).text).toContain('Nothing is left to decide.');
  });

  it('and say by the API what is missing', async () => {
    const people = { ...policyOf().people, security: [{ name: 'Sam', email: 'sam@example.com' }] };
    engine.policy = policyOf({ approval: { from: ['approvers'], including: ['security'] } }, { people });
    const release = await asked();
    const signed = await deciding.sign(await deciding.newest(release), { decision: 'approve' });
    const { outcome, follows } = decisionDocument.parse(JSON.parse(signed.text));
    expect(outcome).toBe('pending');
    expect(follows).toContain('1 of 1 needed have approved; one of security has to be among them.');
    expect((await readEvents(ledger, release)).at(-1)).toMatchObject({
      type: 'approvalGiven',
      evidence: { given: 1, required: 1, missing: ['security'] },
    });
  });

  it('and whoever comes after that reads the same', async () => {
    const approval = await deciding.newest(await asked());
    await deciding.press(approval, ada, 'approve', 'Fine');
    const later = await deciding.press(approval, bob, 'approve');
    expect(later).toMatchObject({ status: 409 });
    expect(later.text).toContain('Ada (ada@example.com) approved this at 2026-11-20 10:00:00 UTC: Fine.');
  });
});

describe('who decides the same again', () => {
  it('because the answer was lost, reads what they decided, which counts once', async () => {
    const release = await asked();
    const approval = await deciding.newest(release);
    vi.spyOn(engine.answers, 'succeed').mockRejectedValueOnce(new EngineUnavailable('Step Functions did not answer.'));
    expect(await deciding.press(approval, bob, 'approve', 'Fine')).toMatchObject({ status: 503 });
    const again = await deciding.press(approval, bob, 'approve');
    expect(again).toMatchObject({ status: 200 });
    expect(again.text).toContain('You approved this at 2026-11-20 10:00:00 UTC: Fine.');
    expect(answers()).toEqual([{ output: { approval: approval.approval } }]);
    const signed = await deciding.sign(approval, { decision: 'approve' });
    expect(signed.status).toBe(200);
    const { decisions } = await deciding.newest(release);
    expect(decisions).toHaveLength(1);
    expect(JSON.parse(signed.text)).toMatchObject({ outcome: 'approved', decidedAt: decisions[0]?.at });
    expect(await kept(release)).toEqual([`approved by ${bob}`]);
  });

  it('reads what they decided where the other button is pressed then', async () => {
    const approval = await deciding.newest(await asked());
    await deciding.press(approval, bob, 'decline');
    const other = await deciding.press(approval, bob, 'approve');
    expect(other).toMatchObject({ status: 409 });
    expect(other.text).toContain('Bob (bob@example.com) declined this at');
  });

  it('while more are needed, too', async () => {
    engine.policy = policyOf({ approval: { from: ['approvers'], required: 2 } });
    const release = await asked();
    const approval = await deciding.newest(release);
    await deciding.press(approval, bob, 'approve');
    expect((await deciding.press(approval, bob, 'approve')).text).toMatch(
      /You approved this.*1 of 2 needed have approved/,
    );
    const other = await deciding.press(approval, bob, 'decline');
    expect(other).toMatchObject({ status: 403 });
    expect(other.text).toContain('A decision is taken once.');
    expect((await deciding.open(await deciding.newest(release), bob)).text).toMatch(/You approved this at.*1 of 2/);
    expect(await kept(release)).toEqual([`approvalGiven by ${bob}`]);
  });
});

describe('a task that is invoked again while somebody decides', () => {
  it.each([
    ['for an approval', 'askForApproval', asked, {}],
    ['whether to continue', 'askToContinue', inconclusive, { checkpoint: 'newVersion' }],
  ])('waits no longer than for the decision: %s', async (_, task, prepare, more) => {
    const release = await prepare();
    const approval = await deciding.newest(release);
    ledger.beforeNextWrite(() => deciding.press(approval, bob, 'approve'));
    expect(await engine.run(task, release, more)).toEqual({ output: { approval: approval.approval } });
  });

  it('is told of a no, and asks nobody again', async () => {
    const release = await inconclusive();
    const approval = await deciding.newest(release);
    ledger.beforeNextWrite(() => deciding.press(approval, bob, 'decline'));
    await expect(engine.run('askToContinue', release, { checkpoint: 'newVersion' })).rejects.toThrow('was declined');
    expect(await deciding.approvals(release)).toHaveLength(1);
  });

  it('keeps the decision of somebody who had read the wait before', async () => {
    const release = await asked();
    const approval = await deciding.newest(release);
    // The wait has another token by the time the decision is written.
    ledger.afterNextReadOf('wait#', () => engine.run('askForApproval', release));
    expect((await deciding.press(approval, bob, 'approve')).text).toContain('Thank you: approved.');
    expect([...engine.answers.given.keys()]).toEqual([expect.stringMatching(/^token-/)]);
  });
});

describe('what another call wrote first counts', () => {
  it('as the plan that a release follows', async () => {
    const release = await engine.drop('1', templateOf('A'));
    const other = policyOf({ bake: 'PT5M' });
    ledger.beforeNextWrite(() => {
      engine.policy = other;
      return engine.run('validate', release);
    });
    const plan = await engine.run('validate', release);
    expect(plan).toMatchObject({ environments: [{ approval: false, periods: [{ period: 'bake', seconds: 300 }] }] });
    expect(await engine.run('validate', release)).toEqual(plan);
  });
});

describe('a decision by IAM', () => {
  const summaries = async (release: string) =>
    approvalList.parse((await deciding.read(`/v1/releases/${release}/approvals`)).body).approvals;

  it('is looked at first: what it is for, what would change, who may decide, what was decided', async () => {
    const release = await asked('Ada <ada@example.com>');
    const [listed] = await summaries(release);
    const approval = await deciding.newest(release);
    expect(listed).toMatchObject({ approval: approval.approval, kind: 'release', standing: 'open' });
    const path = `/v1/releases/${release}/approvals/${approval.approval}`;
    const found = approvalDocument.parse((await deciding.read(path)).body);
    expect(found).toMatchObject({ environment: 'staging', author: 'Ada <ada@example.com>', digest: approval.digest });
    expect(found.people.map(({ name, mayNotApprove }) => [name, mayNotApprove])).toEqual([
      ['Ada', 'Ada is the author, and the policy requires another approver.'],
      ['Bob', undefined],
    ]);
    expect(found.targets).toMatchObject([{ account: '222222222222', region: 'us-east-1', change: { warnings: [] } }]);
    await deciding.sign(approval, { decision: 'approve', reason: ' Fine ' });
    const after = approvalDocument.parse((await deciding.read(path)).body);
    expect(after).toMatchObject({ standing: 'approved', decisions: [{ by: bob, reason: 'Fine', via: 'iam' }] });
    expect(after.told).toMatch(/^Bob \(bob@example.com\) approved this at .*: Fine\.$/);
  });

  it('is for the approval that it names, and refused once that is void', async () => {
    const release = await asked();
    const first = await deciding.newest(release);
    await deciding.sign(first, { decision: 'approve' });
    await engine.run('waitForTurn', release);
    await promoteByHand();
    await expect(engine.run('apply', release)).rejects.toThrow('not what was approved');
    for (const task of ['lookAhead', 'askForApproval']) await engine.run(task, release);
    expect((await summaries(release)).map(({ standing }) => standing)).toEqual(['open', 'void']);
    for (const decision of ['approve', 'decline']) {
      const refused = await deciding.sign(first, { decision, reason: 'As asked' });
      expect(refused.status).toBe(409);
      expect(JSON.parse(refused.text)).toMatchObject({ code: 'SLUICE-203' });
      expect(refused.text).toContain('look at the new request');
    }
    const { body } = await deciding.read(`/v1/releases/${release}/approvals/${first.approval}`);
    expect(approvalDocument.parse(body).targets).toEqual([]);
    expect(await kept(release)).toEqual([`approved by ${bob}`]);
    expect(await deciding.sign(await deciding.newest(release), { decision: 'approve' })).toMatchObject({ status: 200 });
  });

  it('continues a release, too', async () => {
    const release = await inconclusive();
    const approval = await deciding.newest(release);
    expect(await summaries(release)).toMatchObject([{ kind: 'continue', target: '222222222222/us-east-1' }]);
    const { body } = await deciding.read(`/v1/releases/${release}/approvals/${approval.approval}`);
    expect(approvalDocument.parse(body).inconclusiveReason).toBe('The checks were inconclusive.');
    expect(await deciding.sign(approval, { decision: 'approve' })).toMatchObject({ status: 200 });
    expect(await kept(release)).toEqual([`continued by ${bob}`]);
  });

  it('is refused where there is no such approval, and to others', async () => {
    const release = await asked();
    const { approval } = await deciding.newest(release);
    const yes = { decision: 'approve' };
    const nobody = 'arn:aws:iam::111111111111:user/eve';
    for (const [place, body, caller, status, sentence] of [
      [{ release, approval: '0'.repeat(32) }, yes, undefined, 404, 'no such approval'],
      [{ release: 'orders-9.9.9-a1', approval }, yes, undefined, 404, 'no such approval'],
      [{ release, approval: 'staging' }, yes, undefined, 400, `GET /v1/releases/${release}/approvals lists`],
      [{ release: 'Orders', approval }, yes, undefined, 400, 'is not a release id'],
      [{ release, approval }, { decision: 'approve', reason: ' ' }, undefined, 400, 'reason'],
      [{ release, approval }, { decision: 'approve', reason: 'x'.repeat(501) }, undefined, 400, 'reason'],
      [{ release, approval }, yes, nobody, 403, 'not one of the principals'],
    ] as const) {
      const answer = await deciding.sign(place, body, caller);
      expect(answer.status).toBe(status);
      expect(answer.text).toContain(sentence);
    }
    expect((await deciding.read(`/v1/releases/${release}/approvals/${'0'.repeat(32)}`)).status).toBe(404);
    expect((await deciding.read('/v1/releases/orders-9.9.9-a1/approvals')).status).toBe(404);
    expect(await kept(release)).toEqual([]);
  });
});

describe('after a decision', () => {
  it('a person reads what happens next, by the page and by the API', async () => {
    const release = await asked();
    engine.policy = policyOf({ approval: { from: ['approvers'], required: 2 } });
    const approval = await deciding.newest(release);
    const { text } = await deciding.press(approval, ada, 'approve');
    expect(text).toContain(`<p>Thank you: approved.</p><p>${release} takes its turn in staging and deploys now.</p>`);
    const answer = await deciding.sign(approval, { decision: 'approve' });
    expect(answer.status).toBe(409);
    const second = await engine.drop('2', templateOf('B'), { source: { author: 'Carl <carl@example.com>' } });
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, second);
    const given = await deciding.sign(await deciding.newest(second), { decision: 'approve' });
    const { outcome, follows } = decisionDocument.parse(JSON.parse(given.text));
    expect([outcome, follows]).toEqual([
      'pending',
      expect.stringMatching(/^1 of 2 needed have approved\. Nothing changes/),
    ]);
    const third = await deciding.press(await deciding.newest(second), ada, 'decline', 'No');
    expect(third.text).toContain(`<p>${second} ends, and changes nothing in staging.`);
  });

  it('by a link that does not open, whole pages offer no way to sign out of what nobody signed in to', async () => {
    const refused = await deciding.visit('/approvals/nope', {});
    expect(refused.status).toBe(403);
    expect(await refused.text()).not.toContain('Sign out');
    const within = await deciding.visit('/releases/nope/actions', { headers: { cookie: await deciding.session() } });
    expect(within.status).toBeGreaterThanOrEqual(400);
    expect(await within.text()).toContain('Sign out');
  });

  it('by the link, a session reads that one release, and no other page', async () => {
    const release = await asked();
    const approval = await deciding.newest(release);
    expect((await deciding.open(approval, ada)).text).toMatch(/<form method="post" action="[^"]*\/watch\?[^"]*">/);
    const { cookie, location } = await deciding.watch(approval, ada);
    expect(location).toBe(`/releases/${release}`);
    expect(cookie).toMatch(
      new RegExp(`^sluice-watch=\\S+; Max-Age=28800; Path=/releases/${release}; HttpOnly; Secure; SameSite=Strict$`),
    );
    expect((await deciding.look(location, cookie)).text).toContain('Approval requested');
    expect((await deciding.look(`${location}/evidence/${'0'.repeat(64)}`, cookie)).status).toBe(404);
    const other = await engine.drop('2', templateOf('B'));
    for (const path of [`/releases/${other}`, `/releases/${release}x`, '/', '/environments/orders/staging']) {
      const { status, text } = await deciding.look(path, cookie);
      expect([path, status]).toEqual([path, 403]);
      expect(text).toContain(`This session reads ${release}`);
    }
    // It opens nothing as a session of the ledger, and ends after eight hours.
    expect((await deciding.look('/', cookie.replace('sluice-watch', 'sluice-session'))).status).toBe(401);
    engine.clock.pass(8 * 3600 + 1);
    expect((await deciding.look(location, cookie)).status).toBe(401);
  });

  it('a form from a page elsewhere, or one that says two things, decides nothing', async () => {
    const approval = await deciding.newest(await asked());
    for (const site of ['cross-site', 'same-site', 'none']) {
      const sent = await deciding.send(approval, ada, [['decision', 'approve']], { 'sec-fetch-site': site });
      expect([sent.status, sent.text]).toEqual([400, expect.stringContaining('not of Sluice')]);
    }
    const both = [
      ['decision', 'decline'],
      ['decision', 'approve'],
    ] as const;
    for (const fields of [both, [...both].reverse()]) {
      const sent = await deciding.send(approval, ada, [...fields, ['reason', 'No']]);
      expect([sent.status, sent.text]).toEqual([400, expect.stringContaining('twice')]);
    }
    expect(await deciding.newest(approval.release)).toMatchObject({ state: 'open', decisions: [] });
    const own = await deciding.send(approval, ada, [['decision', 'approve']], { 'sec-fetch-site': 'same-origin' });
    expect(own.status).toBe(200);
  });

  it('a link that was altered, or of somebody who is not asked, opens no session', async () => {
    const approval = await deciding.newest(await asked());
    expect((await deciding.watch(approval, 'mallory@example.com')).cookie).toBe('');
    expect((await deciding.watch({ ...approval, change: '0'.repeat(64) }, ada)).cookie).toBe('');
  });
});

describe('the page of an approval', () => {
  const buttons = /name="decision"/;

  it('says where the policy wants no permissions boundary, as do mail and API', async () => {
    const execution = { '222222222222/us-east-1': { boundary: 'none' } };
    engine.policy = policyOf({ approval: { from: ['approvers'] } }, { execution });
    const template = { Resources: { Role: anyRole, Other: anyRole } };
    const release = await engine.drop('1', template, { checks: {}, source: { author: 'Carl <carl@example.com>' } });
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
    const approval = await deciding.newest(release);
    const { body } = await deciding.read(`/v1/releases/${release}/approvals/${approval.approval}`);
    const sentence =
      '2 roles have no permissions boundary: the policy of this target wants none, and the template decides what they may do.';
    expect(approvalDocument.parse(body).targets[0]?.change.boundary).toBe(sentence);
    expect((await deciding.open(approval, bob)).text).toContain(sentence);
    expect(engine.mails[0]?.text).toContain(sentence);
    expect(await deciding.press(approval, bob, 'approve')).toMatchObject({ status: 200 });
    expect(await engine.run('waitForTurn', release)).toEqual({ output: { fence: 1 } });
    expect(await engine.run('apply', release)).toBeUndefined();
    const { template: applied } = [...engine.target.changeSets.values()].at(-1) ?? {};
    expect(JSON.stringify(applied)).not.toContain('PermissionsBoundary');
  });

  it('offers buttons while something is to be decided', async () => {
    const approval = await deciding.newest(await asked());
    const page = await deciding.open(approval, bob);
    // In reach, however long the list is; and a no is asked why.
    expect(page.text).toMatch(/value="approve".*name="reason"[^>]* required="".*value="decline".*What would change/s);
    expect(page.text).toContain('maxlength="500"');
    expect((await deciding.press(approval, bob, 'approve', 'x'.repeat(501))).text).toContain('500 characters at most');
  });

  it('keeps the lines of a reason, and tells them as such on pages and as one line elsewhere', async () => {
    const release = await asked();
    const approval = await deciding.newest(release);
    // As a browser sends what is written in a textarea; 500 characters are 500 as people count them.
    const lines = [
      ' Load test failed: ',
      '',
      '',
      '',
      '- <b>p95</b> 900 ms\t',
      '*see* https://example.com/1',
      'x'.repeat(433),
    ];
    const kept = ['Load test failed:', '', '- <b>p95</b> 900 ms', '*see* https://example.com/1', 'x'.repeat(433)].join(
      '\n',
    );
    expect(kept.length).toBe(500);
    expect((await deciding.press(approval, ada, 'decline', 'a\r\n\u202eb')).status).toBe(400);
    expect((await deciding.press(approval, ada, 'decline', lines.join('\r\n'))).status).toBe(200);
    const [told] = (await readEvents(engine.ledger, release)).filter(({ type }) => type === 'declined');
    expect(told?.reason).toBe(kept);
    const page = await deciding.look(`/releases/${release}`, await deciding.session());
    expect(page.text).toContain('<p class="said">Load test failed:\n\n- &lt;b&gt;p95&lt;/b&gt; 900 ms\n*see* https://');
    const standing = await deciding.open(approval, bob);
    expect(standing.text).toContain('Load test failed: - &lt;b&gt;p95&lt;/b&gt; 900 ms *see* https://example.com/1');
    expect(JSON.stringify(engine.mails)).not.toContain('u{a}');
  });

  it.each(['', '  \t\n '])('does not decline for the reason %j', async (reason) => {
    const approval = await deciding.newest(await asked());
    const answer = await deciding.press(approval, bob, 'decline', reason);
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.text).toContain('Say why you decline');
    expect((await deciding.open(approval, bob)).text).toMatch(buttons);
    expect(await deciding.press(approval, bob, 'approve', reason)).toMatchObject({ status: 200 });
  });

  it('offers none when it is decided, and says by whom', async () => {
    const approval = await deciding.newest(await asked());
    await deciding.press(approval, ada, 'decline', 'Not today');
    const page = await deciding.open(approval, bob);
    expect(page).toMatchObject({ status: 200 });
    expect(page.text).not.toMatch(buttons);
    expect(page.text).toMatch(/Nothing is left to decide.*Ada \(ada@example.com\) declined this at .*: Not today/);
  });

  it.each([
    ['that has ended', { status: 'Cancelled' }, 'has ended Cancelled: nothing waits for this decision any more', 409],
    ['that was stopped', { cancelled: 5 }, 'was stopped: nothing waits for this decision any more', 409],
  ] as const)('offers none of a release %s, nor a raw error', async (_, head, sentence, status) => {
    const release = await asked();
    const approval = await deciding.newest(release);
    await become(release, head);
    const page = await deciding.open(approval, bob);
    expect(page.text).not.toMatch(buttons);
    expect(page.text).toContain(sentence);
    const pressed = await deciding.press(approval, bob, 'approve');
    expect(pressed.status).toBe(status);
    expect(pressed.text).toContain(sentence);
    expect(await kept(release)).toEqual([]);
  });

  it('offers none of a release that a newer one superseded', async () => {
    const holder = await engine.drop('0', templateOf('A'), { source: { author: 'Carl <carl@example.com>' } });
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, holder);
    await deciding.press(await deciding.newest(holder), bob, 'approve');
    await engine.run('waitForTurn', holder);
    const release = await asked();
    const approval = await deciding.newest(release);
    await deciding.press(approval, bob, 'approve');
    await engine.run('waitForTurn', release);
    const newer = await engine.drop('2', templateOf('B'), { source: { author: 'Carl <carl@example.com>' } });
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, newer);
    await deciding.press(await deciding.newest(newer), bob, 'approve');
    await engine.run('waitForTurn', newer);
    const page = await deciding.open(approval, ada);
    expect(page.text).not.toMatch(buttons);
    expect(page.text).toContain(`A newer release superseded ${release}.`);
    const pressed = await deciding.press(approval, ada, 'approve');
    expect(pressed).toMatchObject({ status: 409 });
    expect(pressed.text).toContain(`A newer release superseded ${release}.`);
  });

  it('offers none to the author, and only a no to whom the text does not tell from the author', async () => {
    const ofAda = await deciding.newest(await asked('Carl <carl@example.com>, Ada ada@example.com'));
    const page = await deciding.open(ofAda, ada);
    expect(page.text).not.toMatch(buttons);
    expect(page.text).toContain('Ada is the author');
    expect((await deciding.open(ofAda, bob)).text).toMatch(buttons);
    expect(engine.mails.map(({ to }) => to)).toEqual([bob]);
  });

  it('says where the author cannot be told from somebody, and does not count their approval', async () => {
    const release = await asked('Bob');
    const approval = await deciding.newest(release);
    const page = await deciding.open(approval, bob);
    expect(page.text).toContain('by which Bob cannot be told from the author');
    expect(page.text).not.toContain('value="approve"');
    expect(page.text).toContain('value="decline"');
    expect(await deciding.press(approval, bob, 'approve')).toMatchObject({ status: 403 });
    expect(await kept(release)).toEqual([]);
    const event = (await readEvents(ledger, release)).find(({ type }) => type === 'approvalRequested');
    expect(event?.evidence).toMatchObject({ warnings: ['author-unclear: Bob'] });
    expect(await deciding.press(approval, bob, 'decline')).toMatchObject({ status: 200 });
  });
});

/** Somebody changed the stack behind the engine's back. */
async function promoteByHand(): Promise<void> {
  const order = { stack: 's', name: 'by-hand', create: true, template: { body: JSON.stringify(templateOf('Z')) }, parameters: {}, keptParameters: [], roleArn: '', description: '', tags: {} }; // prettier-ignore
  await engine.target.stacks.prepareChangeSet(order);
  await engine.target.stacks.execute('s', 'by-hand', 'z');
  engine.target.finishStack();
}

/** What the head of a release says besides, as after a transition that is not played. */
async function become(release: string, changes: object): Promise<void> {
  const head = await readHead(ledger, release);
  const index = headIndexKeys({ ...head, ended: false });
  await ledger.write([{ write: 'put', item: { ...headKey(release), ...index, ...head, ...changes } }]);
  expect(await readItem(ledger, headKey(release), headItem)).toMatchObject(changes);
}
