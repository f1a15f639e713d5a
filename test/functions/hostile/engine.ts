import { createSign, generateKeyPairSync } from 'node:crypto';
import { expect, inject } from 'vitest';
import type { Caller } from '../../../core/approval/caller.ts';
import { approvalMessage, buildApprovalLink } from '../../../core/approval/link.ts';
import { problemDocument, problemType, sessionDocument } from '../../../core/contract/api/documents.ts';
import { approvalItem } from '../../../core/ledger/items.ts';
import { releasePartition } from '../../../core/ledger/keys.ts';
import { engineRoutes, routesByToken, signInRoutes } from '../../../core/contract/api/http-routes.ts';
import { isPathOf } from '../../../core/contract/api/routes.ts';
import { openIssuer } from '../../../adapters/oidc/issuer.ts';
import { answerHttp, type HttpAnswer } from '../../../engine/http/event.ts';
import { signingIn, type SigningIn } from '../../../engine/http/signing-in.ts';
import { answerCaller } from '../../../engine/http/token-caller.ts';
import { parseItem, readAll } from '../../../engine/ledger/read.ts';
import { createDecideApp } from '../../../functions/decide/app.tsx';
import { createReadApp } from '../../../functions/read/app.tsx';
import { createSignInApp } from '../../../functions/sign-in/app.tsx';
import type { SignInServices } from '../../../functions/sign-in/services.ts';
import { requireDescribed } from '../described.ts';
import { fakePlans, fakeSchedule, fakeWorkflow } from '../fakes/schedule.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { startTestLedgers, type TestLedgers } from '../fakes/test-ledgers.ts';
import { AUDIENCE, CLIENT, TestProvider } from '../sign-in/provider.ts';

const keeper = 'arn:aws:sts::111111111111:assumed-role/keeper/bob';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const apiUrl = 'https://api.example.com';

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly base64?: boolean;
}

/** An engine with a release that waits for an approval, which anybody may ask anything. */
export class HostileEngine {
  readonly #ledgers: TestLedgers;
  readonly #engine: TestEngine;
  readonly #provider: TestProvider;
  readonly #signIn: SigningIn | undefined;
  readonly #signingIn: SignInServices;
  readonly #defects: unknown[] = [];
  release = '';
  /** Path and query of a link that is good. */
  link = '';
  session = '';
  /** An access token that is good, as a header has it. */
  bearer = '';
  /** Of somebody who has begun to sign in. */
  attempt: { readonly cookie: string; readonly state: string } = { cookie: '', state: '' };

  private constructor(ledgers: TestLedgers, engine: TestEngine, provider: TestProvider) {
    this.#ledgers = ledgers;
    this.#engine = engine;
    this.#provider = provider;
    const { policy, ledger } = engine;
    const { oidc, people } = policy;
    if (oidc === undefined) throw new Error('The policy has no OpenID provider.');
    this.#signIn = signingIn(policy);
    this.#signingIn = { ledger, issuer: openIssuer(oidc, undefined), policy: { people, oidc }, apiUrl };
  }

