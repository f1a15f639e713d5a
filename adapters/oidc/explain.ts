import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { IssuerUnavailable, SignInRefused, SluiceError } from '../../core/contract/errors.ts';

/** Codes of openid-client that are about the issuer, not about what the browser brought. */
const unavailable = ['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_PARSE_ERROR', 'OAUTH_RESPONSE_IS_NOT_JSON'];

/**
 * What went wrong at the issuer, as an error of ours. The library's own has tokens and claims in it, which are for no log: only its code
 * is told. @throws SignInRefused, IssuerUnavailable
 */
export function explain(problem: unknown): never {
  if (problem instanceof SluiceError) throw problem;
  if (problem instanceof AuthorizationResponseError)
    throw new SignInRefused(`The issuer signed nobody in (${codeIn(problem.error)}). Sign in again.`);
  if (problem instanceof ResponseBodyError) throw ofTokens(problem.error);
  if (problem instanceof WWWAuthenticateChallengeError)
    throw new IssuerUnavailable('The issuer does not take the client: look at "oidc.clientId" and its secret.');
  if (problem instanceof ClientError) {
    const code = codeIn(problem.code);
    if (unavailable.includes(code)) throw new IssuerUnavailable(`The issuer did not answer as it has to (${code}).`);
    throw new SignInRefused(`The answer of the issuer does not hold (${code}). Sign in again.`);
  }
  const name = problem instanceof Error ? problem.name : 'unknown';
  throw new IssuerUnavailable(`The issuer could not be asked (${name}).`);
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function ofTokens(error: string): SluiceError {
  if (error === 'invalid_grant')
    return new SignInRefused(
      'The issuer does not take this answer: it was used, is too old, or is not for this browser. Sign in again.',
    );
  return new IssuerUnavailable(
    `The issuer does not take the client's question (${codeIn(error)}): look at "oidc" in the policy.`,
  );
}

/** An error's code is text from outside. */
function codeIn(code: unknown): string {
  return typeof code === 'string' && /^[A-Za-z0-9_.-]{1,60}$/.test(code) ? code : 'no code';
}
