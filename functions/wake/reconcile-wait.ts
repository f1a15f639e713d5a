import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { expireApproval } from '../../core/approval/decision.ts';
import { dueReminder } from '../../core/approval/reminders.ts';
import { replaceApproval } from '../../core/ledger/approvals.ts';
import { approvalItem, type ApprovalItem, headItem, type WaitItem } from '../../core/ledger/items.ts';
import { approvalKey, headKey } from '../../core/ledger/keys.ts';
import { parseCorrelationKey } from '../../core/ledger/correlation-key.ts';
import { tellAgain } from '../../core/notify/messages.ts';
import type { EventDraft } from '../../core/release/events.ts';
import { mayFollow } from '../../core/release/transition.ts';
import { leaveQueue } from '../../core/turn/turn-writes.ts';
import { closeWait, remindNext } from '../../core/ledger/waits.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import { decideWait, expiryError, expiryTransitions } from '../../core/reconcile/open-work.ts';
import { completeWait } from '../../engine/waits/complete-wait.ts';
import type { CompletionContext } from '../../engine/waits/target-wait.ts';
import { haltDecision, haltWait } from '../../engine/waits/halt-waits.ts';
import { withTurnGivenBack } from '../../engine/turn/give-back.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { passTurn } from '../../engine/turn/pass-on.ts';
import { deliver, failure, answerWait } from '../../engine/waits/waits.ts';

/** What it takes to look at a wait. */
type WaitServices = Omit<CompletionContext, 'invocation'>;

/** Reconciles one open wait. */
export async function reconcileWait(
  services: WaitServices,
  invocation: InvocationContext,
  wait: WaitItem,
): Promise<void> {
  const answering = { ...services, invocation };
  const head = await readItem(services.ledger, headKey(wait.release), headItem);
  switch (decideWait(wait, head, invocation.now())) {
    case 'leave':
      return;
    case 'close':
      await services.ledger.write(closeWait(wait));
      return;
    case 'halt':
      await haltWait(answering, wait);
      return;
    case 'deliver':
      if (wait.answer !== undefined) await deliver(answering, wait, wait.answer);
      return;
    case 'remind':
      await remind(services, invocation, wait);
      return;
    case 'recheck':
      await recheck(services, invocation, wait);
      return;
    case 'expire':
      await expire(services, invocation, wait);
  }
}

/** Reads the actual state from AWS, or the queue. @returns whether the task was answered, as far as is known */
async function recheck(services: WaitServices, invocation: InvocationContext, wait: WaitItem): Promise<boolean> {
  const correlation = parseCorrelationKey(wait.correlation);
  if (correlation?.kind !== 'turn') return completeWait({ ...services, invocation }, wait);
  const { take } = await passTurn({ ...services, invocation }, correlation);
  return take === wait.release;
}

/** Reminds those who have not decided, once each time: the transition, the messages and when the next is due are one transaction. */
async function remind({ ledger }: WaitServices, invocation: InvocationContext, wait: WaitItem): Promise<void> {
  await updateRelease({ ledger, invocation }, wait.release, async (head) => {
    const open = await openApprovalOf(ledger, wait);
    const at = invocation.now();
    const due = open === undefined ? undefined : dueReminder(open, at);
    if (open === undefined || due === undefined) return { result: 'nothing due' };
    const { approval, people } = due;
    const evidence = { approval: approval.approval, people: people.map(({ email }) => email) };
    const { environment } = wait;
    const event: EventDraft = { type: 'approvalReminded', at, actor: invocation.actor, environment, evidence };
    if (!mayFollow(head, event)) return { result: 'nothing due' };
    return {
      result: 'reminded',
      events: [event],
      writes: [
        ...replaceApproval(open, approval),
        remindNext(wait.release, wait.wait, approval.reminders?.[0]),
        ...tellAgain(approval, people, head.sequence + 1, at),
      ],
    };
  });
}

/** The approval that a wait is for, if nobody has decided it. */
async function openApprovalOf(ledger: Ledger, wait: WaitItem): Promise<ApprovalItem | undefined> {
  const correlation = parseCorrelationKey(wait.correlation);
  if (correlation?.kind !== 'approval') return undefined;
  const approval = await readItem(ledger, approvalKey(wait.release, correlation.approval), approvalItem);
  return approval?.state === 'open' ? approval : undefined;
}

/** An operation may have ended well just in time, with its event lost: so its state is read once more, if AWS can be reached. */
async function expire(services: WaitServices, invocation: InvocationContext, wait: WaitItem): Promise<void> {
  try {
    if (await recheck(services, invocation, wait)) return;
  } catch (problem) {
    invocation.log.error('The last check before the deadline failed', problem);
  }
  const { decided: finished } = await answerWait({ ...services, invocation }, wait, async (head) => {
    // Stopped by somebody a moment ago: what became of it is that, and not that nobody decided.
    const halted = haltDecision(wait, head);
    if (halted !== undefined) return halted;
    const events = expiryTransitions(wait, head, { at: invocation.now(), actor: invocation.actor });
    const told = await withTurnGivenBack({ ...services, invocation }, wait.environment, head, events);
    const writes = [...(await endOfWaitedFor(services, invocation, wait)), ...told.writes];
    const decided = told.finished ? { service: head.service, environment: wait.environment } : undefined;
    return {
      result: failure(expiryError(wait)),
      events: told.events,
      writes,
      ...(decided === undefined ? {} : { decided }),
    };
  });
  if (finished !== undefined) await passTurn({ ...services, invocation }, finished);
}

/** What has to end together with the wait: the approval without a decision, the place in the queue. */
async function endOfWaitedFor(
  { ledger }: WaitServices,
  invocation: InvocationContext,
  wait: WaitItem,
): Promise<WriteIntent[]> {
  const correlation = parseCorrelationKey(wait.correlation);
  if (correlation?.kind === 'turn') return leaveQueue(correlation, wait.release);
  const approval = await openApprovalOf(ledger, wait);
  const expired = approval === undefined ? undefined : expireApproval(approval, invocation.now());
  return approval === undefined || expired === undefined ? [] : replaceApproval(approval, expired);
}
