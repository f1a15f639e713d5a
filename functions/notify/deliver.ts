import {
  messageItem,
  claimMessage,
  closeMessage,
  dropMessage,
  isDue,
  keyOfMessage,
  notReached,
  withThreads,
} from '../../core/notify/outbox.ts';
import { type Threads, threadsOf } from '../../core/notify/thread.ts';
import type { Addresses, MessageItem, Recipient } from '../../core/notify/outbox.ts';
import { messagePrefix, planKey, releasePartition } from '../../core/ledger/keys.ts';
import { type Plan, planSchema, toldAbout } from '../../core/release/plan.ts';
import { addSeconds } from '../../core/values/duration.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { parseReadable, readAll, readItem } from '../../engine/ledger/read.ts';
import { compose, type Send } from './compose.ts';
import { publishMissing } from './publish.ts';
import { slackAddresses } from './slack/posts.ts';
import type { NotifyServices } from './services.ts';

/** Recipients who are told at the same time. */
const SIDE_BY_SIDE = 5;
/** At one message that is written anew each time; the reconciler orders the next. */
const ATTEMPTS = 3;
/** After this the rest waits for the next attempt: the function has 45 s, and one who is told may take 15. */
const ATTEMPT_SECONDS = 25;

/** Delivers the messages of a release that are due, and its transitions to the event bus; what fails stays in the outbox, for the reconciler to order again. */
export async function deliver(release: string, services: NotifyServices, invocation: InvocationContext): Promise<void> {
  const items = await readAll(services.ledger, releasePartition(release), messagePrefix);
  const messages = parseReadable(messageItem, items, invocation);
  const threads = threadsOf(messages);
  for (const message of messages) await deliverOne(message, threads, services, invocation);
  const { bus } = services;
  if (bus !== undefined) await publishMissing(release, messages, { ...services, bus, invocation });
}

/** Delivers a message while it is due: one that another transition wrote anew meanwhile has something else to tell. */
async function deliverOne(
  message: MessageItem,
  threads: Threads,
  services: NotifyServices,
  invocation: InvocationContext,
): Promise<void> {
  let due: MessageItem | undefined = message;
  for (let times = 0; times < ATTEMPTS && due !== undefined && isDue(due, invocation.now()); times += 1) {
    if ((await attempt(due, threads, services, invocation)) === 'done') return;
    due = await readItem(services.ledger, keyOfMessage(due), messageItem);
  }
}

/**
 * @param threads that mails have begun; those of this attempt come to them
 * @returns `overtaken` where the message was written anew, or another delivery is at it
 */
async function attempt(
  due: MessageItem,
  threads: Threads,
  services: NotifyServices,
  invocation: InvocationContext,
): Promise<'done' | 'overtaken'> {
  const { ledger } = services;
  const plan = await readItem(ledger, planKey(due.release), planSchema);
  const { message, write } = claimMessage(due, addressesOf(plan, due), invocation.now());
  if ((await ledger.write([write])) === 'already') return 'overtaken';
  const begun: Threads = new Map();
  const failed = await tellAll(message, threads, begun, services, invocation);
  const now = invocation.now();
  for (const [to, id] of begun) threads.set(to, id);
  const told = withThreads(message, begun, now);
  const ended = failed === 'over' ? dropMessage(told, now) : closeMessage(told, failed, now);
  return (await ledger.write([ended])) === 'already' ? 'overtaken' : 'done';
}

function addressesOf(plan: Plan | undefined, { about }: MessageItem): Addresses {
  if (plan === undefined) return { mail: [], slack: [] };
  const told = about.kind === 'end' ? about.told : about.kind === 'told' ? about : undefined;
  const mail = told === undefined ? plan.notify.email : toldAbout(plan, told.environment, told.occasion);
  return { mail, slack: slackAddresses(plan) };
}

/** @returns those who were not reached; `over` where what the message tells is no longer so */
async function tellAll(
  message: MessageItem,
  threads: Threads,
  begun: Threads,
  services: NotifyServices,
  invocation: InvocationContext,
): Promise<Recipient[] | 'over'> {
  const { pending } = message;
  const until = addSeconds(invocation.now(), ATTEMPT_SECONDS);
  let send: Send | undefined;
  try {
    send = await compose(message, services, invocation);
  } catch (problem) {
    invocation.log.error('A message could not be written', problem);
    return pending.map((one) => notReached(one, problem));
  }
  if (send === undefined) return 'over';
  const failed: Recipient[] = [];
  for (let next = 0; next < pending.length; next += SIDE_BY_SIDE) {
    const some = pending.slice(next, next + SIDE_BY_SIDE);
    if (invocation.now() >= until) failed.push(...some.map((one) => notReached(one, 'The attempt ran out of time.')));
    else failed.push(...(await Promise.all(some.map((one) => tell(send, one, { threads, begun }, invocation)))).flat());
  }
  return failed;
}

/** @returns the recipient, when it was not reached */
async function tell(
  send: Send,
  recipient: Recipient,
  { threads, begun }: { readonly threads: Threads; readonly begun: Threads },
  invocation: InvocationContext,
): Promise<Recipient[]> {
  try {
    const answers = threads.get(recipient.to);
    const id = await send(recipient, answers);
    if (answers === undefined && id !== undefined) begun.set(recipient.to, id);
    return [];
  } catch (problem) {
    invocation.log.error(`Could not be told: ${recipient.to}`, problem);
    return [notReached(recipient, problem)];
  }
}
