import { approvalId } from '../../core/approval/decision.ts';
import { addSeconds } from '../../core/values/duration.ts';
import { CheckFailed, ContinueDeclined, DataUnreadable } from '../../core/contract/errors.ts';
import { checkOpen, openApproval } from '../../core/ledger/approvals.ts';
import type { ApprovalItem } from '../../core/ledger/items.ts';
import { registerWait } from '../../core/ledger/waits.ts';
import { environmentOf, type Plan } from '../../core/release/plan.ts';
import { digestOf } from '../../core/release/chain.ts';
import type { EventDraft, ReleaseEvent } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { haltedError } from '../../core/release/halt.ts';
import { isHalted } from '../../core/release/progress.ts';
import type { TaskInput } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { type ReleaseUpdate, updateRelease } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readApprovals, readEvents, readPlan } from '../../engine/ledger/read.ts';
import { orderDelivery } from '../../engine/outbox/order-delivery.ts';
import { newWait, sendAnswer, success } from '../../engine/waits/waits.ts';
import type { GateServices } from './services.ts';

type Input = TaskInput<'askToContinue'>;

/**
 * Checks were inconclusive: asks the people the plan names whether to continue, and registers the token with the wait.
 * @throws CheckFailed where the plan names no people: inconclusive then counts as failed
 */
export async function askToContinue(
  input: Input,
  services: GateServices,
  invocation: InvocationContext,
): Promise<void> {
  const { ledger, answers, notifier } = services;
  const { release, environment } = input;
  const target = targetOf(input);
  const [plan, events] = await Promise.all([readPlan(ledger, release), readEvents(ledger, release)]);
  const inconclusiveReason = lastInconclusiveReason(events, environment, target);
  const { result: approval } = await updateRelease({ ledger, invocation }, release, async (head) => {
    const asked = (await readApprovals(ledger, release, environment)).find(
      ({ override }) => override?.checkpoint === input.checkpoint && override.target === target,
    );
    return planContinuation(input, head, { plan, inconclusiveReason, asked }, invocation);
  });
  if (approval.state === 'approved') await sendAnswer(answers, input.token, success({ approval: approval.approval }));
  else await orderDelivery({ notifier, invocation }, release);
}

interface Known {
  readonly plan: Plan;
  readonly inconclusiveReason: string;
  readonly asked: ApprovalItem | undefined;
}

function planContinuation(
  input: Input,
  head: ReleaseHead,
  { plan, inconclusiveReason, asked }: Known,
  invocation: InvocationContext,
): ReleaseUpdate<ApprovalItem> {
  // Invoked again, with the token of the retry: the same approval remains open, and a no remains a no.
  if (asked?.state === 'declined' || asked?.state === 'expired') {
    const { release, environment } = asked;
    const sentence = `The decision to continue was ${asked.state === 'declined' ? 'declined' : 'not taken in time'}.`;
    throw new ContinueDeclined(`${sentence} ${inconclusiveReason}`, { release, environment });
  }
  if (isHalted(head)) throw haltedError(head, { environment: input.environment, target: targetOf(input) });
  if (asked !== undefined) {
    const again = asked.state === 'open' ? [checkOpen(asked), ...registered(input, asked, invocation)] : [];
    return { result: asked, writes: again };
  }
  const approval = newApproval(input, head, plan, { inconclusiveReason, now: invocation.now() });
  const target = targetOf(input);
  const event: EventDraft = {
    type: 'decisionRequested',
    at: invocation.now(),
    actor: invocation.actor,
    environment: input.environment,
    ...(target === undefined ? {} : { target }),
    reason: inconclusiveReason,
    evidence: {
      approval: approval.approval,
      deadline: approval.deadline,
      people: approval.people.map(({ email }) => email),
    },
  };
  return {
    result: approval,
    events: [event],
    writes: [...openApproval(approval), ...registered(input, approval, invocation)],
  };
}

function newApproval(
  { release, environment, account, region, checkpoint, ...rest }: Input,
  head: ReleaseHead,
  plan: Plan,
  { inconclusiveReason, now }: { readonly inconclusiveReason: string; readonly now: string },
): ApprovalItem {
  const planned = environmentOf(plan, environment);
  const { sha256: digest } = head.artifact;
  const place = { release, environment, ...(account === undefined || region === undefined ? {} : { account, region }) };
  if (planned.inconclusive === undefined)
    throw new CheckFailed(
      `${inconclusiveReason} The policy names no one to decide, so the release is rolled back.`,
      place,
    );
  if (digest === undefined) throw new DataUnreadable('The release has no artifact.', place);
  const target = targetOf({ account, region, ...rest });
  return {
    ...{ release, environment, digest },
    approval: approvalId(release, environment, head.sequence + 1),
    state: 'open',
    change: digestOf([inconclusiveReason]),
    override: { checkpoint, inconclusiveReason, ...(target === undefined ? {} : { target }) },
    author: plan.manifest.source.author,
    selfApproval: planned.approval?.selfApproval ?? true,
    required: 1,
    people: planned.inconclusive.people,
    requestedAt: now,
    deadline: addSeconds(now, planned.inconclusive.seconds),
    ...(planned.slack === undefined ? {} : { slack: planned.slack }),
    ...(planned.approval?.identity === undefined ? {} : { identity: planned.approval.identity }),
    decisions: [],
  };
}

function registered(
  { task, release, environment, token, ...rest }: Input,
  approval: ApprovalItem,
  invocation: InvocationContext,
) {
  const correlation = { kind: 'approval', approval: approval.approval } as const;
  const target = targetOf(rest);
  const place = { task, release, environment, token, ...(target === undefined ? {} : { target }) };
  return registerWait({ ...newWait(place, correlation, invocation.now(), 0), deadline: approval.deadline });
}

function targetOf({
  account,
  region,
}: {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}): string | undefined {
  return account === undefined || region === undefined ? undefined : nameTarget({ account, region });
}

/** The reason that the checks recorded. */
function lastInconclusiveReason(
  events: readonly ReleaseEvent[],
  environment: string,
  target: string | undefined,
): string {
  const inconclusiveReason = events.findLast(
    (event) => event.type === 'inconclusive' && event.environment === environment && event.target === target,
  );
  return inconclusiveReason?.reason ?? 'The checks were inconclusive.';
}
