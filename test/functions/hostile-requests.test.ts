import { createSign, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalMessage, buildApprovalLink } from '../../core/approval/link.ts';
import { encodeCursor } from '../../core/contract/api/cursor.ts';
import { problemDocument, problemType, sessionDocument } from '../../core/contract/api/documents.ts';
import { approvalItem } from '../../core/ledger/items.ts';
import { releasePartition } from '../../core/ledger/keys.ts';
import { answerHttp, type HttpAnswer } from '../../engine/http/event.ts';
import { parseItem, readAll } from '../../engine/ledger/read.ts';
import { createDecideApp } from '../../functions/decide/app.tsx';
import { createReadApp } from '../../functions/read/app.tsx';
import { requireDescribed } from './described.ts';
import { fakePlans, fakeSchedule, fakeWorkflow } from './fakes/schedule.ts';
import { policyOf, templateOf, TestEngine } from './fakes/test-engine.ts';
import { startTestLedgers, type TestLedgers } from './fakes/test-ledgers.ts';

const keeper = 'arn:aws:sts::111111111111:assumed-role/keeper/bob';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const apiUrl = 'https://api.example.com';
const defects: unknown[] = [];

let ledgers: TestLedgers;
let engine: TestEngine;
let release: string;
/** Path and query of a link that is good. */
let link: string;
let session: string;

beforeAll(async () => {
  ledgers = await startTestLedgers();
  engine = new TestEngine(await ledgers.open());
  engine.policy = policyOf({ approval: { from: ['approvers'] } });
  release = await engine.drop('1', templateOf('A'));
  for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, release);
  link = await goodLink();
  const minted = sessionDocument.parse(JSON.parse((await ask({ method: 'POST', path: '/v1/sessions' })).body));
  const opened = await ask({ method: 'POST', path: new URL(minted.url).pathname });
  session = (opened.cookies[0] ?? '').split(';')[0] ?? '';
});
afterAll(() => ledgers.close());

async function goodLink(): Promise<string> {
  const [found] = await readAll(engine.ledger, releasePartition(release), 'approval#');
  if (found === undefined) throw new Error('no approval was asked for');
  const approval = parseItem(approvalItem, found);
  const claims = { person: 'ada@example.com', expires: approval.deadline, keyId: 'key' };
  const signature = createSign('sha256').update(approvalMessage(approval, claims)).sign(privateKey, 'base64url');
  const { pathname, search } = new URL(
    buildApprovalLink(apiUrl, { approval: approval.approval, release, ...claims, signature }),
  );
  return `${pathname}${search}`;
}

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly base64?: boolean;
}

/** Goes the way of API Gateway's event, to the function whose route it is. */
async function ask({
  method,
  path,
  query = '',
  headers = {},
  cookies = [],
  body,
  base64 = false,
}: Ask): Promise<HttpAnswer> {
  const { ledger, answers, notifier, policy, clock } = engine;
  const links = { publicKeyPem: () => Promise.resolve(publicKey.export({ type: 'spki', format: 'pem' }).toString()) };
  const [rawPath = '', own = ''] = path.split('?');
  const event = {
    version: '2.0',
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
  const decides = method !== 'GET' || /^\/(approvals|open|v1\/whoami)/.test(path);
  const invocation = clock.invocationOf(decides ? 'decide' : 'read');
  const log = { ...invocation.log, error: (_: string, problem: unknown) => void defects.push(problem) };
  return answerHttp(event, (request, caller) =>
    decides
      ? createDecideApp(
          {
            ...{ ledger, answers, notifier, policy, links, apiUrl },
            ...{ schedule: fakeSchedule, workflow: fakeWorkflow(), ...fakePlans() },
          },
          { ...invocation, log },
          caller,
        ).fetch(request)
      : createReadApp(engine, { ...invocation, log }, caller).fetch(request),
  );
}

/** Never a 5xx; a refusal says in a sentence of ours what is wrong: the API by a problem document, the pages by a page. */
function expectOurs({ statusCode, headers, body }: HttpAnswer, { method, path }: Ask): void {
  requireDescribed(method, path, { status: statusCode, contentType: headers['content-type'], text: body });
  const seen = JSON.stringify([path, body.slice(0, 300), String(defects.at(-1))]);
  expect(statusCode, seen).toBeLessThan(500);
  // The script of the pages is code.
  expect(body.replace(/<script>.*?<\/script>/s, ''), seen).not.toMatch(
    /TypeError|Validation|ZodError|SyntaxError|Internal|undefined|Invalid input|Unrecognized|Too big|\bat .+:\d+:\d+/,
  );
  if (statusCode < 400) return;
  if (headers['content-type']?.startsWith('text/html') === true) {
    expect(path, seen).not.toMatch(/^\/v1\//);
    expect(body, seen).toMatch(
      /<h1>(Error|Decision refused|Please open a session)<\/h1><div class="notice[^"]*">[^<]+[.)]</,
    );
    return;
  }
  expect(headers['content-type'], seen).toBe(problemType);
  const problem = problemDocument.parse(JSON.parse(body));
  expect(problem, seen).toMatchObject({ status: statusCode, type: `urn:sluice:error:${problem.code}` });
  expect(problem.detail, seen).toMatch(/[.)]$/);
  expect(problem.detail.length, seen).toBeLessThan(2000);
}

