import { sessionItem } from '../../core/ledger/items.ts';
import { sessionKey } from '../../core/ledger/keys.ts';
import { isUsable, linkSeconds, openLink, useLink } from '../../core/ledger/sessions.ts';
import { LinkInvalid } from '../../core/contract/errors.ts';
import type { Moment } from '../../engine/handler/handler.ts';
import { readItem } from '../../engine/ledger/read.ts';
import type { DecideServices } from './services.ts';

/** Mints a link that opens the pages once, for whoever IAM says is asking. */
export async function mintLink(
  { ledger, apiUrl }: DecideServices,
  moment: Moment,
  person: string,
): Promise<{ url: string; expiresInSeconds: number }> {
  const token = moment.newSecret();
  const at = moment.now();
  await ledger.write(openLink(token, { person, at }));
  return { url: `${apiUrl}/open/${token}`, expiresInSeconds: linkSeconds };
}

/** Is the link still good? Looking changes nothing. @throws LinkInvalid */
export async function lookAtLink({ ledger }: DecideServices, moment: Moment, token: string): Promise<void> {
  const item = await readItem(ledger, sessionKey(token), sessionItem);
  if (!isUsable(item, 'link', moment.now())) throw used();
}

/** Uses the link and opens a session; returns the session's token. @throws LinkInvalid */
export async function openSession({ ledger }: DecideServices, moment: Moment, token: string): Promise<string> {
  const item = await readItem(ledger, sessionKey(token), sessionItem);
  if (!isUsable(item, 'link', moment.now())) throw used();
  const session = moment.newSecret();
  if ((await ledger.write(useLink(token, item, session, moment.now()))) === 'already') throw used();
  return session;
}

function used(): LinkInvalid {
  return new LinkInvalid('This link was used or has expired: create another with "sluice open".');
}
