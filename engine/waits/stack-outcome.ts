import { secondsBetween } from '../../core/values/duration.ts';
import { ChangeFailed, RollbackFailed, SettleFailed, TargetBusy } from '../../core/contract/errors.ts';
import { liveAfterChange } from '../../core/ledger/live.ts';
import { prunedEvidence, putTarget } from '../../core/ledger/target.ts';
import { anyOperation, type CorrelationKey } from '../../core/ledger/correlation-key.ts';
import { describeLeft } from '../../core/release/left.ts';
import type { LeftResource } from '../../core/template/left-behind.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import type { TargetPhase } from '../../core/release/head.ts';
import { withRemedy } from '../../core/template/name-taken.ts';
import { watchedNames } from '../../core/checks/watched-alarms.ts';
import { environmentOf, type Plan } from '../../core/release/plan.ts';
import { movesOf } from '../../core/template/moves.ts';
import type { StackOperation, StackState } from '../../adapters/cloudformation/stack.ts';
import { leave, takeOver } from '../ledger/left.ts';
import { readPlan } from '../ledger/read.ts';
import { failure, success } from './waits.ts';
import { targetEvent } from './target-event.ts';
import type { CompletionContext, Outcome, TargetWait } from './target-wait.ts';

/** The outcome of a stack's operation, for the task that waits for it. */
export async function stackOutcome(
  services: CompletionContext,
  waiting: TargetWait,
  { stackId, token }: Extract<CorrelationKey, { kind: 'stack' }>,
): Promise<Outcome | undefined> {
  if (token === anyOperation) return othersOutcome(services, waiting, stackId);
  const operation = await waiting.target.stacks.operation(stackId, token);
  if (operation === undefined || !hasEnded(operation.status)) return undefined;
  switch (waiting.wait.task) {
    case 'apply':
      return applied(services, waiting, operation);
    case 'adoptStack':
      return adopted(services, waiting, operation);
    case 'settle':
      return settled(services, waiting, operation);
    case 'restoreStack':
      return restored(services, waiting, operation);
    default:
      return undefined;
  }
}

/** The stack was being changed by someone else; once that is over the task runs again. */
async function othersOutcome(
  { invocation }: CompletionContext,
  waiting: TargetWait,
  stackId: string,
): Promise<Outcome | undefined> {
  const stack = await waiting.target.stacks.describe(stackId);
  if (stack !== undefined && !hasEnded(stack.status)) return undefined;
  if (waiting.wait.task === 'waitForStack') {
    const { environment, target = '' } = waiting.wait;
    const status = stack?.status ?? 'DELETE_COMPLETE';
    const at = { at: invocation.now(), actor: invocation.actor, environment, target };
    return { answer: success(), event: { type: 'stackAvailable', ...at, evidence: { status } } };
  }
  return {
    answer: failure(new TargetBusy('Another change of the stack is over; the restore starts again.', placeOf(waiting))),
  };
}

/** Has an operation with this status of the stack come to its end? */
function hasEnded(status: string): boolean {
  return /_(COMPLETE|FAILED)$/.test(status);
}

async function applied(
  services: CompletionContext,
  waiting: TargetWait,
  operation: StackOperation,
): Promise<Outcome | undefined> {
  const place = placeOf(waiting);
  if (operation.status !== 'CREATE_COMPLETE' && operation.status !== 'UPDATE_COMPLETE') {
    return { answer: failure(new ChangeFailed(withRemedy(describe('The change failed', operation)), place)) };
  }
  const stack = await waiting.target.stacks.describe(waiting.item.stackName);
  // A stale read: the events are ahead of it, and its outputs would be the old ones. The reconciler reads it again.
  if (stack === undefined || stack.status.endsWith('_IN_PROGRESS')) return undefined;
  const event = { ...targetEvent(services.invocation, waiting, 'changed'), evidence: { status: operation.status } };
  const item = await whatChanged(waiting, stack, await readPlan(services.ledger, waiting.wait.release));
  const live = liveAfterChange({
    ...{ head: waiting.head, where: waiting.where, item },
    at: event.at,
    cause: 'changed',
  });
  return { answer: success(), event, writes: [putTarget(item), ...live] };
}

/** What is known of a target once its stack was changed: outputs, alarms, and which aliases have to move where. */
export async function whatChanged(
  { item, target }: Pick<TargetWait, 'item' | 'target'>,
  stack: StackState | undefined,
  plan: Plan,
): Promise<TargetWait['item']> {
  const resources = await target.stacks.resources(item.stackName);
  const physicalIds = new Map(resources.map(({ logicalId, physicalId }) => [logicalId, physicalId]));
  return {
    ...item,
    ...(stack === undefined ? {} : { stackId: stack.id, outputs: urlsOf(stack.outputs) }),
    watchedAlarms: watchedNames(
      {
        manifest: plan.manifest.alarms ?? [],
        former: item.formerRelease,
        policy: environmentOf(plan, item.environment).alarms,
      },
      physicalIds,
    ),
    moves: movesOf(item.guards ?? [], physicalIds, item.rollbackPoint?.aliases ?? []),
  };
}

