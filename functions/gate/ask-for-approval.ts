import { approvalId, environmentChange, whyNot } from '../../core/approval/decision.ts';
import { addSeconds, durationSeconds } from '../../core/values/duration.ts';
import {
  ApprovalDeclined,
  ApprovalExpired,
  DataUnreadable,
  ReleaseSuperseded,
  TargetNotReady,
} from '../../core/contract/errors.ts';
import { checkOpen, openApproval } from '../../core/ledger/approvals.ts';
import type { ApprovalItem, TargetItem } from '../../core/ledger/items.ts';
import { registerWait } from '../../core/ledger/waits.ts';
import { environmentOf, type Plan } from '../../core/release/plan.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { haltedError } from '../../core/release/halt.ts';
import { isHalted } from '../../core/release/progress.ts';
import type { TaskInput } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { type ReleaseUpdate, updateRelease } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readApprovals, readPlan, readTargets } from '../../engine/ledger/read.ts';
import { orderDelivery } from '../../engine/outbox/order-delivery.ts';
import { cutText } from '../../core/values/text.ts';
import { newWait, sendAnswer, success } from '../../engine/waits/waits.ts';
import type { GateServices } from './services.ts';

type Input = TaskInput<'askForApproval'>;

/** Requests approval from the people the plan names, each by a link of their own, and registers the token with the wait. */
export async function askForApproval(
  input: Input,
  services: GateServices,
  invocation: InvocationContext,
): Promise<void> {
  const { ledger, answers, notifier } = services;
  const { release, environment } = input;
  const [plan, targets] = await Promise.all([readPlan(ledger, release), readTargets(ledger, release, environment)]);
  const { result: approval } = await updateRelease({ ledger, invocation }, release, (head) =>
    planApproval(input, head, { plan, targets, known: () => readApprovals(ledger, release, environment) }, invocation),
  );
  if (approval.state === 'approved') await sendAnswer(answers, input.token, success({ approval: approval.approval }));
  else await orderDelivery({ notifier, invocation }, release);
}

interface Known {
  readonly plan: Plan;
  readonly targets: readonly TargetItem[];
  readonly known: () => Promise<ApprovalItem[]>;
}

async function planApproval(
  input: Input,
  head: ReleaseHead,
  known: Known,
  invocation: InvocationContext,
): Promise<ReleaseUpdate<ApprovalItem>> {
  const { release, environment } = input;
  const phase = head.environments[environment]?.phase;
  if (phase === 'declined') throw new ApprovalDeclined('The approval was declined.', { release, environment });
  if (phase === 'expired')
    throw new ApprovalExpired('The approval expired without a decision.', { release, environment });
  if (phase === 'superseded')
    throw new ReleaseSuperseded('A newer release superseded this one.', { release, environment });
  if (isHalted(head)) throw haltedError(head, { environment });
  // Invoked again, with the token of the retry: the same approval remains open.
  if (phase !== 'waiting') {
    const asked = (await known.known()).find(
      ({ state, override }) => override === undefined && state === (phase === 'approvalPending' ? 'open' : 'approved'),
    );
    if (asked === undefined)
      throw new DataUnreadable(`The ledger has no approval for an environment that is ${phase}.`, {
        release,
        environment,
      });
    const again = phase === 'approvalPending' ? [checkOpen(asked), ...waitFor(input, asked, invocation)] : [];
    return { result: asked, writes: again };
  }
  const approval = newApproval(input, head, known, invocation.now());
  return {
    result: approval,
    events: [requested(approval, known.targets, invocation)],
    writes: [...openApproval(approval), ...waitFor(input, approval, invocation)],
  };
}

function newApproval(
  { release, environment }: Input,
  head: ReleaseHead,
  { plan, targets }: Known,
  now: string,
): ApprovalItem {
  const { approval: rule, slack } = environmentOf(plan, environment);
  const { sha256: digest } = head.artifact;
  if (rule === undefined || digest === undefined)
    throw new DataUnreadable('The plan requires no approval in this environment.', { release, environment });
  const changes = targets.map((target): [string, string] => {
    if (target.lookedAhead === undefined) {
      throw new TargetNotReady('No change preview exists for this target yet.', {
        release,
        environment,
        ...targetPlace(target),
      });
    }
    return [nameTarget(target), target.lookedAhead.digest];
  });
  const { required, selfApproval, people, expiresAfter } = rule;
  return {
    ...{ release, environment, digest, required, selfApproval, people },
    approval: approvalId(release, environment, head.sequence + 1),
    state: 'open',
    change: environmentChange(Object.fromEntries(changes)),
    author: plan.manifest.source.author,
    requestedAt: now,
    deadline: addSeconds(now, durationSeconds(expiresAfter)),
    ...(slack === undefined ? {} : { slack }),
    decisions: [],
  };
}

function targetPlace({ account, region }: TargetItem): { account: string; region: string } {
  return { account, region };
}

function requested(approval: ApprovalItem, targets: readonly TargetItem[], invocation: InvocationContext): EventDraft {
  const untold = approval.people.filter((person) => {
    const { approve, decline } = whyNot(approval, person);
    return approve !== undefined && decline === undefined;
  });
  const warnings = [
    ...(untold.length === 0 ? [] : [`author-unclear: ${untold.map(({ name }) => name).join(', ')}`]),
    ...targets.flatMap((target) =>
      (target.lookedAhead?.warnings ?? []).map(({ code, logicalId }) => `${nameTarget(target)} ${logicalId}: ${code}`),
    ),
  ];
  return {
    type: 'approvalRequested',
    at: invocation.now(),
    actor: invocation.actor,
    environment: approval.environment,
    evidence: {
      approval: approval.approval,
      change: approval.change,
      deadline: approval.deadline,
      required: approval.required,
      people: approval.people.map(({ email }) => email),
      warnings: firstOf(warnings),
    },
  };
}

/** Warnings that stand in the event: the approval's page, mail and API show those of each target. */
const mostWarnings = 100;

function firstOf(warnings: readonly string[]): string[] {
  const more = warnings.length > mostWarnings ? [`and ${warnings.length - mostWarnings} more`] : [];
  return [...warnings.slice(0, mostWarnings).map((one) => cutText(one, 400)), ...more];
}

function waitFor({ task, release, environment, token }: Input, approval: ApprovalItem, invocation: InvocationContext) {
  const correlation = { kind: 'approval', approval: approval.approval } as const;
  const wait = newWait({ task, release, environment, token }, correlation, invocation.now(), 0);
  return registerWait({ ...wait, deadline: approval.deadline });
}
