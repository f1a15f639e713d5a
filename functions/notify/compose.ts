import { standingOf } from '../../core/approval/standing.ts';
import { stillAsked } from '../../core/approval/quorum.ts';
import { approvalMessage, buildApprovalLink } from '../../core/approval/link.ts';
import { approvalItem, headItem, type ApprovalItem } from '../../core/ledger/items.ts';
import { approvalKey, headKey, troubleKey } from '../../core/ledger/keys.ts';
import { describeEnd, type Notice } from '../../core/notify/end-notice.ts';
import { writeLetter } from '../../core/notify/letter.ts';
import { deliveryKey, type MessageItem, type Recipient } from '../../core/notify/outbox.ts';
import { describeTrouble } from '../../core/notify/trouble-notice.ts';
import { troubleItem } from '../../core/reconcile/trouble.ts';
import { readEvents, readItem, readPlan, readTargets } from '../../engine/ledger/read.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { approvalMail } from './approval-mail.ts';
import { showRelease } from './slack/deliver.ts';
import type { NotifyServices } from './services.ts';

/** Sends a message to one of its recipients. */
export type Send = (recipient: Recipient) => Promise<void>;

/** Writes a message from what the ledger says now; undefined when it is about something that is over. */
export async function compose(
  message: MessageItem,
  services: NotifyServices,
  invocation: InvocationContext,
): Promise<Send | undefined> {
  const { about } = message;
  switch (about.kind) {
    case 'end':
      return composeEnd(message, services);
    case 'approval':
      return composeApproval(message, about.approval, services, invocation.now());
    case 'reminder':
      return composeApproval(message, about.approval, services, invocation.now());
    case 'trouble':
      return composeTrouble(message, about, services);
    case 'progress':
      return composeProgress(message, services, invocation);
  }
}

/** Slack is not sent a text, but brought up to date. */
function composeProgress(message: MessageItem, services: NotifyServices, invocation: InvocationContext): Send {
  const now = () => invocation.now();
  const chat = services.slack(now);
  return (recipient) => showRelease(recipient.to, message.release, { ...services, chat, now });
}

async function composeEnd(message: MessageItem, services: NotifyServices): Promise<Send | undefined> {
  const { ledger, apiUrl } = services;
  const head = await readItem(ledger, headKey(message.release), headItem);
  if (head === undefined) return undefined;
  return sendNotice(message, describeEnd(head, await readEvents(ledger, message.release), apiUrl), services);
}

async function composeTrouble(
  message: MessageItem,
  { what, since }: { readonly what: string; readonly since: string },
  services: NotifyServices,
): Promise<Send | undefined> {
  const trouble = await readItem(services.ledger, troubleKey(message.release, what), troubleItem);
  if (trouble?.since !== since) return undefined;
  return sendNotice(message, describeTrouble(trouble, services.apiUrl), services);
}

function sendNotice(message: MessageItem, notice: Notice, { mail, pager }: NotifyServices): Send {
  const { subject, text, html } = writeLetter(notice.subject, notice.lines);
  return async (recipient) => {
    const key = deliveryKey(message, recipient);
    if (recipient.to === 'page') await pager.page({ key, subject, text });
    else await mail.send({ key, to: addressOf(recipient), subject, text, html });
  };
}

async function composeApproval(
  message: MessageItem,
  id: string,
  services: NotifyServices,
  now: string,
): Promise<Send | undefined> {
  const { ledger, mail } = services;
  const { release } = message;
  const [head, approval] = await Promise.all([
    readItem(ledger, headKey(release), headItem),
    readItem(ledger, approvalKey(release, id), approvalItem),
  ]);
  if (head === undefined || approval === undefined || standingOf(approval, head, now) !== 'open') return undefined;
  const [plan, targets] = await Promise.all([
    readPlan(ledger, release),
    // Whoever is asked to continue is not asked about a change.
    approval.override === undefined ? readTargets(ledger, release, approval.environment) : [],
  ]);
  const { service, version } = plan.manifest;
  const again = message.about.kind === 'reminder';
  return async (recipient) => {
    const address = addressOf(recipient);
    const asked = again ? stillAsked(approval) : approval.people;
    const person = asked.find(({ email }) => email === address);
    if (person === undefined) return;
    const link = await linkFor(approval, address, services);
    const letter = approvalMail({ approval, service, version, targets }, person, link);
    const subject = again ? `Reminder: ${letter.subject}` : letter.subject;
    await mail.send({ key: deliveryKey(message, recipient), to: address, ...letter, subject });
  };
}

/** A link of a person's own. */
async function linkFor(approval: ApprovalItem, person: string, { links, apiUrl }: NotifyServices): Promise<string> {
  const claims = { person, expires: approval.deadline, keyId: links.keyId };
  const signature = await links.sign(approvalMessage(approval, claims));
  const { approval: id, release } = approval;
  return buildApprovalLink(apiUrl, { approval: id, release, ...claims, signature });
}

function addressOf({ to }: Recipient): string {
  return to.replace(/^mail:/, '');
}
