import {
  CreateApiCommand,
  CreateDeploymentCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
} from '@aws-sdk/client-apigatewayv2';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { Hash, Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { Clock } from '../../kernel/clock.ts';
import { Faults } from '../../kernel/faults.ts';
import { Kernel } from '../../kernel/kernel.ts';
import { Meters } from '../../kernel/meters.ts';
import type { Credentials } from '../../kernel/ports.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type Service } from '../../kernel/service.ts';
import { createHttpApi } from '../../services/api-gateway/service.ts';
import { createIdentity } from '../../services/iam/service.ts';
import { administrator } from '../events/small-aws.ts';

const account = '111111111111';
const fn = `arn:aws:lambda:us-east-1:${account}:function:read`;
let kernel: Kernel;
let me: Caller;
let endpoint: string;
let apiId: string;
/** The events the function was given, and what it answers. */
let events: Record<string, unknown>[];
let answer: unknown;

beforeEach(async () => {
  events = [];
  answer = { statusCode: 200, body: 'fine' };
  kernel = new Kernel(new Clock('real', Date.parse('2026-11-20T09:00:00Z')), new Faults(), new Meters(), () => '');
  const identity = createIdentity(kernel);
  const nothing = { emit: () => undefined, record: () => undefined, kill: () => undefined, send: () => undefined };
  kernel.install([...identity.services, ...createHttpApi(kernel).services, functions()], {
    iam: identity.port,
    events: nothing,
    metrics: nothing,
    functions: nothing,
    queues: nothing,
  });
  me = administrator(kernel, account);
  const api = await kernel.send(me, new CreateApiCommand({ Name: 'ledger', ProtocolType: 'HTTP' }));
  endpoint = api.ApiEndpoint ?? '';
  apiId = api.ApiId ?? '';
  await kernel.send(me, new CreateStageCommand({ ApiId: apiId, StageName: '$default', AutoDeploy: true }));
});
afterEach(() => kernel.close());

/** A function service that lets API Gateway in for the routes of this API that are not secret. */
function functions(): Service {
  const invoke = operation({
    command: InvokeCommand,
    accepts: ['FunctionName', 'InvocationType', 'Payload'],
    authorize: (input) => ({
      action: 'lambda:InvokeFunction',
      resource: input.FunctionName ?? '',
      resourcePolicy: {
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'apigateway.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Resource: '*',
          Condition: {
            ArnLike: { 'aws:SourceArn': `arn:aws:execute-api:us-east-1:${account}:${apiId}/*` },
            ArnNotLike: { 'aws:SourceArn': '*:*:*:*:*:*/secret' },
          },
        },
      },
    }),
    handle: async (input) => {
      const text = input.Payload instanceof Uint8Array ? Buffer.from(input.Payload).toString() : '{}';
      events.push(z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
      return answer instanceof Error
        ? { StatusCode: 200, FunctionError: 'Unhandled' }
        : { StatusCode: 200, Payload: Uint8ArrayBlobAdapter.fromString(JSON.stringify(answer)) };
    },
  });
  return { signingName: 'lambda', documentation: 'a stand-in', operations: [invoke] };
}

async function route(...keys: string[]): Promise<void> {
  await routes(keys, 'NONE');
}

async function routes(keys: string[], AuthorizationType: 'NONE' | 'AWS_IAM'): Promise<void> {
  const { IntegrationId: id } = await kernel.send(
    me,
    new CreateIntegrationCommand({
      ApiId: apiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: fn,
      PayloadFormatVersion: '2.0',
    }),
  );
  for (const RouteKey of keys)
    await kernel.send(
      me,
      new CreateRouteCommand({ ApiId: apiId, RouteKey, Target: `integrations/${id ?? ''}`, AuthorizationType }),
    );
}

async function signed(path: string, credentials: Credentials): Promise<Response> {
  const { hostname, port } = new URL(endpoint);
  const signer = new SignatureV4({
    service: 'execute-api',
    region: 'us-east-1',
    credentials,
    sha256: Hash.bind(null, 'sha256'),
  });
  const { headers } = await signer.sign({
    method: 'GET',
    protocol: 'http:',
    hostname,
    path,
    headers: { host: `${hostname}:${port}` },
  });
  return fetch(`${endpoint}${path}`, { headers });
}

it('keeps nobody busy while the function waits on the clock', async () => {
  await route('GET /slow');
  const call = { service: 'lambda', operation: 'Invoke' };
  kernel.faults.atCall('it takes long', call, { kind: 'delay', milliseconds: 20_000 });
  kernel.clock.setPace('max');
  const [from, since] = [kernel.clock.now(), performance.now()];
  expect((await fetch(`${endpoint}/slow`)).status).toBe(200);
  expect(kernel.clock.now() - from).toBeGreaterThanOrEqual(20_000);
  expect(performance.now() - since).toBeLessThan(10_000);
});

it('gives a function the request in payload format 2.0', async () => {
  await route('POST /v1/releases/{id}');
  await fetch(`${endpoint}/v1/releases/a%20b?x=1&y=2&x=3`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: 'a=1; b=2', 'X-Thing': 'Yes' },
    body: '{"n":1}',
  });
  expect(events[0]).toMatchObject({
    version: '2.0',
    routeKey: 'POST /v1/releases/{id}',
    rawPath: '/v1/releases/a b',
    rawQueryString: 'x=1&y=2&x=3',
    cookies: ['a=1', 'b=2'],
    headers: { 'content-type': 'application/json', 'x-thing': 'Yes', host: new URL(endpoint).host },
    queryStringParameters: { x: '1,3', y: '2' },
    pathParameters: { id: 'a b' },
    body: '{"n":1}',
    isBase64Encoded: false,
    requestContext: {
      accountId: account,
      apiId,
      domainName: new URL(endpoint).host,
      domainPrefix: apiId,
      http: { method: 'POST', path: '/v1/releases/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      routeKey: 'POST /v1/releases/{id}',
      stage: '$default',
    },
  });
  expect(events[0]).toHaveProperty('requestContext.time', expect.stringMatching(/^20\/Nov\/2026:09:00:\d\d \+0000$/));
  expect(events[0]?.['headers']).not.toHaveProperty('cookie');
});

