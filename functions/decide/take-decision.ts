import { decideApproval, type Decision, type DecisionOutcome } from '../../core/approval/decision.ts';
import { parseApprovalLink, verifyApprovalLink, type ApprovalLink } from '../../core/approval/link.ts';
import {
  ApprovalDeclined,
  ContinueDeclined,
  DecisionRefused,
  LinkInvalid,
  NotInLedger,
} from '../../core/contract/errors.ts';
import { replaceApproval } from '../../core/ledger/approvals.ts';
import { approvalItem, type Answer, type ApprovalItem, waitItem } from '../../core/ledger/items.ts';
import { approvalKey, releasePartition, waitKey } from '../../core/ledger/keys.ts';
import { waitId } from '../../core/ledger/waits.ts';
import { environmentOf, type PlannedEnvironment } from '../../core/release/plan.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { passCheckpoint } from '../../core/release/checkpoint-events.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { parseItem, readAll, readItem, readPlan } from '../../engine/ledger/read.ts';
import { failure, answerWait, success } from '../../engine/waits/waits.ts';
import type { DecideServices } from './services.ts';

/** The approval a signed link is about. @throws LinkInvalid, NotInLedger */
export async function openLinkedApproval(
  services: DecideServices,
  id: string,
  query: Readonly<Record<string, string>>,
  now: string,
): Promise<{ readonly link: ApprovalLink; readonly approval: ApprovalItem }> {
  const link = parseApprovalLink(id, query);
  const approval = await readItem(services.ledger, approvalKey(link.release, link.approval), approvalItem);
  if (approval === undefined) throw new NotInLedger('The ledger has no such approval.', { release: link.release });
  const publicKeyPem = await keyOf(services, link, approval);
  verifyApprovalLink(link, approval, { publicKeyPem, now });
  return { link, approval };
}

async function keyOf(services: DecideServices, link: ApprovalLink, approval: ApprovalItem): Promise<string> {
  try {
    return await services.links.publicKeyPem(link.keyId);
  } catch (cause) {
    const place = { release: approval.release, environment: approval.environment };
    throw new LinkInvalid('The key that signed this link is not known.', { ...place, cause });
  }
}

/** The approval that an environment of a release waits for. @throws NotInLedger */
export async function openApprovalOf(
  services: DecideServices,
  release: string,
  environment: string,
): Promise<ApprovalItem> {
  const items = await readAll(services.ledger, releasePartition(release), 'approval#');
  const approvals = items.map((item) => parseItem(approvalItem, item)).filter((one) => one.environment === environment);
  const found =
    approvals.find(({ state }) => state === 'open') ??
    approvals.sort((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1))[0];
  if (found === undefined) throw new NotInLedger('No approval is requested.', { release, environment });
  return found;
}

/**
 * Takes a decision, once: the approval, its transition and the answer to the workflow are one transaction.
 * @throws DecisionRefused, ApprovalExpired, ApprovalVoid
 */
export async function takeDecision(
  services: DecideServices,
  invocation: InvocationContext,
  asked: ApprovalItem,
  decision: Decision,
): Promise<DecisionOutcome> {
  const { release, environment } = asked;
  const wait = await readItem(services.ledger, waitKey(release, waitId(waitingTask(asked))), waitItem);
  const plan = await readPlan(services.ledger, release);
  const planned = environmentOf(plan, environment);
  let taken: DecisionOutcome | undefined;
  if (wait !== undefined) {
    await answerWait({ ...services, invocation }, wait, async (head) => {
      const approval = await readItem(services.ledger, approvalKey(release, asked.approval), approvalItem);
      taken = decideApproval(approval ?? asked, head, decision);
      const events =
        asked.override === undefined ? [eventOf(taken, decision)] : continueEvents(taken, decision, head, planned);
      return { result: answerOf(taken, decision), events, writes: replaceApproval(approval ?? asked, taken.approval) };
    });
  }
  // No task waits any more, or another decision came first.
  if (taken === undefined) throw new DecisionRefused('This approval is closed.', { release, environment });
  return taken;
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
    case 'pending':
      return { type: 'approvalGiven', ...common, evidence: { approval: id, given, required, via } };
    case 'approved':
      return { type: 'approved', ...common, evidence: { approval: id, change, digest, via } };
    case 'declined':
      return { type: 'declined', ...common, evidence: { approval: id, via } };
  }
}
