import type { ErrorPlace } from '../../core/contract/errors.ts';
import type { TargetItem } from '../../core/ledger/items.ts';
import { roleArn, targetRoleName } from '../../core/contract/names.ts';
import { boundaryOf, executionRole } from '../../core/policy/execution.ts';
import { environmentOf, plannedIn, type Plan, type PlannedEnvironment } from '../../core/release/plan.ts';
import type { EventOf, EventDraft, EventType, ReleaseEvent } from '../../core/release/events.ts';
import type { ReleaseHead, TargetPhase } from '../../core/release/head.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import type { DeployTarget } from '../../adapters/targets/deploy-target.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readEvents, readHead, readPlan, readTarget } from '../../engine/ledger/read.ts';
import type { DeployServices } from './services.ts';

/** One target of a release, with everything a task needs to work on it. */
export interface TargetContext {
  readonly services: DeployServices;
  readonly invocation: InvocationContext;
  readonly release: string;
  readonly where: EnvironmentTarget;
  /** `account/region`. */
  readonly targetName: string;
  readonly plan: Plan;
  /** Of its environment, with the parameters of this target. */
  readonly planned: PlannedEnvironment;
  /** As it was when the task started. */
  readonly head: ReleaseHead;
  readonly item: TargetItem;
  readonly target: DeployTarget;
  readonly roles: { readonly cloudFormation: string; readonly codeDeploy: string };
  /** ARN of the permissions boundary of the entry's roles and users; undefined where the policy wants none. */
  readonly boundary: string | undefined;
  /** For errors. */
  readonly place: ErrorPlace;
}

/** Reads the ledger and opens the target. */
export async function openTarget(
  services: DeployServices,
  invocation: InvocationContext,
  release: string,
  where: EnvironmentTarget,
): Promise<TargetContext> {
  const { ledger, open } = services;
  const [head, plan, known] = await Promise.all([
    readHead(ledger, release),
    readPlan(ledger, release),
    readTarget(ledger, release, where),
  ]);
  const { environment, account, region } = where;
  const planned = plannedIn(environmentOf(plan, environment), where);
  const { stackName, resourceNames } = planned;
  const item = known ?? { release, environment, account, region, stackName, resourceNames };
  const roles = {
    cloudFormation: executionRole(planned, where),
    codeDeploy: roleArn(account, targetRoleName('codedeploy', region)),
  };
  const access = { stackName, resourceNames, release, environment, account, region };
  const target = await open({ ...access, roles: Object.values(roles) });
  return {
    ...{ services, invocation, release, plan, head, item, target },
    where: { environment, account, region },
    targetName: nameTarget(where),
    planned,
    roles,
    boundary: boundaryOf(planned, where),
    place: { release, environment, account, region },
  };
}

/** How far the release is with the target. */
export function phaseOf({ where, targetName: name }: TargetContext, head: ReleaseHead): TargetPhase | undefined {
  return head.environments[where.environment]?.targets[name];
}

type TargetEvent = Extract<EventDraft, { target: string }>;
type TargetEventType = Exclude<TargetEvent['type'], 'failed'>;

/** What an event of a target may carry: small, JSON, no secrets. */
type TargetEvidence = EventOf<'shiftStarted'>['evidence'];

/** A transition of the target. */
export function targetEvent<Type extends TargetEventType>(
  { where, targetName: name, invocation }: Pick<TargetContext, 'where' | 'targetName' | 'invocation'>,
  type: Type,
  reason?: string,
  evidence?: TargetEvidence,
) {
  const { environment } = where;
  const { actor } = invocation;
  const because = reason === undefined ? {} : { reason };
  const seen = evidence === undefined ? {} : { evidence };
  return { type, at: invocation.now(), actor, environment, target: name, ...because, ...seen };
}

/** Number of the latest event that announced something: what client tokens are made from. */
export async function findIntent(work: TargetContext, type: EventType): Promise<number | undefined> {
  const events = await readEvents(work.services.ledger, work.release);
  return events.findLast((event) => event.type === type && isAbout(event, work))?.sequence;
}

function isAbout(event: ReleaseEvent, { where, targetName: name }: TargetContext): boolean {
  if (!('environment' in event) || event.environment !== where.environment) return false;
  return !('target' in event) || event.target === name;
}