// As captured of AWS: https://github.com/hotsock/voker/blob/a1c00bf491e026f81917cc2edfdaca03eabc7518/vokerhttp/testdata/ingress-paths.json
it.each([
  ['/capture/plain', '/capture/plain'],
  ['/capture/space%20value', '/capture/space value'],
  ['/capture/question%3Fvalue', '/capture/question'],
  ['/capture/hash%23value', '/capture/hash#value'],
  ['/capture/slash%2Fvalue', '/capture/slash/value'],
  ['/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C', '/capture/unicode-λ-世界'],
  ['/capture/literal%252Fvalue', '/capture/literal/value'],
  ['/capture/literal%253Fvalue', '/capture/literal?value'],
  ['/capture/literal%2525value', '/capture/literal%value'],
])('hands the path %s on decoded, as %s', async (sent, given) => {
  await route('$default');
  expect((await fetch(`${endpoint}${sent}?a=%3Fb`)).status).toBe(200);
  expect(events[0]).toMatchObject({
    rawPath: given,
    rawQueryString: 'a=%3Fb',
    requestContext: { http: { path: given } },
  });
});

it('refuses a path that cannot be decoded', async () => {
  await route('$default');
  expect((await fetch(`${endpoint}/capture/percent%25done`)).status).toBe(400);
  expect(events).toEqual([]);
});

it('looks for a route by the path decoded once', async () => {
  await route('GET /releases/{id}');
  expect((await fetch(`${endpoint}/releases/a%2Fb`)).status).toBe(404);
  expect((await fetch(`${endpoint}/releases%2Fa`)).status).toBe(200);
  expect((await fetch(`${endpoint}/releases/a%252Fb`)).status).toBe(200);
  expect(events.map(({ rawPath, pathParameters }) => [rawPath, pathParameters])).toEqual([
    ['/releases/a', { id: 'a' }],
    ['/releases/a/b', { id: 'a/b' }],
  ]);
});

it('encodes bodies that are not text', async () => {
  await route('$default');
  await fetch(endpoint, { method: 'POST', body: new URLSearchParams({ decision: 'approve' }) });
  expect(events[0]).toMatchObject({ isBase64Encoded: true, body: Buffer.from('decision=approve').toString('base64') });
  await fetch(endpoint);
  expect(events[1]).not.toHaveProperty('body');
});

it.each([
  ['GET', '/pets/dog/1', 'GET /pets/dog/1'],
  ['GET', '/pets/dog/2', 'GET /pets/dog/{id}'],
  ['GET', '/pets/cat/1', 'GET /pets/{proxy+}'],
  ['POST', '/pets/dog/1', 'ANY /{proxy+}'],
  ['PUT', '/pets/dog', 'ANY /{proxy+}'],
  ['GET', '/', '$default'],
])('takes %s %s to %s', async (method, path, expected) => {
  await route('$default', 'ANY /{proxy+}', 'GET /pets/{proxy+}', 'GET /pets/dog/{id}', 'GET /pets/dog/1');
  await fetch(`${endpoint}${path}`, { method });
  expect(events[0]).toMatchObject({ routeKey: expected });
});

