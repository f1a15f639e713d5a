import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { sessionItem } from '../../../core/ledger/items.ts';
import { sessionKey } from '../../../core/ledger/keys.ts';
import { openIssuer } from '../../../adapters/oidc/issuer.ts';
import { signingIn } from '../../../engine/http/signing-in.ts';
import { readItem } from '../../../engine/ledger/read.ts';
import { createReadApp } from '../../../functions/read/app.tsx';
import { createSignInApp } from '../../../functions/sign-in/app.tsx';
import { beginSignIn, completeSignIn } from '../../../functions/sign-in/sign-in.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { policyOf, TestEngine } from '../fakes/test-engine.ts';
import { type Account, CLIENT, TestBrowser, TestProvider } from './provider.ts';

const apiUrl = 'https://api.example.com';
const accounts: Record<string, Account> = {
  ada: { email: 'Ada@example.com', verified: true, oid: 'oid-of-ada' },
  unverified: { email: 'ada@example.com', verified: false },
  stranger: { email: 'eve@example.com', verified: true },
  nameless: {},
};

let engine: TestEngine;
let provider: TestProvider;
let oidc: object;
const started = new Map<string, TestProvider>();

/** A provider, and a policy that names it. */
async function begin(registered: { readonly secret?: string; readonly thick?: boolean } = {}, more: object = {}) {
  const key = JSON.stringify(registered);
  provider =
    started.get(key) ??
    (await TestProvider.start({
      redirectUri: `${apiUrl}/sign-in/return`,
      accounts,
      certificate: inject('issuerCertificate'),
      ...registered,
    }));
  started.set(key, provider);
  oidc = { issuer: provider.issuer, clientId: CLIENT, ...more };
  engine.policy = policyOf({}, { oidc });
}

beforeEach(() => {
  engine = new TestEngine(new MemoryLedger());
  engine.clock.pass((Date.now() - Date.parse(engine.clock.now())) / 1000);
});
afterAll(async () => {
  for (const one of started.values()) await one.close();
});

/** The engine's pages, as one browser sees them. */
class Visitor {
  readonly browser = new TestBrowser();
  cookies = new Map<string, string>();

  /** @param secret of the client */
  constructor(private readonly secret?: string) {}

  app() {
    const { oidc: settings, people } = engine.policy;
    if (settings === undefined) throw new Error('no provider');
    const { secret } = this;
    const issuer = openIssuer(settings, secret === undefined ? undefined : { read: async () => secret });
    const services = { ledger: engine.ledgerOf('sign-in'), issuer, policy: { people, oidc: settings }, apiUrl };
    return createSignInApp(services, engine.clock.invocationOf('sign-in'));
  }

