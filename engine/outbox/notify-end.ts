import { headKey, noticeKey, planKey } from '../../core/ledger/keys.ts';
import { headItem } from '../../core/ledger/items.ts';
import { claimNotice, closeNotice, isDue, noticeItem } from '../../core/notify/notices.ts';
import { describeEnd, type EndNotice } from '../../core/notify/end-notice.ts';
import { planSchema } from '../../core/release/plan.ts';
import type { Mail } from '../../adapters/ses/message.ts';
import type { Pager } from '../../adapters/sns/page.ts';
import type { WriteContext } from '../ledger/update-release.ts';
import { readEvents, readItem } from '../ledger/read.ts';

/** What it takes to tell people how a release ended. */
export interface NotifyContext extends WriteContext {
  readonly mail: Mail;
  readonly pager: Pager;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
}

/**
 * Tells whoever is pending to be told that a release did not end well. Whoever sets out first tells; who could not be told stays in
 * the ledger, and the reconciler tells them later: nobody is told twice unless a function died between telling and writing.
 * @returns true when nobody is pending
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
  const { subject, lines } = end;
  const text = lines.join('\n\n');
  try {
    if (whom === 'page') await pager.page({ subject, text });
    else await mail.send({ to: whom.replace(/^mail:/, ''), subject, text, html: htmlOf(lines) });
    return true;
  } catch (problem) {
    invocation.log.error(`Could not be told: ${whom}`, problem);
    return false;
  }
}

function htmlOf(lines: readonly string[]): string {
  return lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
