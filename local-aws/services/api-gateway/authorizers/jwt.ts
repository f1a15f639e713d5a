/**
 * Tokens of an issuer: signature, claims, scopes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { JwtAuthorizer } from './authorizer.ts';
import { IssuerUnreachable, keysOf } from './issuer-keys.ts';

/** What a token came to. */
export type JwtVerdict =
  | {
      readonly kind: 'allowed';
      /** As integrations are told them: every value as text. */
      readonly claims: Readonly<Record<string, string>>;
      /** The token's, where the route asks for any; null where it asks for none. */
      readonly scopes: readonly string[] | null;
    }
  /** 401; without a reason where there is no token. */
  | { readonly kind: 'unauthorized'; readonly because?: string }
  /** 403: the token has none of the route's scopes. */
  | { readonly kind: 'denied' }
  /** Its issuer cannot be asked, for which AWS has no answer, since it asks when the authorizer is made. */
  | { readonly kind: 'unreachable'; readonly because: string };

/** "Currently, only RSA-based algorithms are supported." */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

/** @param given what stands in the identity source: a token, or `Bearer` and a token @param wanted the route's scopes */
export async function judgeToken(
  kernel: Kernel,
  authorizer: JwtAuthorizer,
  given: string | undefined,
  wanted: readonly string[],
): Promise<JwtVerdict> {
  const token = /^(?:Bearer\s+)?(\S+)\s*$/i.exec(given ?? '')?.[1];
  if (token === undefined) return { kind: 'unauthorized' };
  try {
    const payload = await verified(kernel, authorizer, token);
    const wrong = wrongClaim(authorizer, payload, Math.floor(kernel.clock.now() / 1_000));
    if (wrong !== undefined) return { kind: 'unauthorized', because: wrong };
    const scopes = scopesOf(payload);
    if (wanted.length > 0 && !wanted.some((scope) => scopes.includes(scope))) return { kind: 'denied' };
    return { kind: 'allowed', claims: textsOf(payload), scopes: wanted.length > 0 ? scopes : null };
  } catch (error) {
    if (error instanceof IssuerUnreachable) return { kind: 'unreachable', because: error.message };
    if (error instanceof errors.JOSEError || error instanceof TypeError)
      return { kind: 'unauthorized', because: reasonOf(error) };
    throw error;
  }
}

/** @throws JOSEError @throws TypeError for what is no token @throws IssuerUnreachable */
async function verified(kernel: Kernel, { issuer }: JwtAuthorizer, token: string): Promise<JWTPayload> {
  // A token without the id of its key could be of any.
  if (decodeProtectedHeader(token).kid === undefined) throw new errors.JWKSNoMatchingKey();
  const keys = await keysOf(kernel, issuer);
  const currentDate = kernel.clock.date();
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    algorithms: ALGORITHMS,
    currentDate,
    requiredClaims: ['exp'],
  });
  return payload;
}

/** What the library does not look at. @param now seconds since the epoch */
function wrongClaim(
  { audience }: JwtAuthorizer,
  { aud, client_id: client, iat }: JWTPayload,
  now: number,
): string | undefined {
  const named = aud === undefined ? [client] : Array.isArray(aud) ? aud : [aud];
  if (!named.some((one) => typeof one === 'string' && audience.includes(one)))
    return 'the token does not have a valid audience';
  return iat !== undefined && iat > now ? 'the token is used before it was issued' : undefined;
}

/** `scp` or `scope`, a list or a text with spaces. */
function scopesOf({ scp, scope }: JWTPayload): string[] {
  const told = scp ?? scope;
  if (Array.isArray(told)) return told.map(String);
  return typeof told === 'string' ? told.split(' ').filter((one) => one !== '') : [];
}

/** Claims that are null are left out; a list is told as `[a b]`. */
function textsOf(payload: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload).flatMap(([name, value]): [string, string][] =>
      value === null || value === undefined ? [] : [[name, textOf(value)]],
    ),
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? `[${value.map(textOf).join(' ')}]` : JSON.stringify(value);
}

function reasonOf(error: Error): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `the token's claim ${error.claim} is not valid`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'no key of the issuer has signed the token';
  if (error instanceof errors.JWSSignatureVerificationFailed) return "the token's signature does not hold";
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the token is signed by an algorithm that is not supported';
  return 'the token is malformed';
}