  static async open(): Promise<HostileEngine> {
    const ledgers = await startTestLedgers();
    const engine = new TestEngine(await ledgers.open());
    const provider = await TestProvider.start({
      redirectUri: `${apiUrl}/sign-in/return`,
      accounts: {},
      certificate: inject('issuerCertificate'),
    });
    const api = { audience: AUDIENCE, scopes: { read: 'releases.read', act: 'releases.act' } };
    const oidc = { issuer: provider.issuer, clientId: CLIENT, api };
    engine.policy = policyOf({ approval: { from: ['approvers'] } }, { oidc });
    const hostile = new HostileEngine(ledgers, engine, provider);
    hostile.release = await engine.drop('1', templateOf('A'));
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, hostile.release);
    hostile.link = await hostile.#goodLink();
    const { body } = await hostile.ask({ method: 'POST', path: '/v1/sessions' });
    const minted = sessionDocument.parse(JSON.parse(body));
    const opened = await hostile.ask({ method: 'POST', path: new URL(minted.url).pathname });
    hostile.session = (opened.cookies[0] ?? '').split(';')[0] ?? '';
    hostile.bearer = await hostile.tokenOf();
    const begun = await hostile.ask({ method: 'GET', path: '/sign-in' });
    const state = new URL(begun.headers['location'] ?? '').searchParams.get('state') ?? '';
    hostile.attempt = { cookie: (begun.cookies[0] ?? '').split(';')[0] ?? '', state };
    return hostile;
  }

  async close(): Promise<void> {
    await this.#provider.close();
    await this.#ledgers.close();
  }

  get issuer(): string {
    return this.#provider.issuer;
  }

  /** The header of a token that the issuer signed. @param changes of its claims */
  async tokenOf(changes: object = {}): Promise<string> {
    const now = Math.floor(Date.parse(this.#engine.clock.now()) / 1000);
    const named = { email: 'ada@example.com', email_verified: true, scope: 'releases.read releases.act' };
    const claims = { iss: this.#provider.issuer, aud: AUDIENCE, sub: 'ada', iat: now, exp: now + 36_000, ...named };
    return `Bearer ${await this.#provider.sign({ ...claims, ...changes }, { typ: 'at+jwt' })}`;
  }

  async #goodLink(): Promise<string> {
    const [found] = await readAll(this.#engine.ledger, releasePartition(this.release), 'approval#');
    if (found === undefined) throw new Error('no approval was asked for');
    const { release } = this;
    const approval = parseItem(approvalItem, found);
    const claims = { person: 'ada@example.com', expires: approval.deadline, keyId: 'key' };
    const signature = createSign('sha256').update(approvalMessage(approval, claims)).sign(privateKey, 'base64url');
    const { pathname, search } = new URL(
      buildApprovalLink(apiUrl, { approval: approval.approval, release, ...claims, signature }),
    );
    return `${pathname}${search}`;
  }

  /** Goes the way of API Gateway's event, to the function whose route it is. */
  async ask({ method, path, query = '', headers = {}, cookies = [], body, base64 = false }: Ask): Promise<HttpAnswer> {
    const { ledger, answers, notifier, policy, clock, evidence, files, digests } = this.#engine;
    const links = { publicKeyPem: () => Promise.resolve(publicKey.export({ type: 'spki', format: 'pem' }).toString()) };
    const [rawPath = '', own = ''] = path.split('?');
    const event = {
      version: '2.0',
      // As if there were a route for anything.
      routeKey: `${method} ${rawPath}`,
      rawPath,
      rawQueryString: [own, query].filter((part) => part !== '').join('&'),
      ...(cookies.length === 0 ? {} : { cookies }),
      headers,
      ...(body === undefined ? {} : { body }),
      isBase64Encoded: base64,
      requestContext: {
        domainName: 'api.example.com',
        http: { method },
        ...(path.startsWith('/v1') ? { authorizer: { iam: { userArn: keeper } } } : {}),
      },
    };
    const name = functionOf(method, rawPath);
    const invocation = clock.invocationOf(name);
    const log = { ...invocation.log, error: (_: string, problem: unknown) => void this.#defects.push(problem) };
    const asking = { ...invocation, log };
    const signIn = async () => this.#signIn;
    const decide = {
      ...{ ledger, answers, notifier, policy, links, apiUrl, signIn },
      ...{ schedule: fakeSchedule, workflow: fakeWorkflow(), ...fakePlans() },
    };
    const answer = (request: Request, caller: Caller | undefined) => {
      if (name === 'sign-in') return createSignInApp(this.#signingIn, asking).fetch(request);
      return answerCaller(request, caller, { signIn }, asking, (asked, by) =>
        name === 'decide'
          ? createDecideApp(decide, asking, by).fetch(asked)
          : createReadApp({ ledger, evidence, files, digests, signIn }, asking, by).fetch(asked),
      );
    };
    return answerHttp(event, { answer, signIn });
  }

  /** Never a 5xx; a refusal says in a sentence of ours what is wrong: the API by a problem document, the pages by a page. */
  expectOurs({ statusCode, headers, body }: HttpAnswer, { method, path }: Ask): void {
    requireDescribed(method, path, { status: statusCode, contentType: headers['content-type'], text: body });
    const seen = JSON.stringify([path, body.slice(0, 300), String(this.#defects.at(-1))]);
    expect(statusCode, seen).toBeLessThan(500);
    // The script of the pages is code.
    expect(body.replace(/<script>.*?<\/script>/s, ''), seen).not.toMatch(
      /TypeError|Validation|ZodError|SyntaxError|Internal|undefined|Invalid input|Unrecognized|Too big|\.[cm]?[jt]sx?:\d+:\d+/,
    );
    if (statusCode < 400) return;
    if (headers['content-type']?.startsWith('text/html') === true) {
      expect(path, seen).not.toMatch(/^(\/oidc)?\/v1\//);
      expect(body, seen).toMatch(
        /<h1>(This page does not open|Nothing was done|This link does not open|There is nothing here|Please open a session|Please sign in|You are not signed in)<\/h1><div class="notice[^"]*">(<p>)?[^<]+[.)?]</,
      );
      return;
    }
    expect(headers['content-type'], seen).toBe(problemType);
    const problem = problemDocument.parse(JSON.parse(body));
    expect(problem, seen).toMatchObject({ status: statusCode, type: `urn:sluice:error:${problem.code}` });
    expect(problem.detail, seen).toMatch(/[.)?]$/);
    expect(problem.detail.length, seen).toBeLessThan(2000);
  }
}

/** The function whose route it is; where no route is for it, as if it were one that is written like it. */
function functionOf(method: string, path: string): 'read' | 'decide' | 'sign-in' {
  const all = [...engineRoutes, ...routesByToken, ...signInRoutes];
  const found = all.find((route) => route.method === method && isPathOf(route.path, path))?.function;
  if (found === 'read' || found === 'decide' || found === 'sign-in') return found;
  if (/^\/sign-in(\/|$)/.test(path)) return 'sign-in';
  return method !== 'GET' || /^\/(approvals|open|sign-out)\//.test(path) ? 'decide' : 'read';
}
