import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';
import { IssuerUnavailable, SluiceError, TokenInvalid } from '../../core/contract/errors.ts';
import type { OidcSettings } from '../../core/policy/oidc.ts';
import type { Claims } from '../../core/sign-in/identity.ts';
import {
  clockTolerance,
  isAccessTokenType,
  issuerKept,
  issuerSeconds,
  longestToken,
  signingAlgorithms,
} from '../../core/sign-in/token-rules.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** Access tokens of the issuer, for this API. */
export interface AccessTokens {
  /** The token's claims. @throws TokenInvalid, IssuerUnavailable */
  verify(token: string, now: string): Promise<Claims>;
}

type KeySet = ReturnType<typeof createRemoteJWKSet>;
type Settings = Pick<OidcSettings, 'issuer'> & { readonly audience: string };

/** What of the issuer's description is needed: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
const described = z.object({ issuer: z.string(), jwks_uri: z.url() });

export function openAccessTokens({ issuer, audience }: Settings): AccessTokens {
  let known: { readonly keys: KeySet; readonly at: string } | undefined;
  const keySet = async (now: string): Promise<KeySet> => {
    if (known !== undefined && Date.parse(now) - Date.parse(known.at) < issuerKept * 1000) return known.keys;
    const keys = await discoverKeys(issuer);
    known = { keys, at: now };
    return keys;
  };
  return {
    verify: async (token, now) => {
      try {
        const { payload, protectedHeader } = await jwtVerify(token, await keySet(now), {
          ...{ issuer, audience, algorithms: signingAlgorithms, clockTolerance, currentDate: new Date(now) },
          maxTokenAge: longestToken,
          requiredClaims: ['sub', 'exp', 'iat'],
        });
        requireBearer(payload, protectedHeader.typ);
        return payload;
      } catch (problem) {
        throw explain(problem);
      }
    },
  };
}

/** A token of another kind, or that only whoever has a key may use, is no bearer's: https://www.rfc-editor.org/rfc/rfc7800#section-3.1 */
function requireBearer(payload: JWTPayload, type: string | undefined): void {
  if (!isAccessTokenType(type)) throw new TokenInvalid('The token is of another type than an access token.');
  if (typeof payload.sub !== 'string') throw new TokenInvalid('The token\'s claim "sub" is no text.');
  if (payload['cnf'] !== undefined) throw new TokenInvalid('The token is bound to a key, and no bearer’s.');
}

async function discoverKeys(issuer: string): Promise<KeySet> {
  const answer = await boundedFetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(issuerSeconds * 1000),
  });
  const parsed = answer.ok ? described.safeParse(await answer.json()) : undefined;
  if (parsed?.success !== true || parsed.data.issuer !== issuer)
    throw new IssuerUnavailable('What the issuer says of itself does not name it and its keys.');
  const { jwks_uri: url } = parsed.data;
  if (new URL(url).protocol !== 'https:') throw new IssuerUnavailable('The issuer gives its keys without TLS.');
  return createRemoteJWKSet(new URL(url), {
    timeoutDuration: issuerSeconds * 1000,
    cacheMaxAge: issuerKept * 1000,
    [customFetch]: boundedFetch,
  });
}

/** The library's error has the token's claims in it: only its code is told. */
function explain(problem: unknown): SluiceError {
  if (problem instanceof SluiceError) return problem;
  if (problem instanceof errors.JWTExpired) return new TokenInvalid('The token has expired: get another.');
  if (problem instanceof errors.JWTClaimValidationFailed)
    return new TokenInvalid(`The token's claim "${problem.claim}" is not as it has to be (${problem.reason}).`);
  // The issuer's own document, whatever the token is: https://www.rfc-editor.org/rfc/rfc7517#section-5
  if (problem instanceof errors.JWKSInvalid || problem instanceof errors.JWKInvalid)
    return new IssuerUnavailable(`The keys that the issuer gives cannot be read (${problem.code}).`);
  if (problem instanceof errors.JWKSTimeout) return new IssuerUnavailable('The issuer did not give its keys in time.');
  if (problem instanceof errors.JOSEError && problem.code !== 'ERR_JOSE_GENERIC')
    return new TokenInvalid(`The token does not hold (${problem.code}).`);
  return new IssuerUnavailable(
    `The issuer could not be asked (${problem instanceof Error ? problem.name : 'unknown'}).`,
  );
}
