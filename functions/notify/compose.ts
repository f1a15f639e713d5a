import { stillAsked } from '../../core/approval/quorum.ts';
import { approvalMessage, buildApprovalLink } from '../../core/approval/link.ts';
import { approvalItem, headItem, type ApprovalItem } from '../../core/ledger/items.ts';
import { approvalKey, headKey, troubleKey } from '../../core/ledger/keys.ts';
import { EventsNotTaken } from '../../core/contract/errors.ts';
import { describeEnd, type Notice } from '../../core/notify/end-notice.ts';
import { type Paragraph, writeLetter } from '../../core/notify/letter.ts';
import { deliveryKey, type MessageItem, type Recipient } from '../../core/notify/outbox.ts';
import { describeRejection } from '../../core/notify/rejection-notice.ts';
import { threadSubject } from '../../core/notify/thread.ts';
import { describeTrouble } from '../../core/notify/trouble-notice.ts';
import { troubleItem } from '../../core/reconcile/trouble.ts';
import { readAsked } from '../../engine/approval/read-asked.ts';
import { readEvents, readItem } from '../../engine/ledger/read.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { approvalMail } from './approval-mail.ts';
import { toldMail } from './told-mail.ts';
import { publish } from './publish.ts';
import { showRelease } from './slack/deliver.ts';
import type { NotifyServices } from './services.ts';

/**
 * Sends a message to one of its recipients.
 * @param answers `Message-ID` of the first mail about the release to them; undefined where there is none
 * @returns the `Message-ID` of the mail; undefined where it is none, or is not known
 */
export type Send = (recipient: Recipient, answers: string | undefined) => Promise<string | undefined>;

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
    case 'rejected':
      return composeRejection(message, services);
    case 'told':
      return composeTold(message, about, services, invocation.now());
    case 'approval':
      return composeApproval(message, about.approval, services, invocation.now());
    case 'reminder':
      return composeApproval(message, about.approval, services, invocation.now());
    case 'trouble':
      return composeTrouble(message, about, services);
    case 'progress':
      return composeProgress(message, services, invocation);
    case 'events':
      return composeEvents(message, services, invocation);
  }
}

/** Slack is not sent a text, but brought up to date. */
function composeProgress(message: MessageItem, services: NotifyServices, invocation: InvocationContext): Send {
  const now = () => invocation.now();
  const chat = services.slack(now);
  return async (recipient) => {
    await showRelease(recipient.to, message.release, { ...services, chat, now });
    return undefined;
  };
}

/** The bus is not sent a text either, but what it does not have yet; nothing, where the policy asks for no events any more. */
function composeEvents(
  message: MessageItem,
  { ledger, bus, apiUrl }: NotifyServices,
  invocation: InvocationContext,
): Send | undefined {
  if (bus === undefined) return undefined;
  return async () => {
    const done = await publish(message.release, { ledger, bus, apiUrl, invocation });
    if (done === 'busy') throw new EventsNotTaken('Another delivery is just putting transitions there.');
  };
}

async function composeEnd(message: MessageItem, services: NotifyServices): Promise<Send | undefined> {
  const { ledger, apiUrl } = services;
  const head = await readItem(ledger, headKey(message.release), headItem);
  if (head === undefined) return undefined;
  return sendNotice(message, describeEnd(head, await readEvents(ledger, message.release), apiUrl), services);
}

async function composeRejection(message: MessageItem, services: NotifyServices): Promise<Send | undefined> {
  const { ledger, apiUrl } = services;
  const head = await readItem(ledger, headKey(message.release), headItem);
  if (head === undefined) return undefined;
  const paragraphs = describeRejection(head, await readEvents(ledger, message.release), apiUrl);
  return sendLetter(message, paragraphs, services);
}

/** Of an approval that is asked for nobody has to know once it is decided: of that they are told next, where the policy says so. */
async function composeTold(
  message: MessageItem,
  { occasion, approval: id }: { readonly occasion: 'asked' | 'decided'; readonly approval: string },
  services: NotifyServices,
  now: string,
): Promise<Send | undefined> {
  const approval = await readItem(services.ledger, approvalKey(message.release, id), approvalItem);
  if (approval === undefined) return undefined;
  const asked = await readAsked(services.ledger, approval, now);
  if (occasion === 'asked' && asked.standing !== 'open') return undefined;
  return sendLetter(message, toldMail(asked, occasion, services.apiUrl, now), services);
}

function sendLetter(message: MessageItem, paragraphs: readonly Paragraph[], { mail }: NotifyServices): Send {
  return async (recipient, answers) => {
    const letter = writeLetter(threadSubject(message.release, answers === undefined), paragraphs);
    return mail.send({ key: deliveryKey(message, recipient), to: addressOf(recipient), answers, ...letter });
  };
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

/** The person on call gets it by SNS, everybody else by e-mail. */
function sendNotice(message: MessageItem, { subject, lines }: Notice, services: NotifyServices): Send {
  const mail = sendLetter(message, lines, services);
  return async (recipient, answers) => {
    if (recipient.to !== 'page') return mail(recipient, answers);
    const { text } = writeLetter(subject, lines);
    await services.pager.page({ key: deliveryKey(message, recipient), subject, text });
    return undefined;
  };
}

async function composeApproval(
  message: MessageItem,
  id: string,
  services: NotifyServices,
  now: string,
): Promise<Send | undefined> {
  const { ledger } = services;
  const approval = await readItem(ledger, approvalKey(message.release, id), approvalItem);
  if (approval === undefined) return undefined;
  const asked = await readAsked(ledger, approval, now);
  if (asked.standing !== 'open') return undefined;
  const again = message.about.kind === 'reminder';
  const people = again ? stillAsked(approval) : approval.people;
  return async (recipient, answers) => {
    const person = people.find(({ email }) => email === addressOf(recipient));
    if (person === undefined) return undefined;
    const link = await linkFor(approval, person.email, services);
    return sendLetter(message, approvalMail(asked, person, link, { now, again }), services)(recipient, answers);
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
