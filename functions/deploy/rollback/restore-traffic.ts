import { RollbackFailed } from '../../../core/contract/errors.ts';
import type { TargetPhase } from '../../../core/release/head.ts';
import { restoredPhases } from '../../../core/release/phases.ts';
import { liveAfterRollback, movingAliases } from '../../../core/ledger/live.ts';
import { putTarget } from '../../../core/ledger/target.ts';
import type { TaskInput } from '../../../core/contract/tasks.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { readLiveItem } from '../../../engine/ledger/live.ts';
import { isForbidden, restoreAliases } from '../../../engine/waits/restore-aliases.ts';
import { appendRollbackFailure } from '../../../engine/ledger/rollback-failure.ts';
import { announce, record } from '../announce.ts';
import { groupsOf } from '../forward/groups.ts';
import type { DeployServices } from '../services.ts';
import { answerNow, waitFor } from '../wait.ts';
import { openTarget, phaseOf, targetEvent, type TargetContext } from '../target-context.ts';

const done: readonly TargetPhase[] = [...restoredPhases, 'rolledBack'];

/** Moves users back to the old version: first of all, whatever the state of the stack. @throws RollbackFailed */
export async function restoreTraffic(
  input: TaskInput<'restoreTraffic'>,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<void> {
  const { release, environment, account, region } = input;
  const work = await openTarget(services, invocation, release, { environment, account, region });
  const phase = phaseOf(work, work.head);
  if (phase !== undefined && done.includes(phase)) return answerNow(work, input);
  await announce(work, 'rollbackStarted');
  const { known, running } = await findDeployments(work);
  const [first, ...further] = known.map((deploymentId) => ({ kind: 'deployment', deploymentId }) as const);
  if (running.length > 0 && first !== undefined) {
    // Stopped without rollback, CodeDeploy would leave the alias on two versions.
    for (const deployment of running) await work.target.traffic.stop(deployment);
    // For all, stopped already or not: a second run waits for the same, so that no pointer of the first is left.
    return waitFor(work, input, [first, ...further]);
  }
  const moved = await restoreOrFail(work);
  const event = targetEvent(work, 'trafficRestored', undefined, { moved });
  const change = { ...work, at: event.at, cause: 'trafficRestored' } as const;
  const live = movingAliases(work.item).length === 0 ? undefined : await readLiveItem(services.ledger, change);
  await record(work, event, done, liveAfterRollback(change, live));
  return answerNow(work, input);
}

/** @throws RollbackFailed where moving an alias is forbidden: users are on the bad version, and only a person can help */
async function restoreOrFail(work: TargetContext): Promise<string[]> {
  try {
    return await restoreAliases(work);
  } catch (problem) {
    if (!isForbidden(problem)) throw problem;
    const sentence = `Traffic could not be restored: ${problem.message}`;
    const failure = new RollbackFailed(sentence, { ...work.place, cause: problem });
    await appendRollbackFailure(
      { ledger: work.services.ledger, invocation: work.invocation },
      work.release,
      work.where,
      failure,
    );
    throw failure;
  }
}

/** Deployments that are known, with one that was started just before its function crashed; and those that still run. */
async function findDeployments(work: TargetContext): Promise<Record<'known' | 'running', string[]>> {
  const { item, target, services } = work;
  if ((item.moves ?? []).length === 0) return { known: [], running: [] };
  const groups = await groupsOf(work, await target.stacks.resources(item.stackName));
  const running: Record<string, string> = {};
  for (const [alias, group] of groups) {
    for (const deployment of await target.traffic.running(group)) running[alias] = deployment;
  }
  const known = { ...item.deployments, ...running };
  if (Object.keys(running).length > 0) {
    await services.ledger.write([putTarget({ ...item, deployments: known })]);
  }
  return { known: Object.values(known), running: Object.values(running) };
}
