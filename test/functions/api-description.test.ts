import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { apiRoutes, isSigned, routeKey, routerPath } from '../../core/contract/api/routes.ts';
import { tokenRoutes } from '../../core/contract/api/token-routes.ts';
import { createDecideApp } from '../../functions/decide/app.tsx';
import { createReadApp } from '../../functions/read/app.tsx';
import { committedText, openApiText } from '../../scripts/schemas.ts';
import { readDescribed, requireDescribed } from './described.ts';
import { fakePlans, fakeSchedule, fakeWorkflow } from './fakes/schedule.ts';
import { FakeClock } from './fakes/clock.ts';
import { MemoryLedger } from './fakes/memory-ledger.ts';
import { TestEngine } from './fakes/test-engine.ts';

const engine = new TestEngine(new MemoryLedger());
const clock = new FakeClock();
const links = { publicKeyPem: () => Promise.resolve('') };
const { ledger, answers, notifier, policy } = engine;
const services = { ledger, answers, notifier, policy, links, apiUrl: 'https://api.example.com' };
const read = createReadApp(engine, clock.invocationOf('read'));
const decide = createDecideApp(
  { ...services, schedule: fakeSchedule, workflow: fakeWorkflow(), ...fakePlans() },
  clock.invocationOf('decide'),
  undefined,
);

describe('openapi.json', () => {
  it('is what the routes and schemas say (npm run schemas)', () => {
    expect(committedText('openapi.json')).toBe(openApiText());
  });

  it('is OpenAPI 3.1', async () => {
    const text = committedText('openapi.json');
    expect(await new Validator().validate(text)).toEqual({ valid: true });
    expect(JSON.parse(text)).toMatchObject({ openapi: '3.1.1' });
  });

  it('says of each route by which server, and by what, it is asked', () => {
    const asked = z
      .looseObject({
        servers: z.array(z.looseObject({ url: z.string() })),
        paths: z.record(
          z.string(),
          z.record(
            z.string(),
            z.looseObject({ security: z.unknown().optional(), servers: z.array(z.looseObject({})).optional() }),
          ),
        ),
      })
      .parse(JSON.parse(committedText('openapi.json')));
    expect(asked.servers.map(({ url }) => new URL(url.replace(/[{}]/g, '')).pathname)).toEqual(['/', '/oidc']);
    for (const route of Object.values(apiRoutes)) {
      const operation = asked.paths[route.path]?.[route.method.toLowerCase()];
      const byToken = tokenRoutes.some(({ method, path }) => method === route.method && path === `/oidc${route.path}`);
      expect(operation?.servers?.length ?? 2, route.path).toBe(byToken ? 2 : 1);
      const scope = route.method === 'GET' ? 'read' : 'act';
      const expected = byToken ? [{ iam: [] }, { token: [scope] }] : isSigned(route) ? undefined : [];
      expect(operation?.security, route.path).toEqual(expected);
    }
  });

  it('is answered to anybody', async () => {
    const answer = await read.request('/openapi.json');
    const text = await readDescribed('GET', '/openapi.json', answer);
    expect(JSON.parse(text)).toEqual(JSON.parse(committedText('openapi.json')));
  });

  it.each([
    ['read', read],
    ['decide', decide],
  ] as const)('has every route of the API that %s answers, and no other', (name, app) => {
    const known = Object.values(apiRoutes).filter((route) => route.function === name);
    const answered = app.routes.filter(({ method, path }) => method !== 'ALL' && /^\/(v1\/|openapi)/.test(path));
    const expected = known.map((route) => `${route.method} ${routerPath(route)}`);
    expect([...new Set(answered.map(({ method, path }) => `${method} ${path}`))].sort()).toEqual(expected.sort());
    expect(new Set(known.map(routeKey)).size).toBe(known.length);
  });
});

describe('an answer that is not as described', () => {
  const list = { status: 200, contentType: 'application/json', text: '{"releases":[]}' };
  it.each([
    ['a field too many', '/v1/releases', { ...list, text: '{"releases":[],"colour":"red"}' }, 'additional properties'],
    ['a field too few', '/v1/releases', { ...list, text: '{}' }, "required property 'releases'"],
    ['another type', '/v1/releases', { ...list, contentType: 'text/html' }, 'is not described as "text/html"'],
    ['no route for tokens', '/oidc/v1/sessions', list, 'is not in openapi.json'],
    ['a field too many, by a token', '/oidc/v1/releases', { ...list, text: '{"a":1}' }, "required property 'releases'"],
    ['no route', '/v1/colours', list, 'is not in openapi.json'],
    ['a refusal that is none', '/v1/colours', { ...list, status: 404 }, 'is not described as "application/json"'],
  ])('is found: %s', (_, path, answer, sentence) => {
    expect(() => requireDescribed('GET', path, answer)).toThrow(sentence);
  });
});

describe('a document that has not changed', () => {
  it('is answered by 304, after the same reads', async () => {
    const first = await read.request('/v1/releases');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const again = await read.request('/v1/releases', { headers: { 'if-none-match': `"other", ${etag}` } });
    expect([again.status, await readDescribed('GET', '/v1/releases', again)]).toEqual([304, '']);
    expect(again.headers.get('etag')).toBe(etag);
    const changed = await read.request('/v1/releases', { headers: { 'if-none-match': '"other"' } });
    expect(changed.status).toBe(200);
  });

  it('is no refusal', async () => {
    const refused = await read.request('/v1/releases/nothing');
    expect([refused.status, refused.headers.get('etag')]).toEqual([400, null]);
  });
});
