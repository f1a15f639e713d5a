import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Engine } from '../../cli/engine.ts';
import { approvalList } from '../../core/contract/api/approvals.ts';
import { problemDocument, releaseList } from '../../core/contract/api/documents.ts';
import { engineParameterName } from '../../core/contract/names.ts';
import { type ApprovalRequest, onApprovalRequest } from '../../local/approval-requests.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';
import { TransitionRecorder } from '../../local/transition-recorder.ts';
import { readDescribed } from '../functions/described.ts';
import { CLIENT } from '../functions/sign-in/provider.ts';
import { postDecision } from './approval-link.ts';
import { assumeNewRole } from './identities.ts';
import { openSandbox } from './open-sandbox.ts';
import { dropTiny, readEnd } from './release-end.ts';
import { RuleChecker } from './rules/rule-checker.ts';
import {
  accessToken,
  connectIssuer,
  startIssuer,
  synthesizeWith,
  type SynthesizedWithIssuer,
  type TestIssuer,
} from './sign-in/signing-in.ts';
import { Visitor } from './sign-in/visitor.ts';

// Signing in by an OpenID provider, with the engine that is deployed by a policy that names it: a real provider on loopback, by TLS.

describe('an engine whose policy has an OpenID provider', { tags: 'long' }, () => {
  let issuer: TestIssuer;
  let stacks: SynthesizedWithIssuer;
  let sandbox: Sandbox;
  let recorder: TransitionRecorder;
  let rules: RuleChecker;
  let apiUrl: string;
  /** Whose link `robin` is mailed, while no time is skipped. */
  let request: ApprovalRequest;
  let release: string;
  let robin: Visitor;

  beforeAll(async () => {
    issuer = await startIssuer();
    stacks = await synthesizeWith(issuer);
    sandbox = await openSandbox({ pace: 'max', synthesized: stacks.folder });
    await connectIssuer(sandbox, issuer);
    recorder = new TransitionRecorder(sandbox.aws);
    rules = new RuleChecker(sandbox.aws);
    const ssm = sandbox.aws.client(SSMClient, ENGINE);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: engineParameterName }));
    ({ apiUrl } = z.object({ apiUrl: z.url() }).parse(JSON.parse(Parameter?.Value ?? '')));
    const asked = new Promise<ApprovalRequest>((resolve) => void onApprovalRequest(sandbox.aws, resolve));
    release = await dropTiny(sandbox.engine, { service: 'signed', version: '1.0.0' });
    request = await asked;
    robin = new Visitor(apiUrl, issuer);
  });
  afterAll(async () => {
    await sandbox.close();
    stacks.remove();
    await issuer.close();
  });

  it('takes no decision by a link or by IAM where people have to have signed in', async () => {
    const [approval] = (await sandbox.engine.call(approvalList, 'GET', `/v1/releases/${release}/approvals`)).approvals;
    const where = `/releases/${release}/approvals/${approval?.approval ?? ''}`;
    const byLink = await postDecision(request.link, 'approve');
    expect([byLink.status, byLink.text]).toEqual([403, expect.stringContaining(`decide on ${where}`)]);
    const member = await assumeNewRole(sandbox, 'release-manager');
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = member;
    const engine = await Engine.find({
      ...{ endpoint: sandbox.aws.endpoint, region: ENGINE.region },
      credentials: {
        ...{ accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
        sessionToken: AWS_SESSION_TOKEN,
      },
    });
    const decision = { decision: 'approve', reason: 'Looks good' };
    const refusal: unknown = await engine
      .call(z.unknown(), 'POST', `/v1${where}`, decision)
      .catch((error: unknown) => error);
    expect(String(refusal)).toContain('only from people who have signed in');
    expect(refusal).toMatchObject({ details: { code: 'SLUICE-204' } });
  });

  it('sends who has no session to the issuer, and back to the page, with its query', async () => {
    const path = '/releases?service=signed&environment=production';
    const closed = await robin.go(path);
    expect([closed.status, closed.text]).toEqual([401, expect.stringContaining('Please sign in')]);
    const opened = await robin.signIn(closed, 'robin');
    expect([opened.url, opened.status]).toEqual([`${apiUrl}${path}`, 200]);
    expect(opened.text).toContain(release);
  });

  it('lets nobody in whom the policy does not list', async () => {
    const eve = new Visitor(apiUrl, issuer);
    const refused = await eve.signIn(await eve.go('/live?at=2026-11-20T10:00'), 'eve');
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('none of the people whom')]);
    expect(refused.text).toContain('href="/sign-in?to=%2Flive%3Fat%3D2026-11-20T10%3A00"');
    expect((await eve.go('/')).status).toBe(401);
  });

  it('takes the decision of who has signed in, from the link on', async () => {
    const linked = await robin.go(request.link);
    const [, link = ''] = /<a href="([^"]+)">Sign in<\/a>/.exec(linked.text) ?? [];
    const page = await robin.go(new URL(link, apiUrl).searchParams.get('to') ?? '');
    expect(page.text).toContain('You decide as <strong>robin@example.com</strong>');
    const decided = await robin.press(page, { decision: 'approve', reason: 'Looks good' });
    expect([decided.status, decided.text]).toEqual([200, expect.stringContaining('Thank you: approved.')]);
    request.decidedElsewhere();
    const { end, transitions } = await readEnd(sandbox.engine, recorder, release);
    expect(end).toBe('Succeeded');
    const decision = transitions.find(({ type }) => type === 'approvalDecided' || type === 'approved');
    expect(decision).toMatchObject({ actor: 'robin@example.com', evidence: { via: 'oidc' } });
  });

  describe('by an access token', () => {
    const token = (changes: object = {}): Promise<string> => accessToken(issuer, sandbox.aws.clock.now(), changes);
    const ask = async (method: 'GET' | 'POST', path: string, bearer?: string, body?: object) => {
      const answer = await fetch(`${apiUrl}${path}`, {
        method,
        headers: {
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { answer, text: await readDescribed(method, path, answer) };
    };

    it('answers what it answers to IAM', async () => {
      const { answer, text } = await ask('GET', '/oidc/v1/releases?service=signed', await token());
      const { releases } = releaseList.parse(JSON.parse(text));
      expect([answer.status, releases.map(({ id }) => id)]).toEqual([200, [release]]);
      const who = await ask('GET', '/oidc/v1/whoami', await token());
      expect([who.answer.status, who.text]).toEqual([200, expect.stringContaining('robin@example.com')]);
    });

    it.each([
      ['no token', async () => undefined, 401, 'SLUICE-210'],
      ['no token at all', async () => 'nonsense', 401, 'SLUICE-210'],
      ['one for others', () => token({ aud: CLIENT }), 401, 'SLUICE-210'],
      ['one that has expired', () => token({ iat: 1_700_000_000, exp: 1_700_000_600 }), 401, 'SLUICE-210'],
      ['one without the scope', () => token({ scope: 'openid email' }), 403, 'SLUICE-204'],
      ['one of a stranger', () => token({ sub: 'eve', email: 'eve@example.com' }), 403, 'SLUICE-204'],
    ])('refuses %s by a problem document', async (_, bearer, status, code) => {
      const { answer, text } = await ask('GET', '/oidc/v1/releases', await bearer());
      expect(answer.status).toBe(status);
      expect(answer.headers.get('www-authenticate') ?? '').toMatch(
        { 401: /^Bearer/, 403: /^(Bearer error="insufficient_scope", scope="releases.read")?$/ }[status] ?? /^$/,
      );
      expect(problemDocument.parse(JSON.parse(text))).toMatchObject({ status, code });
    });

    it('takes what the scope to act allows', async () => {
      const path = '/oidc/v1/environments/signed/production';
      const reads = await ask('POST', `${path}/hold`, await token({ scope: 'releases.read' }), { reason: 'The sale' });
      expect([reads.answer.status, reads.text]).toEqual([403, expect.stringContaining('releases.act')]);
      const acts = await ask('POST', `${path}/hold`, await token(), { reason: 'The sale' });
      expect([acts.answer.status, acts.text]).toEqual([200, expect.stringContaining('The sale')]);
      const held = await ask('GET', path, await token({ scope: 'releases.read' }));
      expect(held.text).toContain('robin@example.com');
    });
  });

  it('ends the session by signing out, and has no token, code or secret in a log', async () => {
    const page = await robin.go('/sign-out');
    expect(page.text).toContain('robin@example.com');
    expect((await robin.press(page)).text).toContain('You are signed out');
    expect((await robin.go('/releases')).status).toBe(401);
    const logs = sandbox.aws.client(CloudWatchLogsClient, ENGINE);
    await sandbox.aws.clock.idle();
    for (const logGroupName of [
      '/aws/lambda/sluice-sign-in',
      '/aws/lambda/sluice-read',
      '/aws/vendedlogs/apis/sluice',
    ]) {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
      const text = events.map(({ message }) => message).join('\n');
      expect(text).not.toBe('');
      expect(text).not.toMatch(/eyJ|code=|sluice-session=|a secret of the client/);
    }
  });

  it('leaves a ledger that breaks no rule', async () => {
    expect(await rules.brokenRules()).toEqual([]);
  });
});
