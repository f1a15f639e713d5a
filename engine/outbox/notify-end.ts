import { headKey, noticeKey, planKey } from '../../core/ledger/keys.ts';
import { headItem } from '../../core/ledger/items.ts';
import { claimNotice, closeNotice, isDue, noticeItem } from '../../core/notify/notices.ts';
import { describeEnd, type EndNotice } from '../../core/notify/end-notice.ts';
import { writeLetter } from '../../core/notify/letter.ts';
import { planSchema } from '../../core/release/plan.ts';
import type { Mail } from '../../adapters/ses/message.ts';
import type { Pager } from '../../adapters/sns/page.ts';
import type { WriteContext } from '../ledger/update-release.ts';
import { readEvents, readItem } from '../ledger/read.ts';

/** What is needed to notify people how a release ended. */
export interface NotifyContext extends WriteContext {
  readonly mail: Mail;
  readonly pager: Pager;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
}

/**
 * Notifies the pending people that a release did not end well. One attempt runs at a time; those it fails to notify remain in
 * the ledger for the reconciler. A second notice is sent only when a function crashes between sending and writing.
 * @returns true when no notice is pending
 */
export async function notifyEnd(services: NotifyContext, release: string): Promise<boolean> {
  const { ledger, invocation, apiUrl } = services;
  const waiting = await readItem(ledger, noticeKey(release), noticeItem);
  if (waiting === undefined || waiting.pending.length === 0) return true;
  if (!isDue(waiting, invocation.now())) return false;
  const plan = await readItem(ledger, planKey(release), planSchema);
  const { notice, write } = claimNotice(waiting, plan?.notify.email ?? [], invocation.now());
  if ((await ledger.write([write])) === 'already') return false;
  const head = await readItem(ledger, headKey(release), headItem);
  if (head === undefined) return false;
  const end = describeEnd(head, await readEvents(ledger, release), apiUrl);
  const pending: string[] = [];
  for (const whom of notice.pending) if (!(await notify(services, whom, end))) pending.push(whom);
  await ledger.write([closeNotice(notice, pending, invocation.now())]);
  return pending.length === 0;
}

async function notify({ mail, pager, invocation }: NotifyContext, whom: string, end: EndNotice): Promise<boolean> {
  const { subject, text, html } = writeLetter(end.subject, end.lines);
  try {
    if (whom === 'page') await pager.page({ subject, text });
    else await mail.send({ to: whom.replace(/^mail:/, ''), subject, text, html });
    return true;
  } catch (problem) {
    invocation.log.error(`Could not be notified: ${whom}`, problem);
    return false;
  }
}
