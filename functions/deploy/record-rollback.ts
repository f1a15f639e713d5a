import type { TaskInput, TaskOutput } from '../../core/tasks.ts';
import type { Moment } from '../handler.ts';
import { record } from './announce.ts';
import type { DeployServices } from './services.ts';
import { openWork, targetEvent } from './work.ts';

/** The target serves what it served before: checked, and now said. */
export async function recordRollback(
  { release, environment, account, region }: TaskInput<'recordRollback'>,
  services: DeployServices,
  moment: Moment,
): Promise<TaskOutput<'recordRollback'>> {
  const work = await openWork(services, moment, release, { environment, account, region });
  const serves = (work.item.rollbackPoint?.aliases ?? []).map(
    ({ functionName, aliasName, version }) => `${functionName}:${aliasName} ${version ?? '-'}`,
  );
  await record(work, { ...targetEvent(work, 'rolledBack'), evidence: { serves } }, ['rolledBack']);
  return {};
}
