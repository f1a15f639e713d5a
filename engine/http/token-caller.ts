import type { Caller } from '../../core/approval/caller.ts';
import { DecisionRefused, RequestInvalid, TokenInvalid } from '../../core/contract/errors.ts';
import { isSigned } from '../../core/contract/api/routes.ts';
import { isTokenRoute, tokenPrefix } from '../../core/contract/api/token-routes.ts';
import { allows, findSignedIn, nameIn } from '../../core/sign-in/identity.ts';
import type { InvocationContext } from '../handler/handler.ts';
import { notFound, refuse } from './refusals.ts';
import type { FindSigningIn, SigningIn } from './signing-in.ts';

/** Answers a request, for whoever asks. */
type Answer = (request: Request, caller: Caller | undefined) => Response | Promise<Response>;

/**
 * Answers a request of the API or of the pages. One to `/oidc/v1/…` is that to `/v1/…`, by whom the issuer names in the access token that
 * comes with it; of every other one the caller is whom API Gateway verified.
 */
export async function answerCaller(
  request: Request,
  caller: Caller | undefined,
  { signIn }: { readonly signIn?: FindSigningIn | undefined },
  invocation: InvocationContext,
  answer: Answer,
): Promise<Response> {
  const url = new URL(request.url);
  const byToken = url.pathname.startsWith(`${tokenPrefix}/`);
  if (!byToken && !(isSigned({ path: url.pathname }) && caller === undefined)) return answer(request, caller);
  try {
    // API Gateway lets none of these through unsigned; a function that took it on trust would fail open.
    if (!byToken) throw new RequestInvalid('This request must be signed with IAM credentials.');
    const known = isTokenRoute(url.pathname) ? await signIn?.() : undefined;
    if (known === undefined) throw notFound({ method: request.method, path: url.pathname });
    const named = await callerByToken(request, known, invocation.now());
    url.pathname = url.pathname.slice(tokenPrefix.length);
    return await answer(new Request(url, request), named);
  } catch (problem) {
    invocation.log.error('A request was refused', problem);
    const header = (name: string) => request.headers.get(name) ?? undefined;
    const challenge = challengeFor(problem, request);
    return refuse(problem, { header }, challenge === undefined ? {} : { 'www-authenticate': challenge });
  }
}

/** A token that holds, without the scope that the request needs. */
class ScopeMissing extends DecisionRefused {
  constructor(readonly scope: string) {
    super(`The access token does not have the scope "${scope}", which this needs.`);
  }
}

/**
 * What a program is told of how to identify: nothing of an error where it did not try.
 * https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
function challengeFor(problem: unknown, { headers }: Request): string | undefined {
  if (problem instanceof ScopeMissing) return `Bearer error="insufficient_scope", scope="${problem.scope}"`;
  if (!(problem instanceof TokenInvalid)) return undefined;
  return /^Bearer( |$)/i.test(headers.get('authorization') ?? '') ? 'Bearer error="invalid_token"' : 'Bearer';
}

/** @throws TokenInvalid, DecisionRefused, IssuerUnavailable */
async function callerByToken(request: Request, { policy, tokens }: SigningIn, now: string): Promise<Caller> {
  const { oidc } = policy;
  if (tokens === undefined || oidc?.api === undefined)
    throw new TokenInvalid('The policy has the API take no access tokens ("oidc.api").');
  const [, token] = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (token === undefined) throw new TokenInvalid('The request has no access token, as "Authorization: Bearer …".');
  const claims = await tokens.verify(token, now);
  const scope = oidc.api.scopes[request.method === 'GET' ? 'read' : 'act'];
  if (!allows(claims, scope)) throw new ScopeMissing(scope);
  const naming = nameIn(claims, oidc);
  if ('why' in naming) throw new DecisionRefused(`The access token names nobody: ${naming.why}.`);
  const signedIn = { issuer: oidc.issuer, subject: String(claims['sub']), named: naming.named };
  const person = findSignedIn(policy, signedIn);
  if (person === undefined) throw new DecisionRefused(`${naming.named} is none of the people whom the policy lists.`);
  return { email: person.email, signedIn };
}
