import { ChangeFailed, RecoveryDue, RollbackFailed, TargetBusy } from '../../../core/contract/errors.ts';
import { anyOperation } from '../../../core/ledger/correlation-key.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import { putTarget } from '../../../core/ledger/target.ts';
import { recoveryFunction } from '../../../core/manifest/recovery.ts';
import type { TargetPhase } from '../../../core/release/head.ts';
import type { TaskInput } from '../../../core/contract/tasks.ts';
import { restoreTemplate } from '../../../core/template/steps/chain.ts';
import { formerParameters } from '../../../core/template/hidden-parameters.ts';
import type { Template } from '../../../core/template/template.ts';
import type { StackOperation, StackState } from '../../../adapters/cloudformation/stack.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { appendRollbackFailure } from '../../../engine/ledger/rollback-failure.ts';
import { announce, record } from '../announce.ts';
import { lastAdoptionEvent } from '../template/adoption-events.ts';
import { retainLeft } from './retain-left.ts';
import { makeChangeSet } from '../template/change.ts';
import { publishedVersions } from '../template/live.ts';
import type { DeployServices } from '../services.ts';
import { keptTemplate, templateSource } from '../template/kept-templates.ts';
import { answerNow, waitFor } from '../wait.ts';
import { findIntent, openTarget, phaseOf, targetEvent, type TargetContext } from '../target-context.ts';

type Input = TaskInput<'restoreStack'>;

const done: readonly TargetPhase[] = ['stackRestored', 'rolledBack'];

/**
 * Restores the stack; deletes one that this release created.
 * @throws RecoveryDue before anything is restored, where changes to data are undone by a function of the stack
 * @throws RollbackFailed
 */
export async function restoreStack(
  input: Input,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<void> {
  const { release, environment, account, region } = input;
  const work = await openTarget(services, invocation, release, { environment, account, region });
  const phase = phaseOf(work, work.head);
  if (phase !== undefined && done.includes(phase)) return answerNow(work, input);
  try {
    await restore(work, input);
  } catch (problem) {
    if (!(problem instanceof ChangeFailed)) throw problem;
    const failure = new RollbackFailed(problem.message, { ...work.place, cause: problem });
    await appendRollbackFailure({ ledger: services.ledger, invocation }, release, work.where, failure);
    throw failure;
  }
}

async function restore(work: TargetContext, input: Input): Promise<void> {
  const { item, target } = work;
  const stack = await target.stacks.describe(item.stackId ?? item.stackName);
  const changed = await findIntent(work, 'changeStarted');
  const before = item.rollbackPoint?.stackId;
  if (stack === undefined) {
    if (before !== undefined) throw new ChangeFailed(`The stack ${before} was deleted by someone else.`);
    return asItWas(work, input, 'The stack does not exist, as before the release.');
  }
  const isReviewStack = stack.status === 'REVIEW_IN_PROGRESS';
  if (changed === undefined && !isReviewStack) return leaveUnchanged(work, input, stack);
  const done = await operationsOf(work, stack, changed);
  if (done.execute.state === undefined && !isReviewStack && !(await wasExecuted(work))) {
    return asItWas(work, input, 'This release did not change the stack.');
  }
  if (stack.status.endsWith('_IN_PROGRESS') && !isReviewStack) {
    return waitForChange(work, input, stack, done);
  }
  if (!isReviewStack) requireRecovery(work, stack, done);
  // Only a stack that this release created may be deleted: it changed the stack, and there was none before.
  const created = changed !== undefined && item.rollbackPoint !== undefined && before === undefined;
  if (isReviewStack) return removeCreated(work, input, stack);
  if (created) return removeAll(work, input, stack, done);
  return changeBack(work, input, stack, done);
}

/**
 * Once CloudFormation has finished the change, checks may have called the new version, and users the functions that no alias
 * guards: data may have changed. Where it has undone the change itself, the function is deleted (or the old version's).
 */
function requireRecovery(work: TargetContext, stack: StackState, { execute }: Operations): void {
  const name = recoveryFunction(work.plan.manifest);
  const phase = phaseOf(work, work.head);
  if (name === undefined || (phase !== 'trafficRestored' && phase !== 'recovering')) return;
  if (/ROLLBACK|FAILED/.test(execute.state?.status ?? stack.status)) return;
  throw new RecoveryDue(`The function ${name} must undo the changes to data first.`, work.place);
}

/** An operation's events may be late; the change set knows whether it was ever executed. */
async function wasExecuted({ item, target }: TargetContext): Promise<boolean> {
  return item.changeSetId === undefined || target.stacks.wasExecuted(item.stackName, item.changeSetId);
}

/** This release's operations on a stack, each with its token and its state; oldest first. */
type Operations = Readonly<Record<Step, { readonly token: string; readonly state: StackOperation | undefined }>>;
type Step = 'execute' | 'continue' | 'retain' | 'restore' | 'continue restore' | 'restore again';

async function operationsOf(work: TargetContext, stack: StackState, changed: number | undefined): Promise<Operations> {
  const intent = await findIntent(work, 'stackRestoreStarted');
  const of = async (step: Step, announced: number | undefined) => {
    const token = clientToken(work.release, announced ?? 0, `${work.targetName} ${step}`);
    return { token, state: announced === undefined ? undefined : await work.target.stacks.operation(stack.id, token) };
  };
  return {
    execute: await of('execute', changed),
    continue: await of('continue', intent),
    retain: await of('retain', intent),
    restore: await of('restore', intent),
    'continue restore': await of('continue restore', intent),
    'restore again': await of('restore again', intent),
  };
}

const longestForeignChangeSeconds = 7200;

/** The stack is still being changed: by this release, whose execution was stopped, or by someone else. Afterwards this runs again. */
async function waitForChange(work: TargetContext, input: Input, stack: StackState, done: Operations): Promise<void> {
  const running = Object.values(done).find(({ state }) => state?.status.endsWith('_IN_PROGRESS'));
  // Once it is told what to retain, the stack is not restored yet: this runs again.
  if (running === undefined || running === done.retain) return waitForOthers(work, input, stack);
  return waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token: running.token }]);
}