  async ask(path: string, request: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.app().request(path, { ...request, headers: { cookie, ...request.headers } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** Goes to the issuer and comes back: the path of the answer. */
  async answer(account: string, to = ''): Promise<string> {
    const { headers } = await this.ask(`/sign-in${to}`);
    const back = new URL(await this.browser.signIn(headers.get('location') ?? '', account));
    return `${back.pathname}${back.search}`;
  }

  press(path: string, headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' }): Promise<Response> {
    return this.ask(path, { method: 'POST', headers });
  }

  /** Reads a page with what the browser has. */
  async look(path = '/releases'): Promise<number> {
    const services = {
      ...engine,
      ledger: engine.ledger,
      evidence: engine.evidence,
      signIn: async () => signingIn(engine.policy),
    };
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const app = createReadApp(services, engine.clock.invocationOf('read'));
    return (await app.request(path, { headers: { cookie } })).status;
  }
}

describe('somebody who signs in', () => {
  it.each([
    ['a public client', {}],
    ['a client with a secret', { secret: 'a secret of the client' }],
    ['claims in the ID token', { thick: true }],
  ])('reads the pages as the person whom the issuer names: %s', async (_, registered) => {
    await begin(registered);
    const ada = new Visitor('secret' in registered ? registered.secret : undefined);
    const path = await ada.answer('ada', '?to=/releases?service=orders');
    expect(await ada.look()).toBe(401);
    const page = await ada.ask(path);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Continue')]);
    expect(await ada.look()).toBe(401);
    const done = await ada.press(path);
    expect([done.status, done.headers.get('location')]).toEqual([303, '/releases?service=orders']);
    const [cookie] = done.headers.getSetCookie().filter((line) => line.startsWith('sluice-session='));
    expect(cookie).toMatch(/; Max-Age=28800; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(await ada.look()).toBe(200);
    const item = await readItem(engine.ledger, sessionKey(ada.cookies.get('sluice-session') ?? ''), sessionItem);
    const signedIn = { issuer: provider.issuer, subject: 'ada', named: 'Ada@example.com' };
    expect(item).toMatchObject({ kind: 'session', person: 'ada@example.com', signedIn });
  });

  it('asks with PKCE, state and nonce of its own, which the browser keeps for ten minutes', async () => {
    await begin();
    const [one, other] = [await new Visitor().ask('/sign-in'), await new Visitor().ask('/sign-in')];
    const url = new URL(one.headers.get('location') ?? '');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{ response_type: 'code', code_challenge_method: 'S256', client_id: CLIENT, scope: 'openid email' },
      redirect_uri: `${apiUrl}/sign-in/return`,
    });
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(url.searchParams.get(name)).not.toBe(new URL(other.headers.get('location') ?? '').searchParams.get(name));
    expect(one.headers.get('set-cookie')).toMatch(
      /^__Host-sluice-sign-in=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('by another claim is the person whom the policy names so', async () => {
    await begin({ thick: true });
    const people = { approvers: [{ name: 'Ada', email: 'a.lovelace@example.com', oidc: 'oid-of-ada' }] };
    engine.policy = policyOf({}, { oidc: { issuer: provider.issuer, clientId: CLIENT, claim: 'oid' }, people });
    const ada = new Visitor();
    expect((await ada.press(await ada.answer('ada'))).status).toBe(303);
    const item = await readItem(engine.ledger, sessionKey(ada.cookies.get('sluice-session') ?? ''), sessionItem);
    expect(item?.person).toBe('a.lovelace@example.com');
  });

  it('has one session in a browser, and loses it with its time, or with the policy’s word for them', async () => {
    await begin({}, { session: 'PT15M' });
    const ada = new Visitor();
    await ada.press(await ada.answer('ada'));
    const first = ada.cookies.get('sluice-session') ?? '';
    ada.cookies = new Map([['sluice-session', first]]);
    await ada.press(await ada.answer('ada'));
    expect(ada.cookies.get('sluice-session')).not.toBe(first);
    expect(await readItem(engine.ledger, sessionKey(first), sessionItem)).toBeUndefined();
    expect(await ada.look()).toBe(200);
    const listed = engine.policy;
    engine.policy = policyOf({}, { oidc, people: { approvers: [{ name: 'Bob', email: 'bob@example.com' }] } });
    expect(await ada.look()).toBe(401);
    engine.policy = policyOf();
    expect(await ada.look()).toBe(401);
    engine.policy = policyOf({}, { oidc: { ...oidc, issuer: 'https://other.example.com' } });
    expect(await ada.look()).toBe(401);
    engine.policy = listed;
    expect(await ada.look()).toBe(200);
    engine.clock.pass(901);
    expect(await ada.look()).toBe(401);
  });
});

describe('nobody signs in', () => {
  it.each([
    ['unverified', /has not verified the address ada@example\.com/],
    ['stranger', /eve@example\.com is none of the people whom the policy lists/],
    ['nameless', /names nobody by the claim &quot;email&quot;/],
  ])('as %s', async (account, sentence) => {
    await begin();
    const visitor = new Visitor();
    const answer = await visitor.press(await visitor.answer(account));
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringMatching(sentence)]);
    expect(visitor.cookies.has('sluice-session')).toBe(false);
  });

  it('and is led to the page again that they came from', async () => {
    await begin();
    const visitor = new Visitor();
    const to = `/releases?${new URLSearchParams({ service: 'orders', cursor: 'x'.repeat(1500) }).toString()}`;
    const path = await visitor.answer('stranger', `?${new URLSearchParams({ to }).toString()}`);
    const answer = await visitor.press(path);
    const [, link = ''] = /<a href="([^"]+)">Sign in<\/a>/.exec(await answer.text()) ?? [];
    expect(new URL(link.replaceAll('&amp;', '&'), apiUrl).searchParams.get('to')).toBe(to);
  });

  it('with an answer that another browser asked for, or that nobody asked for', async () => {
    await begin();
    const ada = new Visitor();
    const path = await ada.answer('ada');
    for (const eve of [new Visitor(), await begun()]) {
      for (const answer of [await eve.ask(path), await eve.press(path)]) expect(answer.status).toBe(403);
      expect(eve.cookies.has('sluice-session')).toBe(false);
    }
    async function begun(): Promise<Visitor> {
      const eve = new Visitor();
      await eve.ask('/sign-in');
      return eve;
    }
  });

  it('with a code of somebody else, though the state is one’s own', async () => {
    await begin();
    const [ada, eve] = [new Visitor(), new Visitor()];
    const stolen = new URL(await ada.answer('ada'), apiUrl).searchParams.get('code') ?? '';
    const path = new URL(await eve.answer('stranger'), apiUrl);
    path.searchParams.set('code', stolen);
    const answer = await eve.press(`${path.pathname}${path.search}`);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringMatching(/does not take this answer/)]);
  });

