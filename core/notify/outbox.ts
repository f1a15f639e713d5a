import * as z from 'zod';
import { type Key, messageIndexKeys, messageKey } from '../ledger/keys.ts';
import { equals } from '../ledger/write-intent.ts';
import type { Condition, PutIntent } from '../ledger/write-intent.ts';
import { digestOf } from '../release/chain.ts';
import { occasions } from '../policy/tell.ts';
import { addSeconds } from '../values/duration.ts';
import { environmentName, instant, releaseId } from '../values/identifiers.ts';
import type { Threads } from './thread.ts';
import { cutText, oneLine } from '../values/text.ts';

/**
 * The outbox: whatever people are told. A message is written in the transaction that has something to tell, so that it is never
 * lost, and is in the index of open work until each recipient has it. The function `notify` delivers it; its text is made then,
 * from the ledger.
 */

/**
 * Who is told: `page` (the person on call), `mail:<address>`, `slack:<channel or user>`, `bus` (whoever listens there); or `mail`,
 * `slack`: the addresses of the plan, not looked up yet.
 */
const recipientSchema = z.object({
  to: z.string().regex(/^(page|bus|mail(:.+)?|slack(:[A-Z0-9]+)?)$/),
  /** Why the last attempt failed. */
  problem: z.string().exactOptional(),
});
export type Recipient = z.infer<typeof recipientSchema>;

/**
 * What a message tells: how the release ended, or that it was rejected; that an approval is asked for, or still is, to those who decide it, or
 * of an approval to those whom the policy names; that the engine cannot look after it; in Slack, how it stands since a transition; on the event
 * bus, its transitions.
 */
const subjectSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('end'),
    /** Of what people are told, and where; absent where the policy says nothing of it. */
    told: z.object({ occasion: z.enum(occasions), environment: environmentName }).exactOptional(),
  }),
  z.object({ kind: z.literal('rejected') }),
  z.object({
    kind: z.literal('told'),
    occasion: z.enum(['asked', 'decided']),
    environment: environmentName,
    approval: z.string(),
  }),
  z.object({ kind: z.literal('approval'), approval: z.string() }),
  z.object({ kind: z.literal('reminder'), approval: z.string(), sequence: z.int().min(1) }),
  z.object({ kind: z.literal('trouble'), what: z.string(), since: instant }),
  z.object({ kind: z.literal('progress'), sequence: z.int().min(1) }),
  z.object({ kind: z.literal('events') }),
]);
type Subject = z.infer<typeof subjectSchema>;

/** `release#<id> / message#<name>` */
export const messageItem = z.object({
  release: releaseId,
  about: subjectSchema,
  /** Who does not have it yet. */
  pending: z.array(recipientSchema),
  /** Who is given up. */
  undelivered: z.array(recipientSchema).exactOptional(),
  /** Mails that began a thread: whom they were sent to, and by which id of SES later ones name them. */
  sent: z.array(z.object({ to: z.string(), id: z.string(), at: instant })).exactOptional(),
  /** Attempts to deliver. An attempt counts itself first, and no other starts before `notBefore`. */
  attempts: z.int().min(0),
  notBefore: instant,
  /** When nobody was pending any more. */
  closedAt: instant.exactOptional(),
});
export type MessageItem = z.infer<typeof messageItem>;

/** Longer than the function that delivers may take: one that crashed blocks the next attempt only for a short time. */
const LEASE_SECONDS = 60;
const FIRST_PAUSE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 3600;
/** About a day. The page to the person on call is never given up. */
const MAIL_ATTEMPTS = 24;
/** Of a problem, in characters. */
const LONGEST_PROBLEM = 300;

/** May an attempt to deliver start now? */
export function isDue({ pending, notBefore }: MessageItem, now: string): boolean {
  return pending.length > 0 && now >= notBefore;
}

/** Whom `mail` and `slack` stand for. */
export interface Addresses {
  readonly mail: readonly string[];
  readonly slack: readonly string[];
}

