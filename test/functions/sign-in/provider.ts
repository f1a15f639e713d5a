import { once } from 'node:events';
import { type IncomingMessage, request as askPlainly } from 'node:http';
import { createServer, request as askSecurely, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
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
  /** What it is known by: the engine asks issuers by TLS alone. */
  readonly certificate: { readonly key: string; readonly certificate: string };
  /** Any that is free, when left out. */
  readonly port?: number;
}

/** Seconds for which ID tokens hold: longer than the time of an engine whose clock runs fast is ahead. */
const HOLDS = 86_400;

export const CLIENT = 'sluice';
export const AUDIENCE = 'https://sluice.example.com/api';

/** A real OpenID provider on loopback, whose sign-in form takes any password. */
export class TestProvider {
  private constructor(
    readonly issuer: string,
    private readonly server: Server,
    /** By which it signs, as PKCS #8. */
    readonly key: string,
  ) {}

  static async start(registered: Registered): Promise<TestProvider> {
    const { redirectUri, secret, accounts, thick = false, certificate, port = 0 } = registered;
    const server = createServer({ key: certificate.key, cert: certificate.certificate });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const issuer = `https://127.0.0.1:${portOf(server)}`;
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), kid: 'test', alg: 'RS256', use: 'sig' };
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT,
          redirect_uris: [redirectUri],
          // Of one on loopback any port counts: https://www.rfc-editor.org/rfc/rfc8252#section-7.3
          application_type: redirectUri.startsWith('http://127.0.0.1') ? 'native' : 'web',
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
      ttl: { IdToken: HOLDS },
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
  sign(payload: JWTPayload, header: Header = {}): Promise<string> {
    return signBy(this.key, payload, header);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

interface Header {
  readonly alg?: string;
  readonly typ?: string;
}

/** A token that an issuer's key signed. */
export async function signBy(key: string, payload: JWTPayload, header: Header = {}): Promise<string> {
  const imported = await importPKCS8(key, 'RS256');
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'test', ...header }).sign(imported);
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The provider does not listen.');
  return address.port;
}

interface Answer {
  readonly status: number;
  readonly cookies: readonly string[];
  readonly location: string | undefined;
  readonly text: string;
}

/** A browser's cookies of one site, and where its requests lead. */
export class TestBrowser {
  private readonly cookies = new Map<string, string>();

  /** @param trusted a certificate that it trusts besides */
  constructor(private readonly trusted?: string) {}

  /** Follows redirects within a site; the last answer, and where it is from. */
  async go(
    url: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ readonly url: string; readonly status: number; readonly text: string }> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.ask(url, cookie, form);
    for (const line of answer.cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const { status, location, text } = answer;
    if (location === undefined) return { url, status, text };
    const next = new URL(location, url);
    return next.origin === new URL(url).origin ? this.go(next.href) : { url: next.href, status, text: '' };
  }

  /** By Node.js's own client: `fetch` trusts what the process has trusted from its beginning. */
  private async ask(url: string, cookie: string, form?: Readonly<Record<string, string>>): Promise<Answer> {
    const send = url.startsWith('https:') ? askSecurely : askPlainly;
    const sent = send(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: { cookie, ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }) },
      ...(this.trusted === undefined ? {} : { ca: this.trusted }),
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve).once('error', reject);
    });
    sent.end(form === undefined ? undefined : new URLSearchParams(form).toString());
    const { headers, statusCode = 0 } = await answered;
    return {
      status: statusCode,
      cookies: headers['set-cookie'] ?? [],
      location: headers.location,
      text: await readText(await answered),
    };
  }

  /** Signs in at the provider's own form, and consents; gives where it sends the browser back to. */
  async signIn(url: string, account: string): Promise<string> {
    const first = await this.go(url);
    // Whoever is signed in there already is asked for consent alone, or is sent back at once.
    const consent = first.text.includes('name="login"')
      ? await this.go(actionIn(first.text, first.url), { prompt: 'login', login: account, password: 'any' })
      : first;
    if (consent.text === '') return consent.url;
    return (await this.go(actionIn(consent.text, consent.url), { prompt: 'consent' })).url;
  }
}

function actionIn(html: string, base: string): string {
  const [, action] = /action="([^"]+)"/.exec(html) ?? [];
  if (action === undefined) throw new Error(`There is no form: ${html.slice(0, 500)}`);
  return new URL(action, base).href;
}