  it('twice by one answer', async () => {
    await begin();
    const ada = new Visitor();
    const path = await ada.answer('ada');
    const kept = new Map(ada.cookies);
    expect((await ada.press(path)).status).toBe(303);
    expect(ada.cookies.has('__Host-sluice-sign-in')).toBe(false);
    expect((await ada.press(path)).status).toBe(403);
    const again = new Visitor();
    again.cookies = kept;
    expect((await again.press(path)).status).toBe(403);
  });

  it('twice by one answer, even if the issuer takes it again', async () => {
    await begin();
    const { oidc: settings, people } = engine.policy;
    if (settings === undefined) throw new Error('no provider');
    const claims = { email: 'ada@example.com', email_verified: true };
    const issuer = {
      begin: async () => 'https://login.example.com',
      redeem: async () => ({ subject: 'ada', claims, told: async () => ({}) }),
    };
    const services = { ledger: engine.ledgerOf('sign-in'), issuer, policy: { people, oidc: settings }, apiUrl };
    const invocation = engine.clock.invocationOf('sign-in');
    const { attempt } = await beginSignIn(services, invocation, undefined);
    const given = { attempt, query: `code=any&state=${attempt.state}` };
    expect(await completeSignIn(services, invocation, given)).toMatchObject({ seconds: 28_800 });
    await expect(completeSignIn(services, invocation, given)).rejects.toThrow(/was used already/);
  });

  it.each([
    ['too late', 600],
    ['before its time', -3600],
  ])('%s', async (_, seconds) => {
    await begin();
    const ada = new Visitor();
    const path = await ada.answer('ada');
    engine.clock.pass(seconds);
    expect((await ada.press(path)).status).toBe(403);
  });

  it('by an answer that says another issuer (RFC 9207), or none', async () => {
    await begin();
    for (const change of [
      (query: URLSearchParams) => query.set('iss', 'https://other.example.com'),
      (query: URLSearchParams) => query.delete('iss'),
      (query: URLSearchParams) => query.append('code', 'another'),
    ]) {
      const ada = new Visitor();
      const path = new URL(await ada.answer('ada'), apiUrl);
      change(path.searchParams);
      expect((await ada.press(`${path.pathname}${path.search}`)).status).toBe(403);
    }
  });

  it('who says no at the issuer, or whom a page elsewhere sends', async () => {
    await begin();
    const ada = new Visitor();
    const path = await ada.answer('ada');
    expect((await ada.press(path, { 'sec-fetch-site': 'cross-site' })).status).toBe(400);
    const { searchParams } = new URL(path, apiUrl);
    const said = { error: 'access_denied', state: searchParams.get('state') ?? '', iss: provider.issuer };
    const answer = await ada.press(`/sign-in/return?${new URLSearchParams(said).toString()}`);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringMatching(/access_denied/)]);
  });

  it('while the issuer does not answer, or calls itself otherwise', async () => {
    await begin();
    engine.policy = policyOf({}, { oidc: { issuer: `${provider.issuer}/`, clientId: CLIENT } });
    const other = await new Visitor().ask('/sign-in');
    expect([other.status, await other.text()]).toEqual([503, expect.stringMatching(/calls itself/)]);
    engine.policy = policyOf({}, { oidc: { issuer: 'https://127.0.0.1:9', clientId: CLIENT } });
    expect((await new Visitor().ask('/sign-in')).status).toBe(503);
  });

  it('with the wrong secret', async () => {
    await begin({ secret: 'a secret of the client' });
    const ada = new Visitor('another');
    const answer = await ada.press(await ada.answer('ada'));
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringMatching(/does not take the client/)]);
  });
});
