import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import * as z from 'zod';
import { encodeCursor } from '../../core/contract/api/cursor.ts';
import { apiRoutes, type ApiRoute, routeKey } from '../../core/contract/api/routes.ts';
import { tokenPrefix, tokenRoutes } from '../../core/contract/api/token-routes.ts';
import { HostileEngine } from './hostile/engine.ts';
import { content, encoded, key, lists, oddText } from './hostile/requests.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Requests to each route of the API: some by `npm test`, many by `npm run test:fuzz`. */
    routeRequests: number;
  }
}

// Every route of the API, by IAM and by access token, as `openapi.json` describes it: what is right, what is nearly right, and what is not.

const parameter = z.looseObject({
  name: z.string().optional(),
  in: z.string().optional(),
  schema: z.looseObject({ enum: z.array(z.string()).optional() }).optional(),
});
const property = z.looseObject({ type: z.string().optional(), const: z.string().optional() });
const body = z.looseObject({ properties: z.record(z.string(), property).optional() });
const bodySchema = z.union([z.looseObject({ oneOf: z.array(body) }), body]);
const operation = z.looseObject({
  parameters: z.array(parameter).optional(),
  requestBody: z
    .looseObject({ content: z.object({ 'application/json': z.looseObject({ schema: bodySchema }) }) })
    .optional(),
});
const { paths } = z
  .looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) })
  .parse(JSON.parse(readFileSync('openapi.json', 'utf8')));

let engine: HostileEngine;
beforeAll(async () => {
  engine = await HostileEngine.open();
});
afterAll(() => engine.close());

/** What is right somewhere: of releases that are there or not, of any parameter. */
const right = [
  ...['orders', 'unknown', 'staging', 'production', 'orders-1-a1', 'orders-9-a9', `plan-${'0'.repeat(32)}`],
  ...['0'.repeat(32), 'f'.repeat(64), '1', '2', '100', '0', '222222222222', 'us-east-1', 'newest', 'oldest'],
  ...['2026-11-20T10:00:00Z', '2026-11-20T10:00:00+01:00', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z', 'ada'],
];
const value = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: encoded });
const own: Readonly<Record<string, readonly string[]>> = {
  id: ['orders-1-a1', 'orders-1-a1', 'orders-9-a9', `plan-${'0'.repeat(32)}`],
  service: ['orders', 'unknown'],
  environment: ['staging', 'production'],
  account: ['222222222222'],
  region: ['us-east-1'],
  at: ['2026-11-20T10:00:00Z', '2026-12-31T23:59:60Z'],
};

/** A value of a parameter by this name, mostly one that fits. */
function valueOf(name: string, among: readonly string[] = own[name] ?? right): fc.Arbitrary<string> {
  return fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...among) }, { weight: 1, arbitrary: value });
}

function pathOf({ path }: ApiRoute): fc.Arbitrary<string> {
  const parts = path.split('/').slice(1);
  const segments = parts.map((part) => (part.startsWith('{') ? valueOf(part.slice(1, -1)) : fc.constant(part)));
  return fc.tuple(...segments).map((all) => `/${all.join('/')}`);
}

const allLists = [
  ...lists,
  ['services'],
  ['releases', { order: 'oldest' }],
  ['live', '', '222222222222'],
  ['history', 'served#orders#staging#222222222222#us-east-1'],
  ['plan', `plan-${'0'.repeat(32)}`],
];
const cursor = fc.tuple(fc.constantFrom(...allLists), key).map(([list, keys]) => encodeCursor(list, keys));

function queryOf({ parameters = [] }: z.infer<typeof operation>): fc.Arbitrary<string> {
  const known = parameters.flatMap(({ name, in: where, schema }) =>
    name === undefined || where !== 'query'
      ? []
      : [fc.tuple(fc.constant(name), name === 'cursor' ? fc.oneof(cursor, encoded) : valueOf(name, schema?.enum))],
  );
  const pair = fc.oneof({ weight: 4, arbitrary: fc.oneof(...known, fc.tuple(encoded, value)) }, { weight: 1, arbitrary: fc.tuple(encoded, encoded) }); // prettier-ignore
  return fc.array(pair, { maxLength: 4 }).map((all) => all.map((one) => one.join('=')).join('&'));
}

/** Anything in place of what a body has: mostly of the type that it has there. */
function memberOf({ type, const: fixed }: z.infer<typeof property>): fc.Arbitrary<unknown> {
  const odd = fc.oneof(oddText, fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(null, 0, -1, 1e300, [], {}));
  const fits = type === 'boolean' ? fc.boolean() : fc.oneof(fc.constantFrom(...right), oddText);
  return fc.oneof(
    { weight: 4, arbitrary: fixed === undefined ? fits : fc.constant(fixed) },
    { weight: 1, arbitrary: odd },
  );
}

