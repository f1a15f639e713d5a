import * as z from 'zod';
import { addSeconds } from '../values/duration.ts';
import type { EndStatus } from '../release/status.ts';
import { instant, releaseId } from '../values/identifiers.ts';
import { noticeIndexKeys, noticeKey } from '../ledger/keys.ts';
import { equals } from '../ledger/write-intent.ts';
import type { PutIntent } from '../ledger/write-intent.ts';

/**
 * `release#<id> / notice`: who has to be notified that a release did not end well. Written with the end itself, so that it is
 * never lost; in the index of open work until all are notified.
 */
export const noticeItem = z.object({
  release: releaseId,
  /** Who is pending: `page` (the person on call), `mail` (the addresses of the plan, not looked up yet), `mail:<address>`. */
  pending: z.array(z.string()),
  /** Attempts to notify. An attempt counts itself first, and no other starts before `notBefore`. */
  attempts: z.int().min(0),
  notBefore: instant,
  /** When all were notified, or given up. */
  notifiedAt: instant.exactOptional(),
  /** Addresses that no e-mail could be sent to. */
  undelivered: z.array(z.string()).exactOptional(),
});
export type NoticeItem = z.infer<typeof noticeItem>;

/** Longer than the functions that notify may take: one that crashed blocks the next attempt only for a short time. */
const LEASE_SECONDS = 180;
const FIRST_PAUSE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 3600;
/** About a day. The page to the person on call is never given up. */
const MAIL_ATTEMPTS = 24;

/** The notice of an end; none for an end that needs no notice. */
export function openNotice(release: string, status: EndStatus, at: string): PutIntent[] {
  if (status !== 'Failed' && status !== 'RolledBack') return [];
  const pending = status === 'Failed' ? ['page', 'mail'] : ['mail'];
  return [putNotice({ release, pending, attempts: 0, notBefore: at })];
}

/** May an attempt to notify start now? */
export function isDue({ pending, notBefore }: NoticeItem, now: string): boolean {
  return pending.length > 0 && now >= notBefore;
}

/** Starts an attempt: of two at the same time, one wins. @param addresses of the plan */
export function claimNotice(
  notice: NoticeItem,
  addresses: readonly string[],
  now: string,
): { readonly notice: NoticeItem; readonly write: PutIntent } {
  const mails = addresses.map((address) => `mail:${address}`);
  const pending = notice.pending.flatMap((one) => (one === 'mail' ? mails : [one]));
  const next = { ...notice, pending, attempts: notice.attempts + 1, notBefore: addSeconds(now, LEASE_SECONDS) };
  return { notice: next, write: putNotice(next, notice.attempts) };
}

/** Ends an attempt. What failed is tried again: soon at first, then once an hour. @param pending who was not notified */
export function closeNotice(notice: NoticeItem, pending: readonly string[], now: string): PutIntent {
  const lost = notice.attempts < MAIL_ATTEMPTS ? [] : pending.filter((one) => one !== 'page');
  if (lost.length > 0)
    return closeNotice(
      { ...notice, undelivered: lost, attempts: notice.attempts },
      ['page'].filter((one) => pending.includes(one)),
      now,
    );
  if (pending.length === 0) return putNotice({ ...notice, pending: [], notifiedAt: now }, notice.attempts);
  const seconds = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (notice.attempts - 1));
  return putNotice({ ...notice, pending: [...pending], notBefore: addSeconds(now, seconds) }, notice.attempts);
}

function putNotice(notice: NoticeItem, attempts?: number): PutIntent {
  const index = notice.pending.length === 0 ? {} : noticeIndexKeys(notice.release);
  const item = { ...noticeKey(notice.release), ...index, ...notice };
  if (attempts === undefined) return { write: 'put', item };
  return { write: 'put', item, condition: equals('attempts', attempts), lost: 'AlreadyDone' };
}
