import { ChangeFailed, RollbackFailed } from '../../core/errors.ts';
import { clientToken } from '../../core/release/client-token.ts';
import type { TargetPhase } from '../../core/release/head.ts';
import type { TaskInput } from '../../core/tasks.ts';
import { restoreTemplate } from '../../core/template/apply.ts';
import type { StackState } from '../adapters/targets/stacks.ts';
import type { Moment } from '../handler.ts';
import { recordRollbackFailure } from '../rollback-failure.ts';
import { announce, record } from './announce.ts';
import { makeChangeSet } from './change.ts';
import { publishedVersions } from './live.ts';
import type { DeployServices } from './services.ts';
import { keptTemplate, templateSource } from './templates.ts';
import { goOn, waitFor } from './wait.ts';
import { findIntent, openWork, phaseOf, targetEvent, type Work } from './work.ts';

type Input = TaskInput<'restoreStack'>;

const done: readonly TargetPhase[] = ['stackRestored', 'rolledBack'];

/** Brings the stack back to what it was; deletes one that this release created. @throws RollbackFailed */
export async function restoreStack(input: Input, services: DeployServices, moment: Moment): Promise<void> {
  const { release, environment, account, region } = input;
  const work = await openWork(services, moment, release, { environment, account, region });
  const phase = phaseOf(work, work.head);
  if (phase !== undefined && done.includes(phase)) return goOn(work, input);
  try {
    await restore(work, input);
  } catch (problem) {
    if (!(problem instanceof ChangeFailed)) throw problem;
    const failure = new RollbackFailed(problem.message, { ...work.place, cause: problem });
    await recordRollbackFailure({ ledger: services.ledger, moment }, release, work.where, failure);
    throw failure;
  }
}

async function restore(work: Work, input: Input): Promise<void> {
  const { item, target } = work;
  const stack = await target.stacks.describe(item.stackId ?? item.stackName);
  const changed = await findIntent(work, 'changeStarted');
  if (stack === undefined) return asItWas(work, input, 'The stack is not there, as before.');
  const resuming = phaseOf(work, work.head) === 'restoringStack';
  if (!resuming && stack.status.endsWith('_IN_PROGRESS') && stack.status !== 'REVIEW_IN_PROGRESS') {
    return waitForChange(work, input, stack, changed);
  }
  // Only what this release created may go: it changed the stack, and there was none before.
  const shell = stack.status === 'REVIEW_IN_PROGRESS';
  const created = changed !== undefined && item.rollbackPoint !== undefined && item.rollbackPoint.stackId === undefined;
  if (shell || created) return removeCreated(work, input, stack);
  if (changed === undefined || stack.status === 'UPDATE_ROLLBACK_COMPLETE') {
    return asItWas(
      work,
      input,
      changed === undefined ? 'The stack was not changed.' : 'CloudFormation has undone the change.',
    );
  }
  return changeBack(work, input, stack);
}

/** The change is still running, because its execution was stopped; once it has ended this task is done again. */
async function waitForChange(work: Work, input: Input, stack: StackState, changed: number | undefined): Promise<void> {
  const token = clientToken(work.release, changed ?? 0, `${work.name} execute`);
  await waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token }]);
}

async function asItWas(work: Work, input: Input, reason: string): Promise<void> {
  const { item, target } = work;
  if (item.changeSetId !== undefined) await target.stacks.deleteChangeSet(item.stackName, item.changeSetId);
  await record(work, targetEvent(work, 'stackRestored', reason), done);
  return goOn(work, input);
}

/** There was no stack before this release: it goes, whatever became of it. */
async function removeCreated(work: Work, input: Input, stack: StackState): Promise<void> {
  const intent = await announce(work, 'stackRestoreStarted');
  const token = clientToken(work.release, intent, `${work.name} delete`);
  const { target, roles } = work;
  if ((await target.stacks.operation(stack.id, token)) === undefined) {
    await target.stacks.deleteStack(stack.id, token, roles.cloudFormation);
  }
  await waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token }]);
}

async function changeBack(work: Work, input: Input, stack: StackState): Promise<void> {
  const { target, roles, release, item } = work;
  const intent = await announce(work, 'stackRestoreStarted');
  const token = clientToken(release, intent, `${work.name} restore`);
  const known = await target.stacks.operation(stack.id, token);
  if (known === undefined && stack.status === 'UPDATE_ROLLBACK_FAILED') {
    await target.stacks.continueUpdateRollback(stack.id, token, roles.cloudFormation);
  } else if (known === undefined) {
    const changeSet = await makeChangeSet(work, {
      name: token,
      create: false,
      source: await templateSource(work, 'restored', JSON.stringify(await formerTemplate(work))),
      parameters: formerParameters(work),
    });
    if (changeSet.empty) {
      await target.stacks.deleteChangeSet(item.stackName, changeSet.id);
      return asItWas(work, input, 'The stack is as it was.');
    }
    await target.stacks.execute(stack.id, changeSet.id, token);
  }
  await waitFor(work, input, [{ kind: 'stack', stackId: stack.id, token }]);
}

async function formerTemplate(work: Work) {
  const { item, target } = work;
  const resources = await target.stacks.resources(item.stackName);
  const aliases = (item.rollbackPoint?.aliases ?? []).flatMap(({ alias, version }): [string, string][] =>
    version === undefined ? [] : [[alias, version]],
  );
  const versions = { aliases: Object.fromEntries(aliases), versions: publishedVersions(resources) };
  return restoreTemplate(await keptTemplate(work, 'live'), versions);
}

// CloudFormation shows the value of a NoEcho parameter as asterisks: it stays what it is.
function formerParameters({ item }: Work) {
  const entries = Object.entries(item.rollbackPoint?.parameters ?? {});
  const isHidden = (value: string): boolean => /^\*+$/.test(value);
  return {
    parameters: Object.fromEntries(entries.filter(([, value]) => !isHidden(value))),
    kept: entries.filter(([, value]) => isHidden(value)).map(([name]) => name),
  };
}
