import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Caller } from '../../core/approval/caller.ts';
import { RequestInvalid } from '../../core/contract/errors.ts';
import { sessionItem, type SessionItem } from '../../core/ledger/items.ts';
import { sessionKey } from '../../core/ledger/keys.ts';
import { isUsable } from '../../core/ledger/sessions.ts';
import { findSignedIn } from '../../core/sign-in/identity.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { readItem } from '../ledger/read.ts';
import { sessionCookie, watchCookie } from './session-cookie.ts';
import type { FindSigningIn, SigningIn } from './signing-in.ts';

/** Who reads a page: whoever opened a session of the whole ledger, or somebody who was asked to approve this one release. */
export type PageSession =
  | { readonly kind: 'session'; readonly token: string; readonly caller: Caller }
  | { readonly kind: 'watch'; readonly token: string; readonly caller: Caller; readonly release: string };

/** What is needed to know a session. */
export interface KnowingSessions {
  readonly ledger: Ledger;
  /** Where it is absent, nobody has signed in. */
  readonly signIn?: FindSigningIn | undefined;
}

/** The session whose cookie a request has; undefined where there is none, or it has ended. */
export async function readPageSession(
  { ledger, signIn }: KnowingSessions,
  context: Context,
  now: string,
): Promise<PageSession | undefined> {
  for (const [kind, name] of [
    ['session', sessionCookie],
    ['watch', watchCookie],
  ] as const) {
    const token = getCookie(context, name);
    const item = token === undefined ? undefined : await readItem(ledger, sessionKey(token), sessionItem);
    if (token === undefined || !isUsable(item, kind, now)) continue;
    if (kind === 'session') {
      const caller = callerOf(item, item.signedIn === undefined ? undefined : await signIn?.());
      if (caller !== undefined) return { kind, token, caller };
    } else if (item.release !== undefined) return { kind, token, caller: addresseeOf(item), release: item.release };
  }
  return undefined;
}

function addresseeOf({ person, shownIn }: SessionItem): Caller {
  return { addressee: person, ...(shownIn === undefined ? {} : { shownIn }) };
}

/** Somebody who signed in is, for as long as the session lasts, whom the policy still lists by that name. */
function callerOf({ person, signedIn }: SessionItem, signIn: SigningIn | undefined): Caller | undefined {
  if (signedIn === undefined) return { principal: person };
  const listed = signIn === undefined ? undefined : findSignedIn(signIn.policy, signedIn);
  if (listed?.email.toLowerCase() !== person.toLowerCase()) return undefined;
  return { email: listed.email, signedIn };
}

/** What a form of a session's page has and nobody else knows: a page elsewhere cannot press its buttons. */
export function formToken({ token }: PageSession): string {
  return createHash('sha256').update(`sluice-form ${token}`).digest('hex');
}

/** Only a page of this session has its token. @throws RequestInvalid */
export function requireOwnForm(session: PageSession, given: string | undefined): void {
  const [own, sent] = [formToken(session), given ?? ''].map((text) => Buffer.from(text));
  const same = own !== undefined && sent !== undefined && own.length === sent.length && timingSafeEqual(own, sent);
  if (same) return;
  throw new RequestInvalid('This form is not of a page of your session: open the release again, and press its button.');
}

/**
 * A form is sent from a page of Sluice, as far as the browser says where it is from.
 * @param site the header `Sec-Fetch-Site`: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header @throws RequestInvalid
 */
export function requireOwnSite(site: string | undefined): void {
  if (site === undefined || site === 'same-origin') return;
  throw new RequestInvalid(
    'This form was sent from a page that is not of Sluice: open the page again, and press its button.',
  );
}
