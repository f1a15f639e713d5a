import type { PublishedItem } from '../ledger/items.ts';
import { publishedKey } from '../ledger/keys.ts';
import { type Condition, equals, isAbsent, type PutIntent } from '../ledger/write-intent.ts';
import type { ReleaseHead } from '../release/head.ts';
import { isEnd } from '../release/status.ts';
import { addSeconds } from '../values/duration.ts';
import { type MessageItem, notReached, putMessage } from './outbox.ts';

/**
 * How others hear of a release: the ledger's transitions are the outbox, and an item beside them says up to which one they were put on
 * the bus. So a transition costs no write more; whoever delivers writes twice, however many there are. While the release is open the
 * reconciler sees that some are missing; its end writes a message, as does a failure, because nothing else would be open.
 */

/** Longer than the function that delivers may take, and shorter than an attempt at a message: the next one finds no lease of a dead one. */
const LEASE_SECONDS = 50;
const FIRST_PAUSE_SECONDS = 60;

const about = { kind: 'events' } as const;

/** The message that the last transitions have to be put on the bus, where the release is told of there. */
export function tellEnded(head: ReleaseHead): PutIntent[] {
  if (head.events === undefined || !isEnd(head.status)) return [];
  const { release, updatedAt } = head;
  return [putMessage({ release, about, pending: [{ to: 'bus' }], attempts: 0, notBefore: updatedAt })];
}

/** The message that some could not be put there, after a first attempt. Written over whatever was there: they are missing in any case. */
export function tellUnpublished(release: string, problem: unknown, now: string): PutIntent {
  const pending = [notReached({ to: 'bus' }, problem)];
  return putMessage({ release, about, pending, attempts: 1, notBefore: addSeconds(now, FIRST_PAUSE_SECONDS) });
}

/** Is this message about transitions that are not on the bus yet? Then it says when they are tried next. */
export function isUnpublished({ about: { kind }, pending }: MessageItem): boolean {
  return kind === 'events' && pending.length > 0;
}

/** Has an open release transitions that nobody has put on the bus, and that no message is about? */
export function isBehind(
  head: ReleaseHead,
  published: PublishedItem | undefined,
  messages: readonly MessageItem[],
): boolean {
  if (head.events === undefined || head.sequence <= (published?.sequence ?? 0)) return false;
  return !messages.some((message) => message.release === head.release && isUnpublished(message));
}

/** Is another attempt about to put them there? Two at once would not keep the order. */
export function isBeingPublished(published: PublishedItem | undefined, now: string): boolean {
  return published !== undefined && now < published.leasedUntil;
}

/** Begins an attempt: of two at the same time, one wins. */
export function leasePublishing(
  release: string,
  before: PublishedItem | undefined,
  now: string,
): { readonly leased: PublishedItem; readonly write: PutIntent } {
  const leasedUntil = addSeconds(now, LEASE_SECONDS);
  const leased = { release, sequence: before?.sequence ?? 0, leasedUntil };
  const condition = before === undefined ? isAbsent : equals('leasedUntil', before.leasedUntil);
  return { leased, write: put(leased, condition) };
}

/** Ends an attempt. @param sequence number of the last transition that the bus took */
export function endPublishing(leased: PublishedItem, sequence: number, now: string): PutIntent {
  return put({ ...leased, sequence, leasedUntil: now }, equals('leasedUntil', leased.leasedUntil));
}

function put(published: PublishedItem, condition: Condition): PutIntent {
  const item = { ...publishedKey(published.release), ...published };
  return { write: 'put', item, condition, lost: 'AlreadyDone' };
}
