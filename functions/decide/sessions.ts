import { sessionItem, type SessionItem } from '../../core/ledger/items.ts';
import { sessionKey } from '../../core/ledger/keys.ts';
import { isUsable, linkSeconds, openLink, useLink, useWatchLink } from '../../core/ledger/sessions.ts';
import { LinkInvalid } from '../../core/contract/errors.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { sessionCookie, watchCookie } from '../../engine/http/session-cookie.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { approvalPath, homePath, releasePath } from '../../engine/web/paths.ts';
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

/** A one-time link that has not been used: of the whole ledger, or of one release. */
interface UsableLink {
  /** Who it was made for. */
  readonly person: string;
  /** The one release that it opens. */
  readonly release: string | undefined;
  /** Path of the first page, and the path below which the session's cookie is sent. */
  readonly to: string;
  readonly cookie: { readonly name: string; readonly path: string };
  /** Uses it, and opens the session. */
  readonly use: (session: string, at: string) => WriteIntent[];
}

/** Checks that the link is still valid, without using it. @throws LinkInvalid */
export async function lookAtLink(
  { ledger }: DecideServices,
  invocation: InvocationContext,
  token: string,
): Promise<UsableLink> {
  const link = readLink(token, await readItem(ledger, sessionKey(token), sessionItem), invocation.now());
  if (link === undefined) throw used();
  return link;
}

/** Uses the link and opens a session. @returns the session's token beside what the link says @throws LinkInvalid */
export async function openSession(
  services: DecideServices,
  invocation: InvocationContext,
  token: string,
): Promise<UsableLink & { readonly session: string }> {
  const link = await lookAtLink(services, invocation, token);
  const session = invocation.newSecret();
  if ((await services.ledger.write(link.use(session, invocation.now()))) === 'already') throw used();
  return { ...link, session };
}

function readLink(token: string, item: SessionItem | undefined, now: string): UsableLink | undefined {
  if (item?.kind === 'watchLink') return isUsable(item, 'watchLink', now) ? watchLink(token, item) : undefined;
  if (!isUsable(item, 'link', now)) return undefined;
  const use: UsableLink['use'] = (session, at) => useLink(token, item, session, at);
  return { person: item.person, release: undefined, to: homePath, cookie: { name: sessionCookie, path: '/' }, use };
}

function watchLink(token: string, { person, release, approval, shownIn }: SessionItem): UsableLink | undefined {
  if (release === undefined) return undefined;
  return {
    ...{ person, release, to: approval === undefined ? releasePath(release) : approvalPath(release, approval) },
    cookie: { name: watchCookie, path: releasePath(release) },
    use: (session, at) =>
      useWatchLink(token, session, { person, release, at, ...(shownIn === undefined ? {} : { shownIn }) }),
  };
}

function used(): LinkInvalid {
  return new LinkInvalid(
    'This link was used or has expired: create another with "sluice open", or by pressing Details in Slack.',
  );
}