it('serves a named stage below its name, with the stage in the path', async () => {
  await route('GET /here');
  await kernel.send(
    me,
    new CreateStageCommand({ ApiId: apiId, StageName: 'beta', AutoDeploy: true, StageVariables: { a: 'b' } }),
  );
  await fetch(`${endpoint}/beta/here`);
  expect(events[0]).toMatchObject({
    rawPath: '/beta/here',
    stageVariables: { a: 'b' },
    requestContext: { stage: 'beta' },
  });
  expect((await fetch(`${endpoint}/other/here`)).status).toBe(404);
});

it('reads answers of every form', async () => {
  await route('GET /');
  answer = {
    statusCode: 303,
    headers: { Location: '/next', 'X-Number': 1 },
    cookies: ['a=1; HttpOnly', 'b=2'],
    body: Buffer.from('bytes').toString('base64'),
    isBase64Encoded: true,
  };
  const full = await fetch(endpoint, { redirect: 'manual' });
  expect([full.status, full.headers.get('location'), full.headers.get('x-number')]).toEqual([303, '/next', '1']);
  expect(full.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
  expect(await full.text()).toBe('bytes');
  answer = { hello: 'there' };
  const bare = await fetch(endpoint);
  expect([bare.status, bare.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(await bare.json()).toEqual({ hello: 'there' });
  answer = 'just text';
  expect(await (await fetch(endpoint)).text()).toBe('just text');
});

it('words its own refusals as API Gateway does', async () => {
  await route('GET /here', 'GET /secret');
  await kernel.send(me, new CreateRouteCommand({ ApiId: apiId, RouteKey: 'GET /nowhere' }));
  const get = async (path: string): Promise<[number, unknown]> => {
    const response = await fetch(`${endpoint}${path}`);
    return [response.status, await response.json()];
  };
  expect(await get('/not-here')).toEqual([404, { message: 'Not Found' }]);
  // The function's resource policy does not let this route in.
  expect(await get('/secret')).toEqual([500, { message: 'Internal Server Error' }]);
  expect(await get('/nowhere')).toEqual([500, { message: 'Internal Server Error' }]);
  answer = { statusCode: 200, body: { not: 'a string' } };
  expect(await get('/here')).toEqual([500, { message: 'Internal Server Error' }]);
  answer = new Error('The function failed.');
  expect(await get('/here')).toEqual([500, { message: 'Internal Server Error' }]);
});

it('lets in by IAM who signed and may invoke, and tells the function who it is', async () => {
  await routes(['GET /v1/releases/{id}'], 'AWS_IAM');
  const path = '/v1/releases/one';
  const unsigned = await fetch(`${endpoint}${path}`);
  expect([unsigned.status, await unsigned.json()]).toEqual([403, { message: 'Forbidden' }]);
  const good = kernel.port.iam.administrator(account);
  expect((await signed(path, { ...good, secretAccessKey: 'wrong' })).status).toBe(403);
  // Another account's administrator may do anything, but only in that account.
  expect((await signed(path, kernel.port.iam.administrator('222222222222'))).status).toBe(403);
  expect(events).toHaveLength(0);
  expect((await signed(path, good)).status).toBe(200);
  expect(events[0]).toMatchObject({
    requestContext: {
      authorizer: {
        iam: {
          accessKey: good.accessKeyId,
          accountId: account,
          userArn: `arn:aws:iam::${account}:user/administrator`,
        },
      },
    },
  });
});

it('refuses by name what it does not do, and stops listening when deleted', async () => {
  await expect(kernel.send(me, new CreateApiCommand({ Name: 'x', ProtocolType: 'WEBSOCKET' }))).rejects.toThrow(
    'WEBSOCKET',
  );
  await expect(
    kernel.send(me, new CreateApiCommand({ Name: 'x', ProtocolType: 'HTTP', DisableExecuteApiEndpoint: true })),
  ).rejects.toThrow('DisableExecuteApiEndpoint');
  await expect(kernel.send(me, new CreateDeploymentCommand({ ApiId: apiId }))).rejects.toThrow('CreateDeployment');
  await kernel.send(me, new DeleteApiCommand({ ApiId: apiId }));
  await expect(fetch(endpoint)).rejects.toThrow();
});