const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((all) => [...all].map((one) => `%${one.toString(16).padStart(2, '0')}`).join(''));
const oddText = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    '.',
    '..',
    '0',
    '-1',
    '1e9',
    'NaN',
    'null',
    '[]',
    '{}',
    '*',
    'x'.repeat(3000),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('staging', 'orders', 'orders-1-a1', 'orders-9-a9', 'Failed'),
);
const encoded = fc.oneof(
  oddText.map((text) => encodeURIComponent(text.replace(/\p{Cs}/gu, '?'))),
  bytes,
  fc.constantFrom('%', '%zz', '%00', '%2f..%2f', '%ed%a0%80', 'a+b', ';'),
);
const keyValue = fc.oneof(
  fc.constantFrom(
    '',
    'release#orders-1-a1',
    'event#00000001',
    'event#',
    'head',
    'day#2026-11-20',
    'day#9999-99-99',
    'day#0000-00-00',
    'day#',
    'live',
    'open#wait',
    'served#orders#staging#222222222222#us-east-1',
    'wait#',
    'service#orders',
    'orders#',
  ),
  oddText,
);
const key = fc.dictionary(
  fc.constantFrom('pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk', 'gsi3pk', 'holder', '__proto__'),
  keyValue,
  { maxKeys: 5 },
);
/** Anybody can write a cursor with the right digest: these are the lists of the queries below. */
const lists = [
  ['releases', {}],
  ['releases', { service: 'orders' }],
  ['transitions', 'orders-1-a1'],
  ['live', ''],
  ['live', 'orders'],
  ['approvals'],
];
const cursor = fc.oneof(
  fc.tuple(fc.constantFrom(...lists), key).map(([list, keys]) => encodeCursor(list, keys)),
  fc.constantFrom('e30', 'bnVsbA', 'W10', 'eyJsaXN0IjoiIiwia2V5IjpudWxsfQ'),
);
const listQuery = fc
  .tuple(fc.constantFrom('', 'service=orders', 'account=222222222222&region=us-east-1'), cursor)
  .map(([filter, text]) => [filter, `cursor=${text}`].join('&'));
const parameter = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      'service',
      'environment',
      'status',
      'limit',
      'cursor',
      'after',
      'at',
      'account',
      'until',
      'weeks',
      'with',
      'r',
      'p',
      'e',
      'k',
      's',
      'service[]',
      '__proto__',
    ),
    encoded,
  ),
  encoded,
);
const query = fc.oneof(
  listQuery,
  fc.array(parameter, { maxLength: 4 }).map((all) => all.map((pair) => pair.join('=')).join('&')),
);
const approvalSegment = fc.oneof(encoded, fc.constant('0'.repeat(32)));
const releaseSegment = fc.oneof(fc.constant('orders-1-a1'), encoded);
const serviceSegment = fc.oneof(fc.constant('orders'), encoded);
const path = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => `/${all.join('/')}`);

