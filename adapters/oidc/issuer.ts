import * as client from 'openid-client';
import { IssuerUnavailable, SignInRefused } from '../../core/contract/errors.ts';
import type { OidcSettings } from '../../core/policy/oidc.ts';
import type { Attempt } from '../../core/sign-in/attempt.ts';
import type { Claims } from '../../core/sign-in/identity.ts';
import { clockTolerance, issuerKept, issuerSeconds, signingAlgorithms } from '../../core/sign-in/token-rules.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { ClientSecret } from './client-secret.ts';
import { explain } from './explain.ts';

/** What of an attempt the issuer is told. */
type Asked = Pick<Attempt, 'state' | 'nonce' | 'verifier'>;

/** Who an issuer says has signed in. */
export interface Identified {
  readonly subject: string;
  /** Of the ID token, whose signature holds. */
  readonly claims: Claims;
  /** What the issuer tells besides, where it was asked. */
  readonly told: () => Promise<Claims>;
}

/** The OpenID provider by which people sign in: authorization code with PKCE. */
export interface Issuer {
  /** Where the browser goes to sign in. @throws IssuerUnavailable */
  begin(asked: Asked, redirectUri: string, now: string): Promise<string>;
  /** Who signed in, by the answer that the browser brought. @throws SignInRefused, IssuerUnavailable */
  redeem(answer: URL, asked: Asked, now: string): Promise<Identified>;
}

type Settings = Pick<OidcSettings, 'issuer' | 'clientId' | 'scopes'>;

/** @param secret of the client; undefined where it is public */
export function openIssuer(settings: Settings, secret: ClientSecret | undefined): Issuer {
  let known: { readonly configuration: client.Configuration; readonly at: string } | undefined;
  const configuration = async (now: string): Promise<client.Configuration> => {
    if (known !== undefined && Date.parse(now) - Date.parse(known.at) < issuerKept * 1000) return known.configuration;
    const found = await discover(settings, await secret?.read()).catch(explain);
    known = { configuration: found, at: now };
    return found;
  };
  return {
    begin: async ({ state, nonce, verifier }, redirectUri, now) => {
      const url = client.buildAuthorizationUrl(await configuration(now), {
        ...{ redirect_uri: redirectUri, scope: settings.scopes.join(' '), state, nonce },
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return url.href;
    },
    redeem: async (answer, asked, now) => {
      const found = await configuration(now);
      const tokens = await client
        .authorizationCodeGrant(found, answer, {
          pkceCodeVerifier: asked.verifier,
          expectedState: asked.state,
          expectedNonce: asked.nonce,
          idTokenExpected: true,
        })
        .catch(explain);
      const claims = tokens.claims();
      if (claims === undefined) throw new SignInRefused('The issuer gave no ID token.');
      const { sub: subject } = claims;
      const told = async (): Promise<Claims> =>
        found.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : client.fetchUserInfo(found, tokens.access_token, subject).catch(explain);
      return { subject, claims, told };
    },
  };
}

/** What the issuer says of itself. It has to be the very issuer of the policy. @throws IssuerUnavailable */
async function discover(settings: Settings, secret: string | undefined): Promise<client.Configuration> {
  const { issuer, clientId } = settings;
  const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), {
    timeout: issuerSeconds,
    [client.customFetch]: boundedFetch,
  });
  const server = found.serverMetadata();
  if (server.issuer !== issuer)
    throw new IssuerUnavailable(
      `The issuer calls itself ${server.issuer}, and the policy ${issuer}: "oidc.issuer" has to be the same, slashes included.`,
    );
  // Where it does not say, it is RS256: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
  const algorithms = (server.id_token_signing_alg_values_supported ?? ['RS256']).filter((one) =>
    signingAlgorithms.includes(one),
  );
  const configuration = new client.Configuration(
    { ...plain(server), id_token_signing_alg_values_supported: algorithms },
    clientId,
    { [client.clockTolerance]: clockTolerance },
    authentication(server, secret),
  );
  configuration.timeout = issuerSeconds;
  configuration[client.customFetch] = boundedFetch;
  // Besides TLS: an ID token counts by its signature.
  client.enableNonRepudiationChecks(configuration);
  return configuration;
}

/** As it stands in the issuer's own document, without the library's methods. */
function plain(server: client.ServerMetadata): client.ServerMetadata {
  return { ...server };
}

/** By the header, as https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 has it, where the issuer does not take the form alone. */
function authentication(server: client.ServerMetadata, secret: string | undefined): client.ClientAuth {
  if (secret === undefined) return client.None();
  const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = server;
  return methods.includes('client_secret_basic') ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
}
