import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { openAccessTokens } from '../../../adapters/oidc/access-tokens.ts';
import { openIssuer } from '../../../adapters/oidc/issuer.ts';
import type { Attempt } from '../../../core/sign-in/attempt.ts';

const [state, nonce, verifier] = ['s'.repeat(43), 'n'.repeat(43), 'v'.repeat(43)];
const asked: Pick<Attempt, 'state' | 'nonce' | 'verifier'> = { state, nonce, verifier };
const audience = 'https://sluice.example.com';

/** An issuer that answers whatever it is told to. */
let server: Server;
let issuer: string;
let token = '';
/** What it says of itself otherwise than it is. */
let said: object = {};
/** What it gives for its keys, where that is no set of keys. */
let badKeys: unknown;
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let others: typeof keys;

beforeAll(async () => {
  [keys, others] = await Promise.all([generateKeyPair('RS256', { extractable: true }), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', use: 'sig', alg: 'RS256' };
  const { key, certificate: cert } = inject('issuerCertificate');
  server = createServer({ key, cert }, (request, response) => {
    const answers: Record<string, unknown> = {
      '/.well-known/openid-configuration': {
        ...{ issuer, jwks_uri: `${issuer}/keys`, token_endpoint: `${issuer}/token` },
        authorization_endpoint: `${issuer}/authorize`,
        id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
        ...said,
      },
      '/keys': badKeys ?? { keys: [jwk] },
      '/token': { access_token: 'any', token_type: 'Bearer', id_token: token },
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[request.url ?? ''] ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  issuer = `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  said = {};
  badKeys = undefined;
});

const seconds = (): number => Math.floor(Date.now() / 1000);
const good = (): JWTPayload => ({
  iss: issuer,
  aud: 'sluice',
  sub: 'ada',
  nonce,
  iat: seconds(),
  exp: seconds() + 300,
});

function sign(
  payload: JWTPayload,
  header: { readonly alg?: string; readonly typ?: string; readonly kid?: string } = {},
  by = keys,
) {
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(by.privateKey);
}

const without = (payload: JWTPayload, claim: string): JWTPayload =>
  Object.fromEntries(Object.entries(payload).filter(([name]) => name !== claim));

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What nobody signed. */
function unsigned(payload: JWTPayload): string {
  return `${encoded({ alg: 'none' })}.${encoded(payload)}.`;
}

/** Signed by the public key, as if it were a secret that both sides know. */
async function confused(payload: JWTPayload): Promise<string> {
  const text = `${encoded({ alg: 'HS256', kid: 'one' })}.${encoded(payload)}`;
  const secret = JSON.stringify(await exportJWK(keys.publicKey));
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const lies: [string, (payload: JWTPayload) => Promise<string> | string][] = [
  ['without a signature', unsigned],
  ['signed by what everybody knows', confused],
  ['of another key', (payload) => sign(payload, {}, others)],
  ['for others', (payload) => sign({ ...payload, aud: 'another' })],
  ['of another issuer', (payload) => sign({ ...payload, iss: 'https://other.example.com' })],
  ['that has expired', (payload) => sign({ ...payload, iat: seconds() - 600, exp: seconds() - 60 })],
  ['that is not valid yet', (payload) => sign({ ...payload, nbf: seconds() + 120 })],
  ['without an end', (payload) => sign(without(payload, 'exp'))],
  ['of nobody', (payload) => sign(without(payload, 'sub'))],
];

function redeem() {
  const client = openIssuer({ issuer, clientId: 'sluice', scopes: ['openid'] }, undefined);
  const answer = new URL(`https://api.example.com/sign-in/return?code=any&state=${state}`);
  return client.redeem(answer, asked, new Date().toISOString());
}

describe('an ID token', () => {
  it('says who has signed in', async () => {
    token = await sign(good());
    expect(await redeem()).toMatchObject({ subject: 'ada' });
    // Clocks differ by half a minute.
    token = await sign({ ...good(), exp: seconds() - 20 });
    expect(await redeem()).toMatchObject({ subject: 'ada' });
  });

  it.each([
    ...lies,
    ['for another question', (payload: JWTPayload) => sign({ ...payload, nonce: 'another' })] as const,
    ['for no question', (payload: JWTPayload) => sign(without(payload, 'nonce'))] as const,
  ])('says nothing: %s', async (_, forge) => {
    token = await forge(good());
    await expect(redeem()).rejects.toMatchObject({ name: 'SignInRefused' });
  });
});

describe('an issuer that is not asked by TLS', () => {
  const plain = (path: string): string => `${issuer.replace('https:', 'http:')}${path}`;

  it.each(['token_endpoint', 'jwks_uri'])('lets nobody sign in: %s', async (endpoint) => {
    token = await sign(good());
    said = { [endpoint]: plain('/any') };
    await expect(redeem()).rejects.toThrow('OAUTH_HTTP_REQUEST_FORBIDDEN');
  });

  it('has no access tokens', async () => {
    said = { jwks_uri: plain('/keys') };
    const verified = openAccessTokens({ issuer, audience }).verify('a.b.c', new Date().toISOString());
    await expect(verified).rejects.toThrow('without TLS');
  });
});

describe('an access token', () => {
  const claims = (): JWTPayload => ({ ...good(), aud: audience });
  const verify = async (text: string) => openAccessTokens({ issuer, audience }).verify(text, new Date().toISOString());

  it.each([undefined, 'JWT', 'at+jwt', 'application/at+jwt'])('counts, of the type %s', async (typ) => {
    const text = await sign(claims(), typ === undefined ? {} : { typ });
    expect(await verify(text)).toMatchObject({ sub: 'ada' });
  });

  it.each([
    ...lies,
    ['that is an ID token', (payload: JWTPayload) => sign({ ...payload, aud: 'sluice' })] as const,
    ['of another type', (payload: JWTPayload) => sign(payload, { typ: 'logout+jwt' })] as const,
    ['that is bound to a key', (payload: JWTPayload) => sign({ ...payload, cnf: { jkt: 'x' } })] as const,
    ['older than a day', (payload: JWTPayload) => sign({ ...payload, iat: seconds() - 90_000 })] as const,
    ['that is none', () => 'a.b.c'] as const,
  ])('does not count: %s', async (_, forge) => {
    await expect(verify(await forge(claims()))).rejects.toMatchObject({ name: 'TokenInvalid' });
  });

  it('does not count by the keys of an issuer that calls itself otherwise', async () => {
    const text = await sign(claims());
    said = { issuer: `${issuer}/` };
    await expect(verify(text)).rejects.toThrow('does not name it and its keys');
  });

  it.each([
    ['no set of keys', { error: 'maintenance' }],
    ['a set of something else', { keys: 'none' }],
    ['a list', []],
  ])('is not judged by an issuer that gives %s for its keys', async (_, given) => {
    badKeys = given;
    const verified = verify(await sign(claims()));
    await expect(verified).rejects.toMatchObject({ name: 'IssuerUnavailable' });
    await expect(verified).rejects.toThrow(/cannot be read/);
  });

  it('is no one’s fault while the issuer does not answer', async () => {
    const tokens = openAccessTokens({ issuer: 'https://127.0.0.1:9', audience });
    await expect(tokens.verify('a.b.c', new Date().toISOString())).rejects.toMatchObject({ name: 'IssuerUnavailable' });
  });
});