function bodyOf({ requestBody }: z.infer<typeof operation>): fc.Arbitrary<string> {
  const schema = requestBody?.content['application/json'].schema;
  if (schema === undefined) return fc.constant('');
  const forms = 'oneOf' in schema ? z.array(body).parse(schema.oneOf) : [body.parse(schema)];
  const shaped = forms.map(({ properties = {} }) => {
    const members = Object.entries(properties).map(([name, one]): [string, fc.Arbitrary<unknown>] => [
      name,
      memberOf(one),
    ]);
    return fc.record(Object.fromEntries(members), { requiredKeys: [] });
  });
  const extra = fc.option(fc.dictionary(fc.oneof(oddText, fc.constant('__proto__')), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 1 }), { nil: {} }); // prettier-ignore
  return fc.tuple(fc.oneof(...shaped), extra).map(([form, more]) => JSON.stringify({ ...form, ...more }));
}

const headerValue = fc.oneof(
  fc.constantFrom(
    '*',
    '""',
    'W/"x"',
    '"a", "b"',
    '"'.repeat(500),
    'application/json',
    'text/html',
    'gzip;q=9',
    '\u0000',
  ),
  oddText,
);
const headers = fc.dictionary(
  fc.constantFrom('if-none-match', 'if-match', 'accept', 'accept-language', 'content-type', 'content-length', 'origin', 'cookie', 'x-forwarded-for', 'sec-fetch-site', 'expect', 'host', 'range'), // prettier-ignore
  headerValue,
  { maxKeys: 3 },
);

const runs = inject('routeRequests');
const routes = Object.entries(apiRoutes).map(([name, route]) => [name, route] as const);

it.each(tokenRoutes.map((route) => [routeKey(route), route] as const))(
  '%s answers every access token as it is described, and by no 5xx',
  async (_, { method, path }) => {
    const own = path.slice(tokenPrefix.length);
    const described = paths[own]?.[method.toLowerCase()];
    if (described === undefined) throw new Error(`${own} is not in openapi.json.`);
    const now = Math.floor(Date.now() / 1000);
    const others = await Promise.all(
      [{ scope: 'email' }, { email: 'eve@example.com' }, { exp: 1 }, { aud: 'others' }, { scope: [1], scp: [1, null] }, { sub: 7 }, { iat: now + 1e9 }, { nbf: 'x' }, { cnf: {} }].map((changes) => engine.tokenOf(changes)), // prettier-ignore
    );
    const bearer = fc.oneof(
      { weight: 4, arbitrary: fc.constant(engine.bearer) },
      fc.constantFrom(...others, '', 'Bearer', 'Bearer a.b.c', 'Bearer eyJhbGciOiJub25lIn0.e30.', `${engine.bearer}x`),
      oddText.map((text) => `Bearer ${text}`),
    );
    await fc.assert(
      fc.asyncProperty(
        pathOf({ method, path, function: 'read' }),
        queryOf(described),
        bearer,
        bodyOf(described),
        async (where, query, authorization, text) => {
          // prettier-ignore
          const sent = method === 'GET' ? {} : { body: text };
          const request = { method, path: where, query, ...sent, headers: { authorization } };
          const answer = await engine.ask(request);
          engine.expectOurs(answer, request);
          if (authorization !== engine.bearer && answer.statusCode !== 400)
            expect([401, 403, 404], JSON.stringify([where, authorization])).toContain(answer.statusCode);
        },
      ),
      { numRuns: Math.ceil(runs / 5) },
    );
  },
);

it.each(routes)('%s answers every request as it is described, and by no 5xx', async (_, route: ApiRoute) => {
  const { method } = route;
  const described = paths[route.path]?.[method.toLowerCase()];
  if (described === undefined) throw new Error(`${route.path} is not in openapi.json.`);
  const sent = fc.oneof(
    { weight: 3, arbitrary: fc.record({ body: bodyOf(described), headers, base64: fc.constant(false) }) },
    { weight: 1, arbitrary: content },
  );
  await fc.assert(
    fc.asyncProperty(pathOf(route), queryOf(described), sent, async (path, query, given) => {
      const request =
        method === 'GET' ? { method, path, query, headers: given.headers } : { method, path, query, ...given };
      const answer = await engine.ask(request);
      engine.expectOurs(answer, request);
      // Where nothing in the path can be wrong, something is there: else the request came to a function that has no such route.
      if (!route.path.includes('{')) expect(answer.body).not.toMatch(/There is nothing (at|here)/);
    }),
    { numRuns: runs },
  );
});
