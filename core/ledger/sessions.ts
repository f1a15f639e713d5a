import { attemptSeconds } from '../sign-in/attempt.ts';
import type { SignedIn } from '../sign-in/identity.ts';
import type { SessionItem } from './items.ts';
import { sessionKey } from './keys.ts';
import { equals, isAbsent } from './write-intent.ts';
import type { WriteIntent } from './write-intent.ts';

/** Seconds a one-time link, and the session it opens, are valid for. */
export const linkSeconds = 300;
export const sessionSeconds = 8 * 3600;

/** Writes a one-time link; only the person who requested it knows the token. */
export function openLink(token: string, { person, at }: { person: string; at: string }): WriteIntent[] {
  const item = { ...sessionKey(token), ...sessionOf('link', person, at, linkSeconds) };
  return [{ write: 'put', item, condition: isAbsent, lost: 'AlreadyDone' }];
}

/** Uses the link, once, and opens the session. */
export function useLink(linkToken: string, link: SessionItem, sessionToken: string, at: string): WriteIntent[] {
  const item = { ...sessionKey(sessionToken), ...sessionOf('session', link.person, at, sessionSeconds) };
  return [
    { write: 'delete', key: sessionKey(linkToken), condition: equals('kind', 'link'), lost: 'AlreadyDone' },
    { write: 'put', item, condition: isAbsent, lost: 'AlreadyDone' },
  ];
}

/** Somebody who signed in by an answer of the issuer. */
export interface SignIn {
  /** By which the answer is known; it opens one session. */
  readonly state: string;
  /** E-mail address of the person in the policy. */
  readonly person: string;
  readonly signedIn: SignedIn;
  readonly at: string;
  readonly seconds: number;
}

/** Opens the session of somebody who signed in. `AlreadyDone` where the answer has opened one. */
export function openSignedIn(token: string, { state, person, signedIn, at, seconds }: SignIn): WriteIntent[] {
  const session = { ...sessionKey(token), ...sessionOf('session', person, at, seconds), signedIn };
  // It is kept for as long as the attempt could be made again.
  const answer = { ...sessionKey(state), ...sessionOf('answer', person, at, attemptSeconds) };
  return [
    { write: 'put', item: answer, condition: isAbsent, lost: 'AlreadyDone' },
    { write: 'put', item: session, condition: isAbsent, lost: 'AlreadyDone' },
  ];
}

/** Ends a session. `AlreadyDone` where there is none. */
export function endSession(token: string, { kind }: Pick<SessionItem, 'kind'>): WriteIntent[] {
  return [{ write: 'delete', key: sessionKey(token), condition: equals('kind', kind), lost: 'AlreadyDone' }];
}

/** Somebody who reads one release. */
interface Watcher {
  readonly person: string;
  readonly release: string;
  readonly at: string;
  /** Where they were shown the link, if it was not mailed. */
  readonly shownIn?: 'slack';
}

/** Opens a session in which one release is read, and nothing else, for somebody who was asked to approve it. */
export function openWatch(token: string, { person, release, at, shownIn }: Watcher): WriteIntent[] {
  const about = { release, ...(shownIn === undefined ? {} : { shownIn }) };
  const item = { ...sessionKey(token), ...sessionOf('watch', person, at, sessionSeconds), ...about };
  return [{ write: 'put', item, condition: isAbsent, lost: 'AlreadyDone' }];
}

/** Writes a link that opens such a session once, soon, for whom Slack shows it to. @param approval whose page it leads to */
export function openWatchLink(
  token: string,
  { person, release, approval, at }: Watcher & { readonly approval?: string | undefined },
): WriteIntent[] {
  const about = { release, shownIn: 'slack', ...(approval === undefined ? {} : { approval }) };
  const item = { ...sessionKey(token), ...sessionOf('watchLink', person, at, linkSeconds), ...about };
  return [{ write: 'put', item, condition: isAbsent, lost: 'AlreadyDone' }];
}

/** Uses such a link, once. */
export function useWatchLink(linkToken: string, sessionToken: string, watcher: Watcher): WriteIntent[] {
  return [
    { write: 'delete', key: sessionKey(linkToken), condition: equals('kind', 'watchLink'), lost: 'AlreadyDone' },
    ...openWatch(sessionToken, watcher),
  ];
}

/** Is it of the given kind, and still valid? DynamoDB deletes late, so the time is compared here. */
export function isUsable(item: SessionItem | undefined, kind: SessionItem['kind'], now: string): item is SessionItem {
  return item !== undefined && item.kind === kind && item.expiresAt > epochSeconds(now);
}

function sessionOf(kind: SessionItem['kind'], person: string, at: string, seconds: number): SessionItem {
  return { kind, person, createdAt: at, expiresAt: epochSeconds(at) + seconds };
}

function epochSeconds(instant: string): number {
  return Math.floor(Date.parse(instant) / 1000);
}