/** Waits for an operation on the stack that is none of the change or its rollback. */
async function waitForOthers(work: TargetContext, input: Input, stack: StackState): Promise<void> {
  const operation = { kind: 'stack', stackId: stack.id, token: anyOperation } as const;
  return waitFor(work, input, [operation], longestForeignChangeSeconds);
}

async function asItWas(work: TargetContext, input: Input, reason: string): Promise<void> {
  const { item, target } = work;
  if (item.changeSetId !== undefined) await target.stacks.deleteChangeSet(item.stackName, item.changeSetId);
  await record(work, targetEvent(work, 'stackRestored', reason), done);
  return answerNow(work, input);
}

/** The release changed nothing, or adopted the stack alone: that is never taken back. @throws ChangeFailed */
async function leaveUnchanged(work: TargetContext, input: Input, stack: StackState): Promise<void> {
  const adoption = await lastAdoptionEvent(work);
  if (adoption === undefined) return asItWas(work, input, 'The stack was not changed.');
  // The release was stopped while the stack was adopted: afterwards this runs again.
  if (stack.status.endsWith('_IN_PROGRESS')) return waitForOthers(work, input, stack);
  const about = `The stack ${stack.name} is ${stack.status} after its adoption`;
  if (stack.status.endsWith('_FAILED')) throw new ChangeFailed(`${about}: repair it (docs/operating.md).`);
  const what = adoption.type === 'adopted' ? 'stay' : 'may be there';
  return asItWas(
    work,
    input,
    `Nothing but the adoption changed the stack: the boundary and the aliases it adds ${what}.`,
  );
}

/** What holds data stays where the stack can still be told so; one whose creation was rolled back has nothing any more. */
async function removeAll(work: TargetContext, input: Input, stack: StackState, done: Operations): Promise<void> {
  const canBeChanged = /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.status);
  const retaining = canBeChanged ? await retainLeft(work, stack, done.retain.state, undefined) : { done: work };
  if (retaining === 'begun') return waitForOthers(work, input, stack);
  return removeCreated(retaining.done, input, stack);
}

/** There was no stack before this release: it is deleted, in whatever state. */
async function removeCreated(work: TargetContext, input: Input, stack: StackState): Promise<void> {
  const intent = await announce(work, 'stackRestoreStarted');
  const token = clientToken(work.release, intent, `${work.targetName} delete`);
  const { target, roles, services, item } = work;
  // Whoever completes the wait reads the target's item, and a release that could not be prepared has written none.
  await services.ledger.write([putTarget(item)]);
  if ((await target.stacks.operation(stack.id, token)) === undefined) {
    const refusal = await target.stacks.deleteStack(stack.id, token, roles.cloudFormation);
    if (refusal !== undefined) throw new TargetBusy(refusal, work.place);
  }
  await waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token }]);
}

