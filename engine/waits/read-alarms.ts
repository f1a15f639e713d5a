import { judgeAlarm } from '../../core/checks/alarms.ts';
import type { Verdict } from '../../core/checks/verdict.ts';
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
}

/** Verdicts on the alarms of a target: those the template has and the manifest names, and those of the policy. */
export async function readAlarms({ plan, environment, stackName, target }: AlarmPlace): Promise<Verdict[]> {
  const inTemplate = plan.manifest.alarms ?? [];
  const physicalIds = inTemplate.length === 0 ? new Map<string, string>() : await physicalIdsOf(target, stackName);
  const watched = [
    ...inTemplate.map((name) => ({ label: name, name: physicalIds.get(name) })),
    ...environmentOf(plan, environment).alarms.map((name) => ({ label: name, name })),
  ];
  const known = await target.alarms.describe(watched.flatMap(({ name }) => (name === undefined ? [] : [name])));
  return watched.map(({ label, name }) => {
    const found = known.find((alarm) => alarm.name === name);
    return judgeAlarm({
      name: label,
      state: found?.state ?? 'missing',
      ...(found === undefined || found.reason === '' ? {} : { reason: found.reason }),
    });
  });
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
