import { type AskedBecause, becauseWords, wasNotNeeded, whyAsked } from '../../core/approval/causes.ts';
import { approvalId, environmentChange, whyNot } from '../../core/approval/decision.ts';
import { whyAskedTwice } from '../../core/approval/first-question.ts';
import { whyImpossible } from '../../core/approval/possible.ts';
import { addSeconds, durationSeconds } from '../../core/values/duration.ts';
import {
  ApprovalDeclined,
  ApprovalExpired,
  ApprovalImpossible,
  DataUnreadable,
  ReleaseSuperseded,
  TargetNotReady,
} from '../../core/contract/errors.ts';
import { planReminders } from '../../core/approval/reminders.ts';
import { checkOpen, openApproval } from '../../core/ledger/approvals.ts';
import type { ApprovalItem, TargetItem } from '../../core/ledger/items.ts';
import { registerWait } from '../../core/ledger/waits.ts';
import { environmentOf, type Plan, type PlannedEnvironment } from '../../core/release/plan.ts';
import type { EventDraft, ReleaseEvent } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { haltedError } from '../../core/release/halt.ts';
import { isHalted } from '../../core/release/progress.ts';
import type { TaskInput } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { type ReleaseUpdate, updateRelease } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readApprovals, readEvents, readPlan, readTargets } from '../../engine/ledger/read.ts';
import { orderDelivery } from '../../engine/outbox/order-delivery.ts';
import { cutText } from '../../core/values/text.ts';
import { newWait, sendAnswer, success } from '../../engine/waits/waits.ts';
import type { GateServices } from './services.ts';

type Input = TaskInput<'askForApproval'>;

/**
 * Requests approval from the people the plan names, each by a link of their own, and registers the token with the wait; where the plan
 * does not ask every release, and nothing that would change asks, the release goes on.
 * @throws ApprovalDeclined, ApprovalExpired, ApprovalImpossible, ReleaseSuperseded
 */
export async function askForApproval(
  input: Input,
  services: GateServices,
  invocation: InvocationContext,
): Promise<void> {
  const { ledger, answers, notifier } = services;
  const { release, environment } = input;
  const [plan, targets] = await Promise.all([readPlan(ledger, release), readTargets(ledger, release, environment)]);
  const known = {
    plan,
    targets,
    known: () => readApprovals(ledger, release, environment),
    events: () => readEvents(ledger, release),
  };
  const { result: approval } = await updateRelease({ ledger, invocation }, release, (head) =>
    planApproval(input, head, known, invocation),
  );
  if (approval === 'not needed') await sendAnswer(answers, input.token, success());
  else if (approval.state === 'approved')
    await sendAnswer(answers, input.token, success({ approval: approval.approval }));
  else await orderDelivery({ notifier, invocation }, release);
}

interface Known {
  readonly plan: Plan;
  readonly targets: readonly TargetItem[];
  readonly known: () => Promise<ApprovalItem[]>;
  readonly events: () => Promise<ReleaseEvent[]>;
}

type Asked = ApprovalItem | 'not needed';

async function planApproval(
  input: Input,
  head: ReleaseHead,
  known: Known,
  invocation: InvocationContext,
): Promise<ReleaseUpdate<Asked>> {
  const { release, environment } = input;
  const phase = head.environments[environment]?.phase;
  if (phase === 'declined') throw new ApprovalDeclined('The approval was declined.', { release, environment });
  if (phase === 'expired')
    throw new ApprovalExpired('The approval expired without a decision.', { release, environment });
  if (phase === 'superseded')
    throw new ReleaseSuperseded('A newer release superseded this one.', { release, environment });
  if (isHalted(head)) throw haltedError(head, { environment });
  if (phase !== 'waiting') return askedBefore(input, phase, known, invocation);
  const { rule, change, because } = decideAsking(input, head, known);
  const common = { at: invocation.now(), actor: invocation.actor, environment };
  if (because.length === 0) {
    const when = rule.when ?? [];
    const reason = `Nobody is asked: nothing that asks for approval here would change (${when.join(', ')}).`;
    const event: EventDraft = { type: 'approvalNotNeeded', ...common, reason, evidence: { change, when } };
    return { result: 'not needed', events: [event] };
  }
  const approval = newApproval(input, head, { ...known, rule, change }, invocation.now());
  const why = whyImpossible(approval);
  if (why !== undefined) throw new ApprovalImpossible(why, { release, environment });
  return {
    result: approval,
    events: [requested(approval, known.targets, because, invocation)],
    writes: [...openApproval(approval), ...waitFor(input, approval, invocation)],
  };
}

