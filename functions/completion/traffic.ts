import { describeVerdicts } from '../../core/checks/verdict.ts';
import { CheckFailed, TrafficShiftFailed } from '../../core/errors.ts';
import type { DeploymentState } from '../adapters/targets/traffic.ts';
import { readRedAlarms } from '../alarms.ts';
import { readPlan } from '../records.ts';
import { failure, success } from '../waits.ts';
import { restoreAliases } from './aliases.ts';
import { targetEvent } from './events.ts';
import type { Completing, Outcome, TargetWait } from './outcome.ts';

const over = ['Succeeded', 'Failed', 'Stopped'];

/** Says how the deployments of a target ended, once all have, for the task that waits for them. */
export async function trafficOutcome(services: Completing, waiting: TargetWait): Promise<Outcome | undefined> {
  const { target, item } = waiting;
  const ids = Object.values(item.deployments ?? {});
  const known = await Promise.all(
    ids.map(async (id) => (await target.traffic.describe(id)) ?? { id, status: 'Failed', reason: 'nobody knows it' }),
  );
  switch (waiting.wait.task) {
    case 'shift':
      return shifted(services, waiting, known);
    case 'restoreTraffic':
      if (known.some(isRunning)) return undefined;
      await restoreAliases(waiting);
      return { answer: success(), event: targetEvent(services.moment, waiting, 'trafficRestored') };
    default:
      return undefined;
  }
}

async function shifted(
  services: Completing,
  waiting: TargetWait,
  states: readonly DeploymentState[],
): Promise<Outcome | undefined> {
  const bad = states.find(({ status }) => status === 'Failed' || status === 'Stopped');
  // One that failed decides; the others are stopped by the rollback.
  if (bad !== undefined) {
    const sentence = `CodeDeploy's deployment ${bad.id} is ${bad.status}: ${bad.reason ?? 'no reason given'}.`;
    const place = { release: waiting.wait.release, ...waiting.where };
    return { answer: failure(new TrafficShiftFailed(sentence, place)) };
  }
  if (states.some(isRunning)) return stoppedByAlarm(services, waiting);
  const deployments = { ...waiting.item.deployments };
  return {
    answer: success(),
    event: { ...targetEvent(services.moment, waiting, 'shifted'), evidence: { deployments } },
  };
}

/** CodeDeploy stops on the alarms its group names; these are all that the release watches. */
async function stoppedByAlarm(services: Completing, waiting: TargetWait): Promise<Outcome | undefined> {
  const { wait, where, item, target } = waiting;
  const plan = await readPlan(services.ledger, wait.release);
  const verdicts = await readRedAlarms({ plan, environment: where.environment, stackName: item.stackName, target });
  if (verdicts.length === 0) return undefined;
  const reason = describeVerdicts(verdicts);
  return {
    answer: failure(new CheckFailed(reason, { release: wait.release, ...where, evidence: { verdicts } })),
    event: { ...targetEvent(services.moment, waiting, 'checkFailed', reason), evidence: { verdicts } },
  };
}

function isRunning({ status }: DeploymentState): boolean {
  return !over.includes(status);
}
