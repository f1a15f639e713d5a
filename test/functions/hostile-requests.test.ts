import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostileEngine } from './hostile/engine.ts';
import {
  content,
  decidePaths,
  encoded,
  listQuery,
  query,
  readPaths,
  signInPaths,
  signInQuery,
} from './hostile/requests.ts';

let engine: HostileEngine;
beforeAll(async () => {
  engine = await HostileEngine.open();
});
afterAll(() => engine.close());

const odd = { numRuns: 150 };

describe('a hostile request', () => {
  it('to what reads is refused by a sentence of ours, or answered', async () => {
    await fc.assert(
      fc.asyncProperty(readPaths, query, fc.boolean(), async (where, asked, opened) => {
        const request = { method: 'GET', path: where, query: asked, cookies: opened ? [engine.session] : [] };
        engine.expectOurs(await engine.ask(request), request);
      }),
      odd,
    );
  });

  it('to each list, by a cursor that anybody can write', async () => {
    const listed = fc.constantFrom(
      '/v1/releases',
      '/v1/live',
      '/v1/approvals',
      '/v1/services',
      '/v1/services/orders/environments/staging/history',
      '/v1/releases/orders-1-a1/transitions',
      '/',
    );
    await fc.assert(
      fc.asyncProperty(listed, listQuery, async (where, asked) => {
        const request = { method: 'GET', path: where, query: asked, cookies: [engine.session] };
        engine.expectOurs(await engine.ask(request), request);
      }),
      odd,
    );
  });

  it('to what decides', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('POST', 'GET'),
        decidePaths,
        query,
        content,
        async (method, where, asked, sent) => {
          const request = { method, path: where, query: asked, ...sent };
          engine.expectOurs(await engine.ask(request), request);
        },
      ),
      odd,
    );
  });

  it('to what signs people in, in a browser that has begun to or not', async () => {
    const cookies = fc.oneof(
      fc.constant([engine.attempt.cookie]),
      encoded.map((text) => [`__Host-sluice-sign-in=${text}`]),
      fc.constant([]),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('POST', 'GET'),
        signInPaths,
        signInQuery(engine.attempt.state),
        cookies,
        content,
        async (method, where, asked, kept, sent) => {
          const request = { method, path: where, query: asked, cookies: kept, ...sent };
          const answer = await engine.ask(request);
          engine.expectOurs(answer, request);
          expect(answer.cookies.filter((cookie) => cookie.startsWith('sluice-session='))).toEqual([]);
          const { origin } = new URL(answer.headers['location'] ?? '/', 'https://api.example.com');
          expect(['https://api.example.com', engine.issuer]).toContain(origin);
        },
      ),
      odd,
    );
  });

  it('by a link that is good, with a form that is not', async () => {
    await fc.assert(
      fc.asyncProperty(content, query, async (sent, asked) => {
        const request = { method: 'POST', path: engine.link, query: asked, ...sent };
        engine.expectOurs(await engine.ask(request), request);
      }),
      odd,
    );
  });

  it.each([
    ['a header that HTTP does not have', { headers: { 'x-a b': 'c' } }],
    ['a value of a header that HTTP does not have', { headers: { 'x-a': 'line\nbreak \u4e2d' } }],
    ['a method that nothing may use', { method: 'TRACE' }],
    ['a cookie of nonsense', { cookies: ['sluice-session=%zz', '\u4e2d', '__proto__=1; sluice-session='] }],
    ['a path that leads elsewhere', { path: '/releases/%2E./v1/live' }],
    ['an absolute path', { path: '//evil.example/%00' }],
    ['a route that does not exist', { path: '/v2/releases' }],
    ['another method', { method: 'DELETE', path: '/v1/releases/orders-1-a1' }],
  ])('with %s', async (_, changes) => {
    const request = { method: 'GET', path: '/v1/releases', cookies: [engine.session], ...changes };
    const answer = await engine.ask(request);
    engine.expectOurs(answer, request);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  });

  it('leaves the approval and its link as they were', async () => {
    expect(await engine.ask({ method: 'GET', path: engine.link })).toMatchObject({ statusCode: 200 });
    const body = 'decision=approve';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { statusCode, body: page } = await engine.ask({ method: 'POST', path: engine.link, headers, body });
    expect([statusCode, page]).toEqual([200, expect.stringContaining('Thank you: approved.')]);
  });
});
