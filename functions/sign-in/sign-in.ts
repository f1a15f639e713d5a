import { SignInRefused } from '../../core/contract/errors.ts';
import { sessionItem } from '../../core/ledger/items.ts';
import { sessionKey } from '../../core/ledger/keys.ts';
import { endSession, isUsable, openSignedIn } from '../../core/ledger/sessions.ts';
import type { Person } from '../../core/policy/policy.ts';
import { type Attempt, isAnswerTo } from '../../core/sign-in/attempt.ts';
import { findSignedIn, nameIn, type SignedIn } from '../../core/sign-in/identity.ts';
import { returnPath } from '../../core/sign-in/return-path.ts';
import { durationSeconds } from '../../core/values/duration.ts';
import { cutText } from '../../core/values/text.ts';
import type { Identified } from '../../adapters/oidc/issuer.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readItem } from '../../engine/ledger/read.ts';
import type { SignInServices } from './services.ts';

/** Where the issuer sends the browser back to: the client has to be registered with it. */
export const answerPath = '/sign-in/return';

/** What a browser keeps, and where it goes. @param to the page to come back to @throws IssuerUnavailable */
export async function beginSignIn(
  { issuer, apiUrl }: SignInServices,
  invocation: InvocationContext,
  to: string | undefined,
): Promise<{ readonly attempt: Attempt; readonly url: string }> {
  const [state, nonce, verifier] = [invocation.newSecret(), invocation.newSecret(), invocation.newSecret()];
  const attempt = { state, nonce, verifier, at: invocation.now(), to: returnPath(to) };
  return { attempt, url: await issuer.begin(attempt, `${apiUrl}${answerPath}`, invocation.now()) };
}

/** The attempt that an answer is for. @throws SignInRefused */
export function requireAttempt(attempt: Attempt | undefined, state: string | undefined): Attempt {
  if (attempt === undefined)
    throw new SignInRefused('This browser did not begin to sign in within the last ten minutes. Sign in again.');
  if (isAnswerTo(attempt, state)) return attempt;
  throw new SignInRefused('This answer is not for what this browser asked. Sign in again.');
}

/** What an answer opens. */
interface Opened {
  /** Of the new session. */
  readonly token: string;
  readonly seconds: number;
}

/**
 * Opens a session for whom the issuer names, once for each answer.
 * @param query of the answer @param former token of the session that the browser has, which ends
 * @throws SignInRefused, IssuerUnavailable
 */
export async function completeSignIn(
  services: SignInServices,
  invocation: InvocationContext,
  {
    attempt,
    query,
    former,
  }: { readonly attempt: Attempt; readonly query: string; readonly former?: string | undefined },
): Promise<Opened> {
  const { issuer, ledger, apiUrl, policy } = services;
  const answer = new URL(`${apiUrl}${answerPath}?${query}`);
  const identified = await issuer.redeem(answer, attempt, invocation.now());
  const { person, signedIn } = await personIn(identified, services);
  const token = invocation.newSecret();
  const seconds = durationSeconds(policy.oidc.session);
  const session = { state: attempt.state, person: person.email, signedIn, at: invocation.now(), seconds };
  if ((await ledger.write(openSignedIn(token, session))) === 'already')
    throw new SignInRefused('This answer of the issuer was used already. Sign in again.');
  if (former !== undefined) await endFormer(services, invocation, former);
  invocation.log.info(`${person.email} signed in`, { subject: signedIn.subject });
  return { token, seconds };
}

/** Whom the policy lists by the name that the issuer gives. @throws SignInRefused */
async function personIn(
  { subject, claims, told }: Identified,
  { policy }: SignInServices,
): Promise<{ readonly person: Person; readonly signedIn: SignedIn }> {
  const own = nameIn(claims, policy.oidc);
  // Claims that the scopes ask for may be told by themselves only: https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims
  const naming = 'named' in own ? own : nameIn(await told(), policy.oidc);
  if ('why' in naming) throw new SignInRefused(`You are signed in nowhere: ${cutText(naming.why, 400)}.`);
  const signedIn = { issuer: policy.oidc.issuer, subject, named: naming.named };
  const person = findSignedIn(policy, signedIn);
  if (person !== undefined) return { person, signedIn };
  throw new SignInRefused(`${naming.named} is none of the people whom the policy lists: ask the platform team.`);
}

/** A browser has one session. */
async function endFormer({ ledger }: SignInServices, invocation: InvocationContext, token: string): Promise<void> {
  const item = await readItem(ledger, sessionKey(token), sessionItem);
  if (isUsable(item, 'session', invocation.now())) await ledger.write(endSession(token, item));
}