/** Starts an attempt: of two at the same time, one wins. @param addresses of the plan */
export function claimMessage(
  message: MessageItem,
  addresses: Addresses,
  now: string,
): { readonly message: MessageItem; readonly write: PutIntent } {
  const pending = message.pending.flatMap((one) =>
    one.to === 'mail' || one.to === 'slack'
      ? addresses[one.to].map((address) => ({ to: `${one.to}:${address}` }))
      : [one],
  );
  const next = { ...message, pending, attempts: message.attempts + 1, notBefore: addSeconds(now, LEASE_SECONDS) };
  return { message: next, write: putMessage(next, message.attempts) };
}

/**
 * Ends an attempt. What failed is tried again: soon at first, then once an hour; e-mails are given up after a day.
 * @param failed those who did not get it, and why
 */
export function closeMessage(message: MessageItem, failed: readonly Recipient[], now: string): PutIntent {
  const { attempts, undelivered = [] } = message;
  const lost = attempts < MAIL_ATTEMPTS ? [] : failed.filter(({ to }) => to !== 'page');
  const pending = failed.filter((one) => !lost.includes(one));
  const rest = { ...message, ...(lost.length === 0 ? {} : { undelivered: [...undelivered, ...lost] }), pending };
  if (pending.length === 0) return putMessage({ ...rest, closedAt: now }, attempts);
  const seconds = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempts - 1));
  return putMessage({ ...rest, notBefore: addSeconds(now, seconds) }, attempts);
}

/** The message with the mails that an attempt began threads by. */
export function withThreads(message: MessageItem, begun: Threads, at: string): MessageItem {
  if (begun.size === 0) return message;
  return { ...message, sent: [...(message.sent ?? []), ...[...begun].map(([to, id]) => ({ to, id, at }))] };
}

/** Ends a message about something that is over: nobody has to know any more. Whom it did not reach before stays on record. */
export function dropMessage(message: MessageItem, now: string): PutIntent {
  const { attempts, pending, undelivered = [] } = message;
  const lost = [...undelivered, ...pending.filter(({ problem }) => problem !== undefined)];
  const rest = { ...message, ...(lost.length === 0 ? {} : { undelivered: lost }) };
  return putMessage({ ...rest, pending: [], closedAt: now }, attempts);
}

/** A recipient whom an attempt did not reach. */
export function notReached({ to }: Recipient, problem: unknown): Recipient {
  const text = problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
  return { to, problem: `${cutText(oneLine(text), LONGEST_PROBLEM).replace(/\.$/, '')}.` };
}

/**
 * What identifies a message to one recipient, in the message itself: an attempt that crashed is made again, and whoever gets it
 * twice can tell.
 */
export function deliveryKey({ release, about }: MessageItem, { to }: Recipient): string {
  return digestOf(['message', release, nameOf(about), to]).slice(0, 32);
}

/** Where a message is in the ledger. */
export function keyOfMessage({ release, about }: MessageItem): Key {
  return messageKey(release, nameOf(about));
}

function nameOf(about: Subject): string {
  switch (about.kind) {
    case 'trouble':
      return `trouble-${about.what}-${about.since}`;
    case 'approval':
      return `approval-${about.approval}`;
    case 'reminder':
      return `reminder-${about.approval}-${about.sequence}`;
    case 'told':
      return `${about.occasion}-${about.approval}`;
    case 'end':
    case 'rejected':
    case 'progress':
    case 'events':
      return about.kind;
  }
}

/** Writes a message. @param attempts how many there were when it was read, where it is written over what was read only */
export function putMessage(message: MessageItem, attempts?: number): PutIntent {
  const name = nameOf(message.about);
  const index = message.pending.length === 0 ? {} : messageIndexKeys(message.release, name);
  const item = { ...messageKey(message.release, name), ...index, ...message };
  if (attempts === undefined) return { write: 'put', item };
  return { write: 'put', item, condition: readAt(message, attempts), lost: 'AlreadyDone' };
}

/** The item is what was read: a later transition replaces what is told of progress, and starts to count anew. */
function readAt({ about }: MessageItem, attempts: number): Condition {
  const counted = equals('attempts', attempts);
  if (about.kind !== 'progress') return counted;
  return {
    expression: `${counted.expression} AND #about.#sequence = :sequence`,
    names: { ...counted.names, '#about': 'about', '#sequence': 'sequence' },
    values: { ...counted.values, ':sequence': about.sequence },
  };
}