/** Invoked again, with the token of the retry: the same approval remains open, or none is needed. */
async function askedBefore(
  input: Input,
  phase: string | undefined,
  { known, events }: Known,
  invocation: InvocationContext,
): Promise<ReleaseUpdate<Asked>> {
  const { release, environment } = input;
  const pending = phase === 'approvalPending';
  const asked = (await known()).find(
    ({ state, override }) => override === undefined && state === (pending ? 'open' : 'approved'),
  );
  if (asked !== undefined) {
    const again = pending ? [checkOpen(asked), ...waitFor(input, asked, invocation)] : [];
    return { result: asked, writes: again };
  }
  if (!pending && wasNotNeeded(await events(), environment)) return { result: 'not needed' };
  throw new DataUnreadable(`The ledger has no approval for an environment that is ${phase}.`, { release, environment });
}

type Rule = NonNullable<PlannedEnvironment['approval']>;

/** Whether people are asked, by what the targets were seen to become. */
function decideAsking(
  { release, environment }: Input,
  head: ReleaseHead,
  { plan, targets }: Known,
): { readonly rule: Rule; readonly change: string; readonly because: readonly AskedBecause[] } {
  const { approval: rule, waves } = environmentOf(plan, environment);
  if (rule === undefined)
    throw new DataUnreadable('The plan requires no approval in this environment.', { release, environment });
  const seen = new Map(targets.map((target) => [nameTarget(target), target.lookedAhead?.digest]));
  const changes = waves.flat().map(({ account, region }): [string, string] => {
    const name = nameTarget({ account, region });
    const digest = seen.get(name);
    if (digest !== undefined) return [name, digest];
    const place = { release, environment, account, region };
    throw new TargetNotReady('No change preview exists for this target yet.', place);
  });
  const changesData = plan.manifest.dataChanges !== undefined;
  return {
    rule,
    change: environmentChange(Object.fromEntries(changes)),
    because: whyAsked({ when: rule.when, head, changesData, targets }),
  };
}

function newApproval(
  { release, environment }: Input,
  head: ReleaseHead,
  { plan, rule, change }: Pick<Known, 'plan'> & { readonly rule: Rule; readonly change: string },
  now: string,
): ApprovalItem {
  const { slack } = environmentOf(plan, environment);
  const { sha256: digest } = head.artifact;
  if (digest === undefined)
    throw new DataUnreadable('The release has no artifact that could be read.', { release, environment });
  const { required, selfApproval, people, expiresAfter, including, reminders, identity } = rule;
  return {
    ...{ release, environment, digest, required, selfApproval, people, change },
    approval: approvalId(release, environment, head.sequence + 1),
    state: 'open',
    author: plan.manifest.source.author,
    requestedAt: now,
    deadline: addSeconds(now, durationSeconds(expiresAfter)),
    ...(including === undefined ? {} : { including }),
    ...planReminders(reminders, now),
    ...(slack === undefined ? {} : { slack }),
    ...(identity === undefined ? {} : { identity }),
    decisions: [],
  };
}

function requested(
  approval: ApprovalItem,
  targets: readonly TargetItem[],
  because: readonly AskedBecause[],
  invocation: InvocationContext,
): EventDraft {
  const { including } = approval;
  const always = because.includes('always');
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
  const why = [
    ...whyAskedTwice(targets),
    ...(always ? [] : [`Asked because ${because.map((one) => becauseWords[one]).join(', ')}.`]),
  ];
  return {
    type: 'approvalRequested',
    at: invocation.now(),
    actor: invocation.actor,
    environment: approval.environment,
    ...(why.length === 0 ? {} : { reason: why.join(' ') }),
    evidence: {
      approval: approval.approval,
      change: approval.change,
      deadline: approval.deadline,
      required: approval.required,
      ...(always ? {} : { because: [...because] }),
      ...(including === undefined ? {} : { including: including.map(({ group }) => group) }),
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
  const [remindAt] = approval.reminders ?? [];
  return registerWait({ ...wait, deadline: approval.deadline, ...(remindAt === undefined ? {} : { remindAt }) });
}
