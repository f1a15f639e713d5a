import { isExcused, judgeAlarm } from '../../core/checks/alarms.ts';
import type { Verdict } from '../../core/checks/verdict.ts';
import { type FormerAlarms, leftOutAlarms, watchedNames } from '../../core/checks/watched-alarms.ts';
import type { Plan } from '../../core/release/plan.ts';
import { environmentOf } from '../../core/release/plan.ts';
import type { Alarms } from '../../adapters/cloudwatch/alarms.ts';
import type { Stacks } from '../../adapters/cloudformation/stacks.ts';

/** A target, as far as its alarms go. */
interface AlarmedTarget {
  readonly stacks: Pick<Stacks, 'describe' | 'resources'>;
  readonly alarms: Alarms;
}

/** Where alarms are read. */
export interface AlarmPlace {
  readonly plan: Plan;
  readonly environment: string;
  readonly stackName: string;
  readonly target: AlarmedTarget;
  /** The release that was live before; undefined where none was. */
  readonly former: FormerAlarms | undefined;
  /** When a person let the release in although alarms were firing: those that still are say nothing of it. */
  readonly overriddenAt?: string | undefined;
}

/** An alarm to read. */
interface WatchedAlarm {
  readonly label: string;
  /** Its name in CloudWatch; undefined where the stack has none of that logical id. */
  readonly name: string | undefined;
  /** One that does not exist any more is not missed. */
  readonly leftOut: boolean;
}

/**
 * Verdicts on the alarms of a target: those that the manifest names, those of the policy, and those that only the release that was
 * live before names, where they still exist.
 */
export async function readAlarms(place: AlarmPlace): Promise<Verdict[]> {
  const { plan, environment, stackName, target, former, overriddenAt } = place;
  const named = plan.manifest.alarms ?? [];
  const leftOut = leftOutAlarms(named, former);
  const physicalIds =
    named.length + leftOut.length === 0 ? new Map<string, string>() : await physicalIdsOf(target, stackName);
  const watched: WatchedAlarm[] = [
    ...named.map((name) => ({ label: name, name: physicalIds.get(name), leftOut: false })),
    ...leftOut.map((name) => ({
      label: `${name} of ${former?.release ?? ''}`,
      name: physicalIds.get(name),
      leftOut: true,
    })),
    ...environmentOf(plan, environment).alarms.map((name) => ({ label: name, name, leftOut: false })),
  ];
  const names = watched.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const known = await target.alarms.describe([...new Set(names)]);
  return watched.flatMap(({ label, name, leftOut: optional }) => {
    const found = known.find((alarm) => alarm.name === name);
    if (found === undefined) return optional ? [] : [judgeAlarm({ name: label, state: 'missing' })];
    const { state, reason, since } = found;
    const excused = isExcused(found, overriddenAt) ? { excusedSince: since } : {};
    return [judgeAlarm({ name: label, state, ...(reason === '' ? {} : { reason }), ...excused })];
  });
}

/** Names in CloudWatch of all alarms that would be read, as far as they exist. */
export async function readWatchedNames({
  plan,
  environment,
  stackName,
  target,
  former,
}: AlarmPlace): Promise<string[]> {
  const { alarms: policy } = environmentOf(plan, environment);
  return watchedNames({ manifest: plan.manifest.alarms ?? [], former, policy }, await physicalIdsOf(target, stackName));
}

/** Those that are firing. */
export async function readFiringAlarms(place: AlarmPlace): Promise<Verdict[]> {
  return (await readAlarms(place)).filter(({ verdict }) => verdict === 'failed');
}

async function physicalIdsOf({ stacks }: AlarmedTarget, stackName: string): Promise<ReadonlyMap<string, string>> {
  // Before the first deployment there is no stack, and none of its alarms.
  if ((await stacks.describe(stackName)) === undefined) return new Map();
  return new Map((await stacks.resources(stackName)).map(({ logicalId, physicalId }) => [logicalId, physicalId]));
}
