import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { problemDocument } from '../../../core/contract/api/documents.ts';
import { openSignedIn } from '../../../core/ledger/sessions.ts';
import { readEvents } from '../../../engine/ledger/read.ts';
import { signingIn } from '../../../engine/http/signing-in.ts';
import { answerCaller } from '../../../engine/http/token-caller.ts';
import { createReadApp } from '../../../functions/read/app.tsx';
import { Deciding } from '../decide/deciding.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { AUDIENCE, CLIENT, TestProvider } from './provider.ts';

const source = { source: { author: 'Carl <carl@example.com>' } };
const signedIn = { issuer: 'https://login.example.com', subject: 'sub-of-ada', named: 'ada@example.com' };

let provider: TestProvider;
beforeAll(async () => {
  provider = await TestProvider.start({
    redirectUri: 'https://api.example.com/sign-in/return',
    accounts: {},
    certificate: inject('issuerCertificate'),
  });
});
afterAll(() => provider.close());

let engine: TestEngine;
let deciding: Deciding;
beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
  deciding = new Deciding(engine);
});

async function asked() {
  const release = await engine.drop('1', templateOf('A'), source);
  for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
  return deciding.newest(release);
}

/** The cookie of somebody who signed in. */
async function signIn(): Promise<string> {
  const session = { state: 'state', person: 'ada@example.com', signedIn, at: engine.clock.now(), seconds: 3600 };
  await engine.ledger.write(openSignedIn('token-of-ada', session));
  return 'sluice-session=token-of-ada';
}

const tokenIn = (text: string): string => /name="token" value="([0-9a-f]{64})"/.exec(text)?.[1] ?? '';

describe('an approval that demands that people have signed in', () => {
  beforeEach(() => {
    const oidc = { issuer: signedIn.issuer, clientId: CLIENT };
    engine.policy = policyOf({ approval: { from: ['approvers'], identity: 'oidc' } }, { oidc });
  });

  it('is not decided by link, by IAM, or by the session of either, and says how it is', async () => {
    const approval = await asked();
    const how = `sign in to the pages, and decide on /releases/${approval.release}/approvals/${approval.approval}`;
    for (const decision of ['approve', 'decline']) {
      const answers = [
        await deciding.press(approval, 'ada@example.com', decision),
        await deciding.sign(approval, { decision, reason: 'Because' }),
      ];
      for (const cookie of [await deciding.session(), (await deciding.watch(approval, 'ada@example.com')).cookie]) {
        const token = tokenIn((await deciding.actions(approval.release, cookie)).text);
        answers.push(await deciding.decidePage(approval, cookie, { token, decision, reason: 'Because' }));
      }
      for (const { status, text } of answers) expect([status, text]).toEqual([403, expect.stringContaining(how)]);
    }
    const { text } = await deciding.open(approval, 'ada@example.com');
    expect(text).not.toContain('name="decision"');
    expect(text).toContain(`href="/sign-in?to=%2Freleases%2F${approval.release}%2Fapprovals%2F${approval.approval}"`);
    expect((await deciding.newest(approval.release)).decisions).toEqual([]);
  });

  it('is decided by who has signed in, on its page', async () => {
    const approval = await asked();
    const cookie = await signIn();
    const { text } = await deciding.decidePage(approval, cookie);
    const form = { token: tokenIn(text), decision: 'approve', reason: 'Looks good' };
    expect((await deciding.decidePage(approval, cookie, form)).status).toBe(200);
    const [decision] = (await deciding.newest(approval.release)).decisions;
    expect(decision).toMatchObject({ by: 'ada@example.com', via: 'oidc' });
    expect((await readEvents(engine.ledger, approval.release)).at(-1)).toMatchObject({ evidence: { via: 'oidc' } });
  });

  it('is as void as any other once what would change is another', async () => {
    const approval = await asked();
    const cookie = await signIn();
    const token = tokenIn((await deciding.decidePage(approval, cookie)).text);
    await deciding.act(approval.release, 'cancel');
    const answer = await deciding.decidePage(approval, cookie, { token, decision: 'approve', reason: '' });
    expect([answer.status, answer.text]).toEqual([409, expect.stringMatching(/was stopped|has ended/)]);
  });
});

it('somebody who signed in acts by the pages as that person, and signs out', async () => {
  const oidc = { issuer: signedIn.issuer, clientId: CLIENT };
  engine.policy = policyOf({ approval: { from: ['approvers'] } }, { oidc });
  const { release } = await asked();
  const cookie = await signIn();
  const { text } = await deciding.actions(release, cookie);
  expect(text).toContain('You act as <strong>ada@example.com</strong>');
  const form = { token: tokenIn(text), action: 'cancel', environment: '', reason: 'Not today' };
  expect((await deciding.actions(release, cookie, form)).status).toBe(200);
  const events = await readEvents(engine.ledger, release);
  expect(events.find(({ type }) => type === 'cancelled')).toMatchObject({
    actor: 'ada@example.com',
    evidence: { principal: 'sub-of-ada of https://login.example.com' },
  });
  const page = await deciding.signOut(cookie);
  expect(page.text).toContain('ada@example.com');
  expect((await deciding.signOut(cookie, { token: 'x' })).status).toBe(400);
  const form2 = { token: tokenIn(page.text) };
  expect((await deciding.signOut(cookie, form2, { 'sec-fetch-site': 'cross-site' })).status).toBe(400);
  expect((await deciding.signOut(cookie, form2)).status).toBe(200);
  expect((await deciding.signOut(cookie)).status).toBe(403);
  expect((await deciding.actions(release, cookie)).status).toBe(403);
});