/** The next step follows from the operations so far: the change, its undoing by CloudFormation, a restore, a second restore. */
async function changeBack(work: TargetContext, input: Input, stack: StackState, done: Operations): Promise<void> {
  const rollbackFailed = stack.status === 'UPDATE_ROLLBACK_FAILED';
  const restored = done['restore again'].state ?? done.restore.state;
  if (restored?.status === 'UPDATE_COMPLETE') return asItWas(work, input, 'The stack is as it was.');
  if (rollbackFailed) return continueRollback(work, input, stack, done);
  const undone = done.execute.state?.status.startsWith('UPDATE_ROLLBACK_') === true;
  if (restored === undefined && undone) return asItWas(work, input, 'CloudFormation has undone the change.');
  if (done['restore again'].state !== undefined) throw notRestored(stack, done['restore again'].state);
  if (done.restore.state === undefined) {
    const former = await keptTemplate(work, 'live');
    const retaining = await retainLeft(work, stack, done.retain.state, former);
    if (retaining === 'begun') return waitForOthers(work, input, stack);
    return restoreBy(retaining.done, input, stack, 'restore');
  }
  await restoreBy(work, input, stack, 'restore again');
}

/** CloudFormation could not roll back the change, or the restore: that rollback is continued, once. */
async function continueRollback(work: TargetContext, input: Input, stack: StackState, done: Operations): Promise<void> {
  const step = done.restore.state === undefined ? 'continue' : 'continue restore';
  if (done[step].state !== undefined || done['restore again'].state !== undefined) {
    throw notRestored(stack, done['restore again'].state ?? done[step].state);
  }
  const intent = await announce(work, 'stackRestoreStarted');
  const token = clientToken(work.release, intent, `${work.targetName} ${step}`);
  const refusal = await work.target.stacks.continueUpdateRollback(stack.id, token, work.roles.cloudFormation);
  if (refusal !== undefined) throw new TargetBusy(refusal, work.place);
  await waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token }]);
}

async function restoreBy(work: TargetContext, input: Input, stack: StackState, step: Step): Promise<void> {
  const { target, release, item } = work;
  const intent = await announce(work, 'stackRestoreStarted');
  const token = clientToken(release, intent, `${work.targetName} ${step}`);
  const former = await formerTemplate(work);
  const changeSet = await makeChangeSet(work, {
    name: token,
    create: false,
    source: await templateSource(work, 'restored', JSON.stringify(former)),
    parameters: parametersBefore(work, former),
    tags: item.rollbackPoint?.tags ?? stack.tags,
  });
  if (changeSet.empty) {
    await target.stacks.deleteChangeSet(item.stackName, changeSet.id);
    return asItWas(work, input, 'The stack is as it was.');
  }
  const refusal = await target.stacks.execute(stack.id, changeSet.id, token);
  // The stack is being changed by someone else: the workflow tries again.
  if (refusal !== undefined) throw new TargetBusy(refusal, work.place);
  await waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token }]);
}

function notRestored(stack: StackState, last: StackOperation | undefined): ChangeFailed {
  const why = last?.reason ?? stack.reason ?? 'CloudFormation gives no reason';
  return new ChangeFailed(`The stack could not be restored: ${why} (the stack is ${stack.status}).`);
}

async function formerTemplate(work: TargetContext) {
  const { item, target } = work;
  const resources = await target.stacks.resources(item.stackName);
  const aliases = (item.rollbackPoint?.aliases ?? []).flatMap(({ alias, version }): [string, string][] =>
    version === undefined ? [] : [[alias, version]],
  );
  const versions = { aliases: Object.fromEntries(aliases), versions: publishedVersions(resources) };
  return restoreTemplate(await keptTemplate(work, 'live'), versions);
}

function parametersBefore({ item, planned }: TargetContext, template: Template) {
  const { rollbackPoint, formerRelease } = item;
  const before = { values: rollbackPoint?.parameters ?? {}, template };
  return formerParameters(before, planned.parameters, formerRelease?.references ?? {});
}
