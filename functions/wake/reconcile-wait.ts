import { expireApproval } from '../../core/approval/decision.ts';
import { replaceApproval } from '../../core/ledger/approvals.ts';
import { approvalItem, headItem, type WaitItem } from '../../core/ledger/items.ts';
import { approvalKey, headKey } from '../../core/ledger/keys.ts';
import { parseSubject } from '../../core/ledger/wait-key.ts';
import { leaveQueue } from '../../core/turn/turn-writes.ts';
import { closeWait } from '../../core/ledger/waits.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import { decideWait, expiryError, expiryTransitions } from '../../core/reconcile/open-work.ts';
import { completeWait } from '../../engine/waits/complete-wait.ts';
import { withTurnBack } from '../../engine/turn/give-back.ts';
import type { Moment } from '../../engine/handler/handler.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { passTurn } from '../../engine/turn/pass-on.ts';
import { deliver, failure, settleWait } from '../../engine/waits/waits.ts';
import type { WakeServices } from './services.ts';

/** Does to one open wait what is due. */
export async function reconcileWait(services: WakeServices, moment: Moment, wait: WaitItem): Promise<void> {
  const [account, region] = wait.target?.split('/') ?? [];
  moment.about({ release: wait.release, environment: wait.environment, account, region });
  const answering = { ...services, moment };
  const head = await readItem(services.ledger, headKey(wait.release), headItem);
  switch (decideWait(wait, head, moment.now())) {
    case 'leave':
      return;
    case 'close':
      await services.ledger.write(closeWait(wait));
      return;
    case 'deliver':
      if (wait.answer !== undefined) await deliver(answering, wait, wait.answer);
      return;
    case 'recheck':
      await recheck(services, moment, wait);
      return;
    case 'expire':
      await expire(services, moment, wait);
  }
}

/** Asks AWS, or the queue, for the truth. @returns whether the task was answered, as far as is known */
async function recheck(services: WakeServices, moment: Moment, wait: WaitItem): Promise<boolean> {
  const subject = parseSubject(wait.subject);
  if (subject?.kind !== 'turn') return completeWait({ ...services, moment }, wait);
  const { take } = await passTurn({ ...services, moment }, subject);
  return take === wait.release;
}

/** What ended well just in time, with its event lost, did end well: so AWS is asked once more, if it can be reached. */
async function expire(services: WakeServices, moment: Moment, wait: WaitItem): Promise<void> {
  try {
    if (await recheck(services, moment, wait)) return;
  } catch (problem) {
    moment.log.error('The last look before the deadline was in vain', problem);
  }
  let finished: string | undefined;
  await settleWait({ ...services, moment }, wait, async (head) => {
    const events = expiryTransitions(wait, head, { at: moment.now(), actor: moment.actor });
    const told = await withTurnBack({ ...services, moment }, wait.environment, head, events);
    finished = told.finished ? head.service : undefined;
    const writes = [...(await endOfSubject(services, moment, wait)), ...told.writes];
    return { result: failure(expiryError(wait)), events: told.events, writes };
  });
  if (finished !== undefined)
    await passTurn({ ...services, moment }, { service: finished, environment: wait.environment });
}

/** What has to end together with the wait: the approval nobody decided, the place in the queue. */
async function endOfSubject({ ledger }: WakeServices, moment: Moment, wait: WaitItem): Promise<WriteIntent[]> {
  const subject = parseSubject(wait.subject);
  if (subject?.kind === 'turn') return leaveQueue(subject, wait.release);
  if (subject?.kind !== 'approval') return [];
  const approval = await readItem(ledger, approvalKey(wait.release, subject.approval), approvalItem);
  const expired = approval === undefined ? undefined : expireApproval(approval, moment.now());
  return approval === undefined || expired === undefined ? [] : replaceApproval(approval, expired);
}