describe('the API, by an access token', () => {
  beforeEach(() => {
    const api = { audience: AUDIENCE, scopes: { read: 'releases.read', act: 'releases.act' } };
    const oidc = { issuer: provider.issuer, clientId: CLIENT, api };
    engine.policy = policyOf({ approval: { from: ['approvers'] } }, { oidc });
    engine.clock.pass((Date.now() - Date.parse(engine.clock.now())) / 1000);
  });

  const claims = () => {
    const now = Math.floor(Date.now() / 1000);
    const named = { email: 'ada@example.com', email_verified: true, scope: 'releases.read' };
    return { iss: provider.issuer, aud: AUDIENCE, sub: 'sub-of-ada', iat: now, exp: now + 300, ...named };
  };

  async function ask(path: string, token?: string | { readonly authorization: string }, method = 'GET') {
    const signing = signingIn(engine.policy);
    const invocation = engine.clock.invocationOf('read');
    const headers = typeof token === 'string' ? { authorization: `Bearer ${token}` } : { ...token };
    const request = new Request(`https://api.example.com${path}`, { method, headers });
    const answer = await answerCaller(
      request,
      undefined,
      { signIn: async () => signing },
      invocation,
      (asking, caller) => {
        expect(new URL(asking.url).pathname).not.toMatch(/^\/oidc/);
        expect(caller).toMatchObject({ email: 'ada@example.com' });
        return createReadApp(engine, invocation, caller).fetch(asking);
      },
    );
    const challenge = answer.headers.get('www-authenticate');
    return { status: answer.status, text: await answer.text(), challenge };
  }

  it('answers as by a signature, to whom it names', async () => {
    const approval = await asked();
    const token = await provider.sign(claims(), { typ: 'at+jwt' });
    expect(await ask('/oidc/v1/releases', token)).toMatchObject({ status: 200 });
    const waiting = await ask('/oidc/v1/approvals', token);
    expect([waiting.status, waiting.text]).toEqual([200, expect.stringContaining(approval.approval)]);
    const list = await provider.sign({ ...claims(), scope: undefined, scp: ['releases.read'] });
    expect((await ask('/oidc/v1/releases', list)).status).toBe(200);
  });

  it.each([
    ['no token', {}, 401, /has no access token/],
    ['another scope', { scope: 'releases.act releases.reader' }, 403, /does not have the scope "releases\.read"/],
    ['an address that is not verified', { email_verified: false }, 403, /has not verified/],
    ['an address that is verified in words', { email_verified: 'true' }, 403, /has not verified/],
    ['somebody whom the policy does not list', { email: 'eve@example.com' }, 403, /is none of the people/],
    ['another audience', { aud: CLIENT }, 401, /"aud"/],
    ['a token of before', { iat: 1, exp: 301 }, 401, /has expired|"iat"|"exp"/],
  ])('refuses %s', async (what, change, status, sentence) => {
    const token = what === 'no token' ? undefined : await provider.sign({ ...claims(), ...change });
    const answer = await ask('/oidc/v1/releases', token);
    const { detail } = problemDocument.parse(JSON.parse(answer.text));
    expect([answer.status, detail]).toEqual([status, expect.stringMatching(sentence)]);
    // https://www.rfc-editor.org/rfc/rfc6750#section-3.1
    const error = token === undefined ? 'Bearer' : status === 401 ? 'Bearer error="invalid_token"' : null;
    const lacking = 'Bearer error="insufficient_scope", scope="releases.read"';
    expect(answer.challenge).toBe(what === 'another scope' ? lacking : error);
  });

  it.each([
    ['Basic YWRhOnNlY3JldA==', 'Bearer'],
    ['Bearer', 'Bearer error="invalid_token"'],
    ['bearer a b', 'Bearer error="invalid_token"'],
    ['Bearerless', 'Bearer'],
  ])('says how to identify to whoever sends %s', async (authorization, challenge) => {
    expect(await ask('/oidc/v1/releases', { authorization })).toMatchObject({ status: 401, challenge });
  });

  it('has no link that opens the pages, and acts by the scope of that alone', async () => {
    const token = await provider.sign(claims());
    expect((await ask('/oidc/v1/sessions', token, 'POST')).status).toBe(404);
    expect((await ask('/oidc/v1/releases/orders-1-a1/cancel', token, 'POST')).status).toBe(403);
    engine.policy = policyOf({}, { oidc: { issuer: provider.issuer, clientId: CLIENT } });
    expect((await ask('/oidc/v1/releases', token)).status).toBe(401);
    engine.policy = policyOf();
    expect((await ask('/oidc/v1/releases', token)).status).toBe(404);
  });
});