/** Checks need the URLs alone, and another output may be a secret: CloudFormation hides none. */
function urlsOf(outputs: StackState['outputs']): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => /^https?:/i.test(value)));
}

/** What got the boundary keeps it, so that a rollback cannot be finished by CloudFormation alone: the task continues it. */
function adopted({ invocation }: CompletionContext, waiting: TargetWait, operation: StackOperation): Outcome {
  const { environment, target = '' } = waiting.wait;
  const at = { at: invocation.now(), actor: invocation.actor, environment, target };
  if (operation.status === 'UPDATE_COMPLETE')
    return { answer: success(), event: { type: 'adopted', ...at, evidence: { status: operation.status } } };
  const place = placeOf(waiting);
  if (operation.status === 'UPDATE_ROLLBACK_FAILED' && operation.began === 'UPDATE_IN_PROGRESS')
    return { answer: failure(new TargetBusy(describe('The adoption is being undone', operation), place)) };
  const problem = new ChangeFailed(describe('The stack could not be adopted', operation), place);
  return { answer: failure(problem), event: { type: 'adoptionFailed', ...at, reason: problem.message } };
}

async function settled(
  { invocation, ledger }: CompletionContext,
  waiting: TargetWait,
  operation: StackOperation,
): Promise<Outcome> {
  if (operation.status === 'UPDATE_COMPLETE') {
    const event = { ...targetEvent(invocation, waiting, 'settled'), ...prunedEvidence(waiting.item) };
    const { item, where, head } = waiting;
    // What was taken over is in the stack for good.
    return { answer: success(), event, writes: await takeOver(ledger, { service: head.service, where, item }) };
  }
  const problem = new SettleFailed(describe('The stack could not be settled', operation), placeOf(waiting));
  return { answer: failure(problem), event: targetEvent(invocation, waiting, 'settleFailed', problem.message) };
}

function isRestored({ status }: StackOperation): boolean {
  return status === 'UPDATE_COMPLETE' || status === 'DELETE_COMPLETE';
}

async function restored(
  { invocation, ledger }: CompletionContext,
  waiting: TargetWait,
  operation: StackOperation,
): Promise<Outcome> {
  const place = placeOf(waiting);
  // The task waited for an earlier change to end before it restores the stack: it runs again.
  const phase = phaseOf(waiting);
  if (phase === 'trafficRestored' || phase === 'recovering' || phase === 'recovered') {
    return { answer: failure(new TargetBusy('The change of the stack is over; the restore starts.', place)) };
  }
  if (isRestored(operation)) {
    const seconds = secondsBetween(waiting.wait.registeredAt, invocation.now());
    const { status } = operation;
    const retained = (operation.retained ?? []).filter((one) => !isTakenOver(waiting, one));
    const { item, where, head } = waiting;
    const at = invocation.now();
    const { left } = item;
    const told = left === undefined ? describeRetained(retained) : describeAllLeft(waiting, left);
    const event = {
      ...targetEvent(invocation, waiting, 'stackRestored', told),
      evidence: {
        ...{ status, seconds },
        ...(left === undefined || left.length === 0 ? {} : { left: [...left] }),
        ...(left !== undefined || retained.length === 0 ? {} : { retained: [...retained] }),
      },
    };
    return { answer: success(), event, writes: await leave(ledger, { service: head.service, where, item }, at) };
  }
  // The restore was rolled back, or a rollback was continued: the task knows which, and what is left to try.
  if (operation.status.startsWith('UPDATE_ROLLBACK_')) {
    return { answer: failure(new TargetBusy(describe('The stack is not restored yet', operation), place)) };
  }
  const problem = new RollbackFailed(describe('The stack could not be restored', operation), place);
  return { answer: failure(problem), event: targetEvent(invocation, waiting, 'rollbackFailed', problem.message) };
}

/** What was to be taken over is still there for the next release. @param resource as an operation on a stack names it */
function isTakenOver({ item }: TargetWait, resource: string): boolean {
  return (item.imported ?? []).some(({ physicalId }) => resource.endsWith(` ${physicalId}`));
}

function describeAllLeft({ where }: TargetWait, left: readonly LeftResource[]): string | undefined {
  const { environment } = where;
  const all = left.map((one) => ({ ...one, environment, target: nameTarget(where) }));
  return left.length === 0 ? undefined : describeLeft(all).join(' ');
}

/** What a stack that is deleted leaves behind keeps its name from the next attempt. */
function describeRetained(retained: readonly string[]): string | undefined {
  // A version goes with its function, and has no name that anybody could find taken.
  const named = retained.filter((one) => !one.includes('(AWS::Lambda::Version)'));
  if (named.length === 0) return undefined;
  return `The stack is gone, but for what its template retains: ${named.join(', ')}. The next release finds these names taken: import them into its stack, or remove them (docs/operating.md, "A name is taken").`;
}

function phaseOf({ head, wait }: TargetWait): TargetPhase | undefined {
  return head.environments[wait.environment]?.targets[wait.target ?? ''];
}

function placeOf({ wait, where }: TargetWait) {
  return { release: wait.release, ...where };
}

function describe(what: string, { status, reason }: StackOperation): string {
  return `${what}: ${reason ?? 'CloudFormation gives no reason'} (the stack is ${status}).`;
}
