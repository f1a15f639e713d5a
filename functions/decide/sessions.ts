import { sessionItem } from '../../core/ledger/items.ts';
import { sessionKey } from '../../core/ledger/keys.ts';
import { isUsable, linkSeconds, openLink, useLink } from '../../core/ledger/sessions.ts';
import { LinkInvalid } from '../../core/contract/errors.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readItem } from '../../engine/ledger/read.ts';
import type { DecideServices } from './services.ts';

/** Mints a link that opens the pages once, for the caller that IAM verified. */
export async function mintLink(
  { ledger, apiUrl }: DecideServices,
  invocation: InvocationContext,
  person: string,
): Promise<{ url: string; expiresInSeconds: number }> {
  const token = invocation.newSecret();
  const at = invocation.now();
  await ledger.write(openLink(token, { person, at }));
  return { url: `${apiUrl}/open/${token}`, expiresInSeconds: linkSeconds };
}

/** Checks that the link is still valid, without using it. @throws LinkInvalid */
export async function lookAtLink(
  { ledger }: DecideServices,
  invocation: InvocationContext,
  token: string,
): Promise<void> {
  const item = await readItem(ledger, sessionKey(token), sessionItem);
  if (!isUsable(item, 'link', invocation.now())) throw used();
}

/** Uses the link and opens a session; returns the session's token. @throws LinkInvalid */
export async function openSession(
  { ledger }: DecideServices,
  invocation: InvocationContext,
  token: string,
): Promise<string> {
  const item = await readItem(ledger, sessionKey(token), sessionItem);
  if (!isUsable(item, 'link', invocation.now())) throw used();
  const session = invocation.newSecret();
  if ((await ledger.write(useLink(token, item, session, invocation.now()))) === 'already') throw used();
  return session;
}

function used(): LinkInvalid {
  return new LinkInvalid('This link was used or has expired: create another with "sluice open".');
}
