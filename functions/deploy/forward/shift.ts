import { ChangeFailed } from '../../../core/contract/errors.ts';
import { isExcused } from '../../../core/checks/alarms.ts';
import { groupAlarms, leftOutAlarms } from '../../../core/checks/watched-alarms.ts';
import { liveDuringShift } from '../../../core/ledger/live.ts';
import { putTarget } from '../../../core/ledger/target.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import type { TargetPhase } from '../../../core/release/head.ts';
import { deploymentConfiguration, parseRollout } from '../../../core/values/rollout.ts';
import type { TaskInput } from '../../../core/contract/tasks.ts';
import { buildAppSpec } from '../../../core/template/app-spec.ts';
import { expectedServing } from '../../../core/template/moves.ts';
import type { StackResource } from '../../../adapters/cloudformation/stack.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { announce, record } from '../announce.ts';
import { type AliasGroup, groupsOf } from './groups.ts';
import { trafficRouting } from './rollouts.ts';
import type { DeployServices } from '../services.ts';
import { answerNow, waitFor } from '../wait.ts';
import { openTarget, phaseOf, targetEvent, type TargetContext } from '../target-context.ts';

const done: readonly TargetPhase[] = ['shifted', 'checked'];

/** Has CodeDeploy move every alias that has to move, and registers the token with its deployments. @throws TrafficShiftFailed, ChangeFailed */
export async function shift(
  input: TaskInput<'shift'>,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<void> {
  const { release, environment, account, region } = input;
  const work = await openTarget(services, invocation, release, { environment, account, region });
  const phase = phaseOf(work, work.head);
  if (phase !== undefined && done.includes(phase)) return answerNow(work, input);
  await requireUpToDate(work);
  const live = liveDuringShift({ ...work, at: invocation.now(), cause: 'shiftStarted' }, work.planned.rollout);
  const intent = await announce(work, 'shiftStarted', live, describeShift(work));
  const [first, ...further] = await startDeployments(work, intent);
  if (first === undefined) {
    await record(work, targetEvent(work, 'shifted', 'No alias has to move.'), done);
    return answerNow(work, input);
  }
  const correlations = [first, ...further].map((deploymentId) => ({ kind: 'deployment', deploymentId }) as const);
  const [one, ...others] = correlations;
  if (one !== undefined) await waitFor(work, input, [one, ...others]);
}

/**
 * An alias must end on what the template asks for: a version that holds something else than its function would let the release
 * succeed without reaching anybody. @throws ChangeFailed
 */
async function requireUpToDate({ item, target, place }: TargetContext): Promise<void> {
  const serving = expectedServing(item.guards ?? [], item.moves ?? [], item.rollbackPoint?.aliases ?? []);
  for (const { functionName, aliasName, version } of serving) {
    const [serves, latest] = await Promise.all(
      [version, '$LATEST'].map((qualifier) => target.functions.heldDigest(functionName, qualifier)),
    );
    if (serves === latest) continue;
    const sentence = `The alias ${functionName}:${aliasName} would serve version ${version}, but the function has other code or configuration since: somebody else changes it, or the stack. No traffic was moved.`;
    throw new ChangeFailed(sentence, place);
  }
}

/** What is about to move, from which version to which, and how. */
function describeShift({ item, planned }: TargetContext) {
  const { rollout } = planned;
  const moves = (item.moves ?? []).flatMap(({ alias, functionName, aliasName, from, to }) =>
    from === undefined ? [] : [{ alias, functionName, aliasName, from, to }],
  );
  if (moves.length === 0) return {};
  const listed = moves.map(({ alias, from, to }) => `${alias} from version ${from} to ${to}`).join(', ');
  return { reason: `${rollout}: ${listed}`, evidence: { rollout, moves } };
}

/** Ids of the deployments, in the order of the aliases. */
async function startDeployments(work: TargetContext, intent: number): Promise<string[]> {
  const { item, planned, target, services, release } = work;
  // A new alias has served the new version since the stack was changed.
  const moves = (item.moves ?? []).flatMap((move) => (move.from === undefined ? [] : [{ ...move, from: move.from }]));
  if (moves.length === 0) return [];
  const resources = await target.stacks.resources(item.stackName);
  const groups = await groupsOf(work, resources);
  const rollout = parseRollout(planned.rollout);
  const configuration = deploymentConfiguration(rollout);
  if (!configuration.builtIn) await target.traffic.ensureConfiguration(configuration.name, trafficRouting(rollout));
  const deployments: Record<string, string> = {};
  for (const move of moves) {
    const group = groups.get(move.alias);
    if (group === undefined) continue;
    if (group.own) await ensureOwnGroup(work, group, resources);
    deployments[move.alias] = await target.traffic.deploy({
      application: group.application,
      group: group.group,
      configuration: configuration.name,
      ...(await alarmsOf(work, group)),
      appSpec: buildAppSpec({ ...move, beforeHook: group.beforeHook, afterHook: group.afterHook }),
      intention: `${release} ${clientToken(release, intent, `${work.targetName} ${move.alias}`)}`,
    });
    // Written after each, so that a rollback finds what it has to stop.
    await services.ledger.write([putTarget({ ...item, deployments: { ...deployments } })]);
  }
  return Object.values(deployments);
}

/**
 * CodeDeploy stops at once when an alarm is firing already. Where a person let the release in although some are, it watches the
 * others; the engine goes on reading all of them.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html (overrideAlarmConfiguration)
 */
async function alarmsOf(
  { target, head, where }: TargetContext,
  group: AliasGroup,
): Promise<{ readonly alarms?: readonly string[] }> {
  const overriddenAt = head.environments[where.environment]?.overriddenAt;
  if (overriddenAt === undefined) return {};
  const names = await target.traffic.groupAlarms(group);
  const excused = (await target.alarms.describe(names)).filter((alarm) => isExcused(alarm, overriddenAt));
  return { alarms: names.filter((name) => !excused.some((alarm) => alarm.name === name)) };
}

async function ensureOwnGroup(
  work: TargetContext,
  group: AliasGroup,
  resources: readonly StackResource[],
): Promise<void> {
  const { plan, roles, target, item } = work;
  const { alarms: named = [] } = plan.manifest;
  const namesOf = (wanted: readonly string[]): string[] =>
    wanted.flatMap((name) => resources.find(({ logicalId }) => logicalId === name)?.physicalId ?? []);
  // One that somebody deleted is not missed; CodeDeploy would wait for it.
  const leftOut = await target.alarms.describe(namesOf(leftOutAlarms(named, item.formerRelease)));
  const alarms = groupAlarms([...namesOf(named), ...leftOut.map(({ name }) => name)]);
  const { application, group: name } = group;
  await target.traffic.ensureGroup({ application, group: name, serviceRoleArn: roles.codeDeploy, alarms });
}
