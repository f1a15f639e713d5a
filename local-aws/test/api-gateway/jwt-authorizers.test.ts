/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
import {
  ApiGatewayV2Client,
  CreateAuthorizerCommand,
  ImportApiCommand,
  CreateStageCommand,
  GetAuthorizersCommand,
} from '@aws-sdk/client-apigatewayv2';
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, roleFor, where } from '../lambda/functions.ts';

let aws: LocalAws;
let apis: ApiGatewayV2Client;
let ApiId: string;
let endpoint: string;
let server: Server;
let issuer: string;
let key: CryptoKey;
let other: CryptoKey;
let elliptic: CryptoKey;
/** What the issuer was asked. */
const paths: string[] = [];

const ECHO = `export const handler = async ({ requestContext }) => ({ statusCode: 200, body: JSON.stringify(requestContext.authorizer) });`;

async function startIssuer(): Promise<void> {
  const pair = await generateKeyPair('RS256');
  key = pair.privateKey;
  other = (await generateKeyPair('RS256')).privateKey;
  const curve = await generateKeyPair('ES256');
  elliptic = curve.privateKey;
  const keys = [
    { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' },
    { ...(await exportJWK(curve.publicKey)), kid: 'e1', alg: 'ES256', use: 'sig' },
  ];
  server = createServer(({ url = '' }, response) => {
    paths.push(url);
    const says: Record<string, object> = {
      '/pool/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
      '/pool/keys': { keys },
    };
    response.writeHead(says[url] === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(says[url] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  issuer = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/pool`;
}

beforeAll(async () => {
  await startIssuer();
  aws = await startLocalAws({ pace: 'manual' });
  apis = aws.client(ApiGatewayV2Client, where);
  const lambda = aws.client(LambdaClient, where);
  await createFunction(lambda, 'echo', await roleFor(aws, 'role', []), ECHO);
  await lambda.send(
    new AddPermissionCommand({
      ...{ FunctionName: 'echo', StatementId: 'api', Action: 'lambda:InvokeFunction' },
      Principal: 'apigateway.amazonaws.com',
    }),
  );
  const operation = (scopes: readonly string[], payloadFormatVersion = '2.0', scheme = 'tokens'): object => ({
    get: {
      security: [{ [scheme]: scopes }],
      'x-amazon-apigateway-integration': {
        ...{ type: 'aws_proxy', httpMethod: 'POST', payloadFormatVersion },
        uri: `arn:aws:lambda:us-east-1:${where.account}:function:echo`,
      },
    },
  });
  const scheme = (from: string): object => ({
    type: 'oauth2',
    'x-amazon-apigateway-authorizer': {
      ...{ type: 'jwt', identitySource: '$request.header.Authorization' },
      jwtConfiguration: { issuer: from, audience: ['shop', 'app'] },
    },
  });
  const Body = JSON.stringify({
    ...{ openapi: '3.0.1', info: { title: 'guarded', version: '1' } },
    paths: {
      '/any': operation([]),
      '/one': operation([], '1.0'),
      '/write': operation(['orders/write', 'orders/all']),
      '/nowhere': operation([], '2.0', 'nowhere'),
    },
    components: { securitySchemes: { tokens: scheme(issuer), nowhere: scheme(`${issuer}/nowhere`) } },
  });
  const api = await apis.send(new ImportApiCommand({ Body }));
  ApiId = api.ApiId ?? '';
  endpoint = api.ApiEndpoint ?? '';
  await apis.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }));
});
afterAll(async () => {
  await aws.close();
  await new Promise((resolve) => server.close(resolve));
});

const now = (): number => Math.floor(aws.clock.now() / 1_000);

/** A token that is good, but for what is said. A claim that is undefined is left out. */
async function token(claims: Readonly<Record<string, unknown>> = {}, header: object = {}, by = key): Promise<string> {
  const all = { iss: issuer, aud: 'shop', sub: 'me', iat: now(), exp: now() + 600, ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(by);
}

async function call(
  path: string,
  authorization?: string,
): Promise<{ status: number; challenge: string | null; body: unknown }> {
  const answer = await fetch(`${endpoint}${path}`, { headers: authorization === undefined ? {} : { authorization } });
  return { status: answer.status, challenge: answer.headers.get('www-authenticate'), body: await answer.json() };
}

describe('a JWT authorizer', () => {
  it('lets in whose token holds, with "Bearer" and without it, and tells the integration the claims as texts', async () => {
    const more = { n: 1, yes: true, groups: ['a', 'b'], none: null, deep: { x: 1 } };
    const good = await token(more);
    const claims = {
      ...{ iss: issuer, aud: 'shop', sub: 'me', iat: String(now()), exp: String(now() + 600) },
      ...{ n: '1', yes: 'true', groups: '[a b]', deep: '{"x":1}' },
    };
    const expected = { status: 200, challenge: null, body: { jwt: { claims, scopes: null } } };
    expect(await call('/any', `Bearer ${good}`)).toEqual(expected);
    expect(await call('/any', good)).toEqual(expected);
    expect((await call('/one', good)).body).toEqual({ claims, scopes: null });
  });

  it('asks its issuer for its configuration and keys, and keeps them for two hours', async () => {
    await call('/any', await token());
    await call('/any', await token());
    expect(paths.filter((path) => path.startsWith('/pool/'))).toEqual([
      '/pool/.well-known/openid-configuration',
      '/pool/keys',
    ]);
    await aws.clock.advance(2 * 60 * 60 * 1_000 + 1);
    expect((await call('/any', await token())).status).toBe(200);
    expect(paths).toHaveLength(4);
  });

  it('takes the client for the audience where the token has none', async () => {
    expect((await call('/any', await token({ aud: undefined, client_id: 'app' }))).status).toBe(200);
    expect((await call('/any', await token({ aud: ['x', 'app'] }))).status).toBe(200);
    const both = await call('/any', await token({ aud: 'x', client_id: 'app' }));
    expect(both).toEqual({
      status: 401,
      challenge: 'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"',
      body: { message: 'Unauthorized' },
    });
  });

  it.each<[string, () => Promise<string> | undefined]>([
    ['nobody', () => undefined],
    ['what is no token', async () => 'Bearer nonsense'],
    ['who has no audience', () => token({ aud: undefined })],
    ['whose token has expired', () => token({ exp: now() - 1 })],
    ['whose token never expires', () => token({ exp: undefined })],
    ['whose token is not yet good', () => token({ nbf: now() + 60 })],
    ['whose token is of later', () => token({ iat: now() + 60 })],
    ['whose token is another’s', () => token({ iss: 'https://id.example.com' })],
    ['whose token another key signed', () => token({}, {}, other)],
    ['whose token names no key', () => token({}, { kid: undefined })],
    ['whose token names a key that is not there', () => token({}, { kid: 'k2' })],
    ['whose token an elliptic key of the issuer signed', () => token({}, { kid: 'e1', alg: 'ES256' }, elliptic)],
    [
      'whose token is signed by a secret',
      async () =>
        new SignJWT({ iss: issuer, aud: 'shop', exp: now() + 60 })
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .sign(new TextEncoder().encode('a secret that is long enough for it')),
    ],
  ])('keeps out %s', async (_, made) => {
    const answer = await call('/any', await made());
    expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    expect(answer.challenge).toMatch(/^Bearer( scope="" error="invalid_token" error_description="[^"]+")?$/);
  });

  it.each([
    ['scope', { scope: 'openid orders/write' }],
    ['scp', { scp: ['openid', 'orders/write'] }],
  ])('asks for one of the route’s scopes in %s', async (_, claims) => {
    const { status, body } = await call('/write', await token(claims));
    expect(status).toBe(200);
    expect(body).toMatchObject({ jwt: { scopes: ['openid', 'orders/write'] } });
    expect(await call('/write', await token({ scope: 'orders/read' }))).toEqual({
      status: 403,
      challenge: 'Bearer scope="orders/write orders/all" error="insufficient_scope"',
      body: { message: 'Forbidden' },
    });
  });

  it('says by name that its issuer cannot be asked', async () => {
    const answer = await call('/nowhere', await token({ iss: `${issuer}/nowhere` }));
    expect(answer.status).toBe(501);
    expect(JSON.stringify(answer.body)).toMatch(/cannot ask the issuer .*nowhere of the authorizer nowhere.* 404/);
  });

  it('has one issuer, one identity source, and no function', async () => {
    const { Items = [] } = await apis.send(new GetAuthorizersCommand({ ApiId }));
    expect(Items[0]).toMatchObject({
      ...{ Name: 'tokens', AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'] },
      JwtConfiguration: { Issuer: issuer, Audience: ['shop', 'app'] },
    });
    const good = { Issuer: 'https://id.example.com', Audience: ['shop'] };
    const create = (more: object): Promise<unknown> =>
      apis.send(
        new CreateAuthorizerCommand({
          ...{ ApiId, Name: 'new', AuthorizerType: 'JWT', JwtConfiguration: good },
          ...{ IdentitySource: ['$request.header.Authorization'], ...more },
        }),
      );
    await expect(create({ JwtConfiguration: { ...good, Issuer: 'http://id.example.com' } })).rejects.toThrow('issuer');
    await expect(create({ JwtConfiguration: undefined })).rejects.toThrow('JwtConfiguration');
    await expect(create({ IdentitySource: [] })).rejects.toThrow('IdentitySource');
    await expect(create({ AuthorizerUri: 'arn:aws:lambda:us-east-1:111111111111:function:x' })).rejects.toThrow(
      'AuthorizerUri',
    );
  });
});
