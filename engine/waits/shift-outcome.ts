import { secondsBetween } from '../../core/values/duration.ts';
import { describeVerdicts, type Verdict } from '../../core/checks/verdict.ts';
import type { EvidenceReference } from '../../core/checks/evidence.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import { syntheticTrafficItem, syntheticTrafficKey } from '../../core/ledger/synthetic-traffic.ts';
import { CheckFailed, RollbackFailed, TrafficShiftFailed } from '../../core/contract/errors.ts';
import { liveAfterRollback, liveAfterShift, movingAliases } from '../../core/ledger/live.ts';
import { readLiveItem } from '../ledger/live.ts';
import type { DeploymentState } from '../../adapters/codedeploy/traffic-shift.ts';
import { readFiringAlarms } from './read-alarms.ts';
import { keepVerdicts } from '../ledger/evidence.ts';
import { readItem, readPlan } from '../ledger/read.ts';
import { failure, success } from './waits.ts';
import { isForbidden, restoreAliases } from './restore-aliases.ts';
import { targetEvent } from './target-event.ts';
import type { CompletionContext, Outcome, TargetWait } from './target-wait.ts';

const over = ['Succeeded', 'Failed', 'Stopped'];

/** The outcome of a target's deployments, once all have ended, for the task that waits for them. */
export async function shiftOutcome(services: CompletionContext, waiting: TargetWait): Promise<Outcome | undefined> {
  const { target, item } = waiting;
  const ids = Object.values(item.deployments ?? {});
  const known = await Promise.all(
    ids.map(async (id) => (await target.traffic.describe(id)) ?? { id, status: 'Failed', reason: 'it does not exist' }),
  );
  switch (waiting.wait.task) {
    case 'shift':
      return shifted(services, waiting, known);
    case 'restoreTraffic':
      if (known.some(isRunning)) return undefined;
      return restored(services, waiting, known);
    default:
      return undefined;
  }
}

/** CodeDeploy has restored the aliases it moved; the others are restored here. */
async function restored(
  { invocation, ledger }: CompletionContext,
  waiting: TargetWait,
  states: readonly DeploymentState[],
): Promise<Outcome> {
  try {
    const moved = await restoreAliases(waiting);
    const deployments = Object.fromEntries(states.map(({ id, status }) => [id, status]));
    const seconds = secondsBetween(waiting.wait.registeredAt, invocation.now());
    const event = targetEvent(invocation, waiting, 'trafficRestored');
    const change = { ...waiting, at: event.at, cause: 'trafficRestored' } as const;
    const live = movingAliases(waiting.item).length === 0 ? undefined : await readLiveItem(ledger, change);
    const writes = liveAfterRollback(change, live);
    return { answer: success(), event: { ...event, evidence: { moved, deployments, seconds } }, writes };
  } catch (problem) {
    if (!isForbidden(problem)) throw problem;
    const place = { release: waiting.wait.release, ...waiting.where };
    const failed = new RollbackFailed(`Traffic could not be restored: ${problem.message}`, place);
    return { answer: failure(failed), event: targetEvent(invocation, waiting, 'rollbackFailed', failed.message) };
  }
}

async function shifted(
  services: CompletionContext,
  waiting: TargetWait,
  states: readonly DeploymentState[],
): Promise<Outcome | undefined> {
  const bad = states.find(({ status }) => status === 'Failed' || status === 'Stopped');
  // One that failed decides; the others are stopped by the rollback.
  if (bad !== undefined) return shiftFailed(services, waiting, bad);
  if (states.some(isRunning)) return stoppedByAlarm(services, waiting);
  const deployments = { ...waiting.item.deployments };
  const event = targetEvent(services.invocation, waiting, 'shifted');
  const change = { ...waiting, at: event.at, cause: 'shifted' } as const;
  const writes = liveAfterShift(change, await readLiveItem(services.ledger, change));
  return { answer: success(), event: { ...event, evidence: { deployments } }, writes };
}

/** CodeDeploy names the alarms it stopped at; only the alarms have the measured value and its limit. */
async function shiftFailed(services: CompletionContext, waiting: TargetWait, bad: DeploymentState): Promise<Outcome> {
  const verdicts = await firingAlarmsOf(services, waiting);
  const sentence = `CodeDeploy's deployment ${bad.id} is ${bad.status}: ${bad.reason ?? 'no reason given'}`;
  const reason = [sentence.replace(/\.?$/, '.'), describeVerdicts(verdicts)].join(' ').trim();
  const place = { release: waiting.wait.release, ...waiting.where };
  const evidence = await keepVerdicts(services.evidence, place, verdicts, await seriesOf(services, place));
  return {
    answer: failure(new TrafficShiftFailed(reason, place)),
    event: {
      ...targetEvent(services.invocation, waiting, 'checkFailed', reason),
      evidence: { deployment: bad.id, ...evidence },
    },
  };
}

/** CodeDeploy stops on the alarms its group names; these are all that the release is judged by. */
async function stoppedByAlarm(services: CompletionContext, waiting: TargetWait): Promise<Outcome | undefined> {
  const verdicts = await firingAlarmsOf(services, waiting);
  if (verdicts.length === 0) return undefined;
  const reason = describeVerdicts(verdicts);
  const place = { release: waiting.wait.release, ...waiting.where };
  const evidence = await keepVerdicts(services.evidence, place, verdicts, await seriesOf(services, place));
  return {
    answer: failure(new CheckFailed(reason, { ...place, evidence })),
    event: { ...targetEvent(services.invocation, waiting, 'checkFailed', reason), evidence },
  };
}

/** What synthetic traffic has measured so far. */
async function seriesOf(
  { ledger }: CompletionContext,
  { release, ...where }: EnvironmentTarget & { readonly release: string },
): Promise<EvidenceReference | undefined> {
  return (await readItem(ledger, syntheticTrafficKey(release, where), syntheticTrafficItem))?.series;
}

async function firingAlarmsOf(
  services: CompletionContext,
  { wait, where, item, target, head }: TargetWait,
): Promise<Verdict[]> {
  const plan = await readPlan(services.ledger, wait.release);
  const { stackName, formerRelease: former } = item;
  const { environment } = where;
  const overriddenAt = head.environments[environment]?.overriddenAt;
  return readFiringAlarms({ plan, environment, stackName, target, former, overriddenAt });
}

function isRunning({ status }: DeploymentState): boolean {
  return !over.includes(status);
}
