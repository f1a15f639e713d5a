import { messageItem, claimMessage, closeMessage, dropMessage, isDue, notReached } from '../../core/notify/outbox.ts';
import type { Addresses, MessageItem, Recipient } from '../../core/notify/outbox.ts';
import { messagePrefix, planKey, releasePartition } from '../../core/ledger/keys.ts';
import { type Plan, planSchema } from '../../core/release/plan.ts';
import { addSeconds } from '../../core/values/duration.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { parseReadable, readAll, readItem } from '../../engine/ledger/read.ts';
import { compose, type Send } from './compose.ts';
import { publishMissing } from './publish.ts';
import { slackAddresses } from './slack/posts.ts';
import type { NotifyServices } from './services.ts';

/** Recipients who are told at the same time. */
const SIDE_BY_SIDE = 5;
/** After this the rest waits for the next attempt: the function has 45 s, and one who is told may take 15. */
const ATTEMPT_SECONDS = 25;

/** Delivers the messages of a release that are due, and its transitions to the event bus; what fails stays in the outbox, for the reconciler to order again. */
export async function deliver(release: string, services: NotifyServices, invocation: InvocationContext): Promise<void> {
  const items = await readAll(services.ledger, releasePartition(release), messagePrefix);
  const messages = parseReadable(messageItem, items, invocation);
  for (const message of messages) {
    if (isDue(message, invocation.now())) await attempt(message, services, invocation);
  }
  const { bus } = services;
  if (bus !== undefined) await publishMissing(release, messages, { ...services, bus, invocation });
}

async function attempt(due: MessageItem, services: NotifyServices, invocation: InvocationContext): Promise<void> {
  const { ledger } = services;
  const plan = await readItem(ledger, planKey(due.release), planSchema);
  const { message, write } = claimMessage(due, addressesOf(plan), invocation.now());
  if ((await ledger.write([write])) === 'already') return;
  const failed = await tellAll(message, services, invocation);
  const now = invocation.now();
  await ledger.write([failed === 'over' ? dropMessage(message, now) : closeMessage(message, failed, now)]);
}

function addressesOf(plan: Plan | undefined): Addresses {
  return plan === undefined ? { mail: [], slack: [] } : { mail: plan.notify.email, slack: slackAddresses(plan) };
}

/** @returns those who were not reached; `over` where what the message tells is no longer so */
async function tellAll(
  message: MessageItem,
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
    else failed.push(...(await Promise.all(some.map((one) => tell(send, one, invocation)))).flat());
  }
  return failed;
}

/** @returns the recipient, when it was not reached */
async function tell(send: Send, recipient: Recipient, invocation: InvocationContext): Promise<Recipient[]> {
  try {
    await send(recipient);
    return [];
  } catch (problem) {
    invocation.log.error(`Could not be told: ${recipient.to}`, problem);
    return [notReached(recipient, problem)];
  }
}
