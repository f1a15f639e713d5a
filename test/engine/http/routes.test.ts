import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../core/approval/caller.ts';
import { problemDocument, problemType } from '../../../core/contract/api/documents.ts';
import { oidcSettings } from '../../../core/policy/oidc.ts';
import { answerHttp } from '../../../engine/http/event.ts';
import { type FindSigningIn, signingIn } from '../../../engine/http/signing-in.ts';
import { answerCaller } from '../../../engine/http/token-caller.ts';
import { FakeClock } from '../../functions/fakes/clock.ts';

// API Gateway hands a path on decoded (https://github.com/honojs/hono/issues/2156): what a route let through may look like another one.

const answered = { statusCode: 200, body: 'answered' };
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

function ask(
  routeKey: string,
  rawPath: string,
  accept = browser,
  method = routeKey.split(' ')[0] ?? '',
  signIn?: FindSigningIn,
) {
  // prettier-ignore
  const requestContext = { domainName: 'api.example.com', http: { method } };
  const event = { version: '2.0', routeKey, rawPath, rawQueryString: '', headers: { accept }, requestContext };
  const answer = ({ url }: Request) => {
    expect(new URL(url).pathname).not.toMatch(/^\/+(oidc\/)?v1/);
    return new Response('answered');
  };
  return answerHttp(event, { answer, signIn });
}