const readPaths = fc.oneof(
  path('v1', 'releases'),
  path('v1', 'live'),
  path('v1', 'approvals'),
  path('v1', 'whoami'),
  path('v1', 'releases', releaseSegment, 'verification'),
  path('v1', 'releases', releaseSegment),
  path('v1', 'releases', releaseSegment, 'transitions'),
  path('v1', 'releases', releaseSegment, 'approvals'),
  path('v1', 'releases', releaseSegment, 'approvals', approvalSegment),
  path('v1', 'releases', releaseSegment, 'compare', releaseSegment),
  path('v1', 'services', serviceSegment, 'metrics'),
  path('v1', 'environments', encoded, encoded),
  path('v1', encoded),
  path(''),
  path('live'),
  path('services', serviceSegment),
  path('releases', releaseSegment, 'compare'),
  path('releases', releaseSegment),
  path('environments', encoded, encoded),
  path(encoded, encoded),
);
const decidePaths = fc.oneof(
  path('v1', 'sessions'),
  path('v1', 'releases', releaseSegment, 'approvals', approvalSegment),
  path('v1', 'environments', encoded, encoded, fc.constantFrom('clearance', 'hold', 'hold/release', 'repair')),
  path('v1', encoded),
  path('approvals', approvalSegment),
  path('open', encoded),
);
const oddJson = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.stringify(value)),
  fc
    .record({
      decision: fc.constantFrom('approve', 'Approve', 1, null, ['approve']),
      reason: fc.oneof(oddText, fc.constant(7), fc.constant({})),
    })
    .map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '{"__proto__":{"decision":"approve"}}',
    '{"decision":"approve","reason":"\\ud800"}',
    '{"constructor":1}',
    '[',
    '{',
    '\u0000',
    '['.repeat(5000),
    '{"reason":"\\u001b[2J"}',
  ),
);
const form = fc
  .tuple(fc.constantFrom('decision=', 'decision[]=', '__proto__=', 'decision=hold&reason='), encoded)
  .map((pair) => pair.join(''));
const contentType = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded; charset=utf-7',
  'nonsense',
  '',
);
const content = fc.record({
  body: fc.oneof(
    oddJson,
    form,
    fc.constantFrom('', '--x\r\nContent-Disposition: form-data; name="decision"\r\n\r\napprove\r\n--x'),
  ),
  headers: contentType.map((value) => ({ 'content-type': value })),
  base64: fc.boolean(),
});
const odd = { numRuns: 150 };

describe('a hostile request', () => {
  it('to what reads is refused by a sentence of ours, or answered', async () => {
    await fc.assert(
      fc.asyncProperty(readPaths, query, fc.boolean(), async (where, asked, opened) => {
        const request = { method: 'GET', path: where, query: asked, cookies: opened ? [session] : [] };
        expectOurs(await ask(request), request);
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
        const request = { method: 'GET', path: where, query: asked, cookies: [session] };
        expectOurs(await ask(request), request);
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
          expectOurs(await ask(request), request);
        },
      ),
      odd,
    );
  });

  it('by a link that is good, with a form that is not', async () => {
    await fc.assert(
      fc.asyncProperty(content, query, async (sent, asked) => {
        const request = { method: 'POST', path: link, query: asked, ...sent };
        expectOurs(await ask(request), request);
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
    const request = { method: 'GET', path: '/v1/releases', cookies: [session], ...changes };
    const answer = await ask(request);
    expectOurs(answer, request);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  });

  it('leaves the approval and its link as they were', async () => {
    expect(await ask({ method: 'GET', path: link })).toMatchObject({ statusCode: 200 });
    const body = 'decision=approve';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { statusCode, body: page } = await ask({ method: 'POST', path: link, headers, body });
    expect([statusCode, page]).toEqual([200, expect.stringContaining('Thank you: approved.')]);
  });
});
