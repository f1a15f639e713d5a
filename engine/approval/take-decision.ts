import { decideApproval, type Decision, type DecisionOutcome } from '../../core/approval/decision.ts';
import { missingGroups } from '../../core/approval/quorum.ts';
import { isApprovalId } from '../../core/approval/link.ts';
import { ApprovalDeclined, ContinueDeclined, NotInLedger, RequestInvalid } from '../../core/contract/errors.ts';
import { replaceApproval } from '../../core/ledger/approvals.ts';
import { formatCorrelationKey } from '../../core/ledger/correlation-key.ts';
import { approvalItem, type Answer, type ApprovalItem, type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { approvalKey, waitKey } from '../../core/ledger/keys.ts';
import { waitId } from '../../core/ledger/waits.ts';
import { environmentOf, isDecisionTold, type PlannedEnvironment } from '../../core/release/plan.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { passCheckpoint } from '../../core/release/checkpoint-events.ts';
import { cutText } from '../../core/values/text.ts';
import { releaseId } from '../../core/values/identifiers.ts';
import type { InvocationContext } from '../handler/handler.ts';
import { readHead, readItem, readPlan } from '../ledger/read.ts';
import { type DeliveryContext, orderDelivery } from '../outbox/order-delivery.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { retryOnConflict } from '../ledger/update-release.ts';
import { type AnswerContext, failure, answerWait, success, type WaitDecision } from '../waits/waits.ts';

/** What is needed to take a decision, whichever way it comes. */
export type DecidingServices = Pick<AnswerContext, 'ledger' | 'answers'> & Pick<DeliveryContext, 'notifier'>;

/** One approval of a release, by its id. @throws RequestInvalid, NotInLedger */
export async function findApproval(
  { ledger }: { readonly ledger: Ledger },
  release: string,
  id: string,
): Promise<ApprovalItem> {
  if (!releaseId.safeParse(release).success)
    throw new RequestInvalid(`"${cutText(release, 100)}" is not a release id.`);
  if (!isApprovalId(id)) {
    const list = `GET /v1/releases/${release}/approvals`;
    throw new RequestInvalid(`"${cutText(id, 100)}" is not an approval's id: ${list} lists those of the release.`, {
      release,
    });
  }
  const approval = await readItem(ledger, approvalKey(release, id), approvalItem);
  if (approval === undefined) throw new NotInLedger('The release has no such approval.', { release });
  return approval;
}

/**
 * Takes a decision, once: the approval, its transition and the answer to the workflow are one transaction. Whoever comes second
 * is told what was decided; whoever decides the same again, after an answer that was lost, what they decided. Then those are told
 * who have to know.
 * @throws DecisionRefused, ApprovalClosed, ApprovalExpired, ApprovalVoid, ReleaseSuperseded
 */
export async function takeDecision(
  services: DecidingServices,
  invocation: InvocationContext,
  asked: ApprovalItem,
  decision: Decision,
): Promise<DecisionOutcome> {
  const { ledger } = services;
  const { release } = asked;
  const plan = await readPlan(ledger, release);
  const planned = environmentOf(plan, asked.environment);
  const current = async (): Promise<ApprovalItem> =>
    (await readItem(ledger, approvalKey(release, asked.approval), approvalItem)) ?? asked;
  const outcome = await retryOnConflict(invocation, async () => {
    const wait = await waitFor(services, asked);
    const { decided } =
      wait === undefined
        ? {}
        : await answerWait({ ...services, invocation }, wait, async (head) =>
            decisionOn(await current(), head, decision, planned),
          );
    if (decided !== undefined) return decided;
    // Another decision came first, or this one came before; while the task that waits is invoked again, neither.
    const told = decideApproval(await current(), await readHead(ledger, release), decision);
    return told.before === undefined ? undefined : told;
  });
  // A message with buttons that decide nothing any more must not stand for a minute.
  if (isDecisionTold(plan, asked.environment)) await orderDelivery({ ...services, invocation }, release);
  return outcome;
}

/** The wait of the task that asked for this approval, and for no other. */
async function waitFor({ ledger }: { readonly ledger: Ledger }, asked: ApprovalItem): Promise<WaitItem | undefined> {
  const wait = await readItem(ledger, waitKey(asked.release, waitId(waitingTask(asked))), waitItem);
  const own = formatCorrelationKey({ kind: 'approval', approval: asked.approval });
  return wait?.correlation === own ? wait : undefined;
}

function decisionOn(
  approval: ApprovalItem,
  head: ReleaseHead,
  decision: Decision,
  planned: PlannedEnvironment,
): WaitDecision<DecisionOutcome> {
  const taken = decideApproval(approval, head, decision);
  if (taken.before !== undefined) return { result: undefined, decided: taken };
  const events =
    approval.override === undefined ? [eventOf(taken, decision)] : continueEvents(taken, decision, head, planned);
  const writes = replaceApproval(approval, taken.approval);
  return { result: answerOf(taken, decision), events, writes, decided: taken };
}

/** The task that waits for the decision. */
function waitingTask({ environment, override }: ApprovalItem): Parameters<typeof waitId>[0] {
  if (override === undefined) return { task: 'askForApproval', environment };
  const { target } = override;
  return { task: 'askToContinue', environment, ...(target === undefined ? {} : { target }) };
}

/** Approving passes the inconclusive checkpoint, on the person's authority; declining fails the check. */
function continueEvents(
  { outcome, approval }: DecisionOutcome,
  { person, at, via, reason }: Decision,
  head: ReleaseHead,
  planned: PlannedEnvironment,
): EventDraft[] {
  const { environment, approval: id, override } = approval;
  if (override === undefined || outcome === 'pending') return [];
  const { checkpoint, target, inconclusiveReason } = override;
  const place = { environment, ...(target === undefined ? {} : { target }) };
  const common = { at, actor: person.email, ...place, ...(reason === undefined ? {} : { reason }) };
  const evidence = { approval: id, via, inconclusiveReason };
  if (outcome === 'declined') return [{ type: 'checkFailed', ...common, evidence }];
  const continued: EventDraft = { type: 'continued', ...common, evidence };
  return [continued, ...passCheckpoint(head, checkpoint, { ...common, evidence }, planned)];
}

function answerOf({ outcome, approval }: DecisionOutcome, { person, reason }: Decision): Answer | undefined {
  const place = { release: approval.release, environment: approval.environment };
  switch (outcome) {
    case 'pending':
      return undefined;
    case 'approved':
      return success({ approval: approval.approval });
    case 'declined':
      if (approval.override !== undefined) {
        const because = reason === undefined ? '' : `: ${reason}`;
        return failure(
          new ContinueDeclined(
            `${person.name} decided to roll back${because}. ${approval.override.inconclusiveReason}`,
            place,
          ),
        );
      }
      return failure(
        new ApprovalDeclined(`${person.name} declined${reason === undefined ? '' : `: ${reason}`}.`, place),
      );
  }
}

function eventOf({ outcome, approval, given }: DecisionOutcome, { person, at, via, reason }: Decision): EventDraft {
  const { approval: id, environment, change, digest, required } = approval;
  const common = { at, actor: person.email, environment, ...(reason === undefined ? {} : { reason }) };
  switch (outcome) {
    case 'pending': {
      const missing = missingGroups(approval);
      const still = missing.length === 0 ? {} : { missing };
      return { type: 'approvalGiven', ...common, evidence: { approval: id, given, required, ...still, via } };
    }
    case 'approved':
      return { type: 'approved', ...common, evidence: { approval: id, change, digest, via } };
    case 'declined':
      return { type: 'declined', ...common, evidence: { approval: id, via } };
  }
}