describe('a function answers the route that API Gateway chose', () => {
  it.each([
    ['GET /', '/'],
    ['GET /releases/{id}', '/releases/orders-1-a1'],
    ['GET /environments/{service}/{environment}', '/environments/orders/staging'],
    ['GET /releases/{id}', '/releases/what is there?'],
    ['HEAD /approvals/{approval}', '/approvals/1'],
    // Backslashes and tabs of a name: a URL would take them for slashes, and for nothing.
    ['GET /releases/{id}', '/releases/x\\..\\..\\v1\\releases'],
    ['GET /environments/{service}/{environment}', '/environments/.\t./v1\\live'],
  ])('%s at %s', async (routeKey, rawPath) => {
    expect(await ask(routeKey, rawPath)).toMatchObject(
      routeKey.startsWith('HEAD') ? { statusCode: 200, body: '' } : answered,
    );
  });

  it.each([
    ['GET /releases/{id}', '/v1/releases'],
    ['GET /releases/{id}', '/releases/x/actions'],
    ['GET /releases/{id}', '/releases/'],
    ['GET /environments/{service}/{environment}', '/environments/../v1/live'],
    ['GET /environments/{service}/{environment}', '/environments/%2e%2E/v1/live'],
    ['GET /services/{service}', '/services/%2e%2e/%2e%2e/v1/live'],
    ['GET /releases/{id}', '/RELEASES/x'],
    ['GET /releases/{id}', '//releases/x'],
    ['$default', '/v1/releases'],
    ['$default', '//v1/releases'],
    ['$default', '/v1%2Freleases'],
    ['$default', '/oidc/v1/releases'],
    ['$default', '/'],
    ['', '/'],
  ])('and nothing at %s that reads %j', async (routeKey, rawPath) => {
    const { statusCode, body } = await ask(routeKey, rawPath, browser, 'GET');
    expect([400, 404]).toContain(statusCode);
    expect(body).not.toContain('answered');
  });

  it('by no other method than the route’s', async () => {
    expect(await ask('POST /approvals/{approval}', '/approvals/1', browser, 'GET')).toMatchObject({ statusCode: 404 });
  });

  it('whatever the path has in it, it is asked for nothing that is signed', async () => {
    const part = fc.oneof(
      fc.constantFrom('/', '\\', '..', '.', '%2e', '%2f', '%5c', '\t', '\n', '?', '#', 'v1', 'releases', '@', ':', ';'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const rawPath = fc.array(part, { maxLength: 12 }).map((parts) => `/releases/${parts.join('')}`);
    await fc.assert(
      fc.asyncProperty(rawPath, async (path) => {
        const requestContext = { domainName: 'api.example.com', http: { method: 'GET' } };
        const event = { version: '2.0', routeKey: 'GET /releases/{id}', rawPath: path, rawQueryString: 'a=b', requestContext }; // prettier-ignore
        const { statusCode } = await answerHttp(event, {
          answer: ({ url }) => {
            expect(new URL(url)).toMatchObject({ host: 'api.example.com', search: '?a=b', hash: '' });
            expect(new URL(url).pathname).toMatch(/^\/releases\/[^/\\]+$/);
            return new Response();
          },
        });
        expect([200, 400, 404]).toContain(statusCode);
      }),
      { numRuns: 300 },
    );
  });
});

it.each(['/v1/releases', '/v1/whoami'])('%s is refused to a caller whom nobody verified', async (path) => {
  const asked: (Caller | undefined)[] = [];
  const answer = (_: Request, caller: Caller | undefined) => {
    asked.push(caller);
    return new Response('answered');
  };
  const request = new Request(`https://api.example.com${path}`);
  const invocation = new FakeClock().invocationOf('read');
  const refused = await answerCaller(request, undefined, {}, invocation, answer);
  expect([refused.status, problemDocument.parse(await refused.json()).detail]).toEqual([400, 'This request must be signed with IAM credentials.']); // prettier-ignore
  const caller = { principal: 'arn:aws:iam::111111111111:user/ada' };
  await answerCaller(request, caller, {}, invocation, answer);
  expect(asked).toEqual([caller]);
});

describe('what no route is for', () => {
  it('is a page to browsers, which names the address, escaped, and leads home', async () => {
    const { statusCode, headers, body } = await ask('$default', '/nope/<b>&"', browser, 'GET');
    expect([statusCode, headers['content-type']]).toEqual([404, 'text/html; charset=UTF-8']);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(body).toContain('<h1>There is nothing here</h1>');
    expect(body).toContain('<code>/nope/&lt;b&gt;&amp;&quot;</code>');
    expect(body).toContain('<a href="/">What is live</a>');
    expect(body).not.toMatch(/<a href="\/sign-(in|out)/);
  });

  it('leads to sign in where people do', async () => {
    const oidc = oidcSettings.parse({ issuer: 'https://issuer.example.com', clientId: 'sluice' });
    const signIn = async () => ({ policy: { people: {}, oidc } });
    expect((await ask('$default', '/nope', browser, 'GET', signIn)).body).toContain('<a href="/sign-in">Sign in</a>');
  });

  it.each([
    ['*/*', true],
    ['application/json', true],
    ['application/json, text/html;q=0.5', true],
    ['text/html;q=0', true],
    ['nonsense', true],
    ['text/html', false],
    ['text/html, application/json;q=0.9', false],
  ])('is a problem document to who accepts %s: %s', async (accept, isProblem) => {
    const { headers, body } = await ask('$default', '/nope', accept, 'DELETE');
    expect(headers['content-type']).toBe(isProblem ? problemType : 'text/html; charset=UTF-8');
    if (!isProblem) return;
    expect(problemDocument.parse(JSON.parse(body))).toMatchObject({ status: 404, code: 'SLUICE-603', detail: 'There is nothing at DELETE /nope.' }); // prettier-ignore
  });

  it.each([
    ['PUT', '/', 'GET, HEAD'],
    ['DELETE', '/releases/orders-1-a1', 'GET, HEAD'],
    ['GET', '/approvals/1/watch', 'POST'],
    ['GET', '/v1/releases/orders-1-a1/cancel', 'POST'],
    ['PATCH', '/v1/releases/orders-1-a1/approvals/1', 'GET, POST'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['HEAD', '/v1/releases', 'GET'],
  ])('says at %s %s that it takes %s', async (method, path, allow) => {
    const { statusCode, headers, body } = await ask('$default', path, '*/*', method);
    expect([statusCode, headers['allow']]).toEqual([405, allow]);
    if (method === 'HEAD') return;
    const detail = `There is nothing at ${method} ${path}: this address takes ${allow.replace(', ', ' and ')}.`;
    expect(problemDocument.parse(JSON.parse(body))).toMatchObject({ status: 405, code: 'SLUICE-605', detail });
    const page = await ask('$default', path, browser, method);
    expect([page.statusCode, page.headers['allow']]).toEqual([405, allow]);
    expect(page.body).toContain(`<h1>This page does not open</h1><div class="notice bad"><p>${detail}</p>`);
  });

  it('is nothing by the method that the path takes: the request came on another route', async () => {
    expect(await ask('$default', '/releases/orders-1-a1', '*/*', 'GET')).toMatchObject({ statusCode: 404 });
  });

  const api = { audience: 'sluice', scopes: { read: 'r', act: 'a' } };
  it.each([
    ['/sign-in', undefined, 404],
    ['/oidc/v1/releases', undefined, 404],
    ['/sign-in', {}, 405],
    ['/oidc/v1/releases', {}, 404],
    ['/oidc/v1/releases', { api }, 405],
  ])('%s takes other methods where the policy has %j for it', async (path, own, status) => {
    const oidc = { issuer: 'https://issuer.example.com', clientId: 'sluice', ...own };
    const policy = { people: {}, oidc: oidcSettings.parse(oidc) };
    const signIn = own === undefined ? undefined : async () => signingIn(policy);
    expect(await ask('$default', path, '*/*', 'DELETE', signIn)).toMatchObject({ statusCode: status });
  });

  it('has no body by HEAD', async () => {
    expect(await ask('$default', '/nope', browser, 'HEAD')).toMatchObject({ statusCode: 404, body: '' });
  });
});
