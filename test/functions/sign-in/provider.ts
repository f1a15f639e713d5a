import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportPKCS8, generateKeyPair, importPKCS8, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';

/** Somebody with an account. */
export interface Account {
  readonly email?: string;
  readonly verified?: boolean;
  readonly oid?: string;
}

/** What the client is registered with. */
interface Registered {
  readonly redirectUri: string;
  /** Absent for a public client. */
  readonly secret?: string;
  readonly accounts: Readonly<Record<string, Account>>;
  /** Are claims in the ID token, too, and not at the userinfo endpoint alone? */
  readonly thick?: boolean;
}

export const CLIENT = 'sluice';
export const AUDIENCE = 'https://sluice.example.com/api';

/** A real OpenID provider on loopback, whose sign-in form takes any password. */
export class TestProvider {
  private constructor(
    readonly issuer: string,
    private readonly server: Server,
    private readonly key: string,
  ) {}

  static async start({ redirectUri, secret, accounts, thick = false }: Registered): Promise<TestProvider> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = `http://127.0.0.1:${portOf(server)}`;
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), kid: 'test', alg: 'RS256', use: 'sig' };
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT,
          redirect_uris: [redirectUri],
          ...(secret === undefined
            ? { token_endpoint_auth_method: 'none' as const }
            : { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' as const }),
        },
      ],
      jwks: { keys: [jwk] },
      claims: { openid: ['sub', 'oid'], email: ['email', 'email_verified'] },
      conformIdTokenClaims: !thick,
      cookies: { keys: ['a test’s own'] },
      pkce: { required: () => true },
      findAccount: (_context, sub) => {
        const account = accounts[sub];
        if (account === undefined) return undefined;
        const { email, verified, oid } = account;
        const claims = {
          ...{ sub },
          ...(email === undefined ? {} : { email }),
          ...(verified === undefined ? {} : { email_verified: verified }),
          ...(oid === undefined ? {} : { oid }),
        };
        return { accountId: sub, claims: () => claims };
      },
    });
    server.on('request', (request, response) => void provider.callback()(request, response));
    return new TestProvider(issuer, server, await exportPKCS8(privateKey));
  }

  /** A token that the issuer's key signed. */
  async sign(payload: JWTPayload, header: { readonly alg?: string; readonly typ?: string } = {}): Promise<string> {
    const key = await importPKCS8(this.key, 'RS256');
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'test', ...header }).sign(key);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The provider does not listen.');
  return address.port;
}

/** A browser's cookies of one site, and where its requests lead. */
export class TestBrowser {
  private readonly cookies = new Map<string, string>();

  /** Follows redirects within a site; the last answer, and where it is from. */
  async go(
    url: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ readonly url: string; readonly text: string }> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
      headers: { cookie },
      redirect: 'manual',
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) return { url, text: await answer.text() };
    const next = new URL(location, url);
    return next.origin === new URL(url).origin ? this.go(next.href) : { url: next.href, text: '' };
  }

  /** Signs in at the provider's own form, and consents; gives where it sends the browser back to. */
  async signIn(url: string, account: string): Promise<string> {
    const login = await this.go(url);
    // Who is signed in there already is sent back at once.
    if (login.text === '') return login.url;
    const consent = await this.go(actionIn(login.text, login.url), {
      prompt: 'login',
      login: account,
      password: 'any',
    });
    if (consent.text === '') return consent.url;
    return (await this.go(actionIn(consent.text, consent.url), { prompt: 'consent' })).url;
  }
}

function actionIn(html: string, base: string): string {
  const [, action] = /action="([^"]+)"/.exec(html) ?? [];
  if (action === undefined) throw new Error(`There is no form: ${html.slice(0, 500)}`);
  return new URL(action, base).href;
}
