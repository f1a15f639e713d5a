import { RollbackFailed } from '../../core/errors.ts';
import type { TaskInput, TaskOutput } from '../../core/tasks.ts';
import type { Moment } from '../handler.ts';
import { readTarget } from '../records.ts';
import { recordRollbackFailure } from '../rollback-failure.ts';
import type { VerifyServices } from './services.ts';
import { openSubject, type VerificationSubject } from './subject.ts';

/** Looks at what really serves: each alias its former version alone, or no stack where there was none. @throws RollbackFailed */
export async function checkRollback(
  input: TaskInput<'checkRollback'>,
  services: VerifyServices,
  moment: Moment,
): Promise<TaskOutput<'checkRollback'>> {
  const { release, environment, account, region } = input;
  const where = { environment, account, region };
  // Nothing is known of a target whose preparation failed early: nothing was changed there.
  if ((await readTarget(services.ledger, release, where)) === undefined) return {};
  const subject = await openSubject(services, release, where);
  const problems = await differences(subject);
  if (problems.length === 0) return {};
  const failure = new RollbackFailed(problems.join(' '), { release, ...where });
  await recordRollbackFailure({ ledger: services.ledger, moment }, release, where, failure);
  throw failure;
}

async function differences({ item, target }: VerificationSubject): Promise<string[]> {
  const point = item.rollbackPoint;
  // Nothing was touched before the rollback point was saved.
  if (point === undefined) return [];
  if (point.stackId === undefined) {
    const left = await target.stacks.describe(item.stackName);
    return left === undefined ? [] : [`The stack ${item.stackName} is ${left.status}, though there was none before.`];
  }
  const found = await Promise.all(
    point.aliases.map(async ({ functionName, aliasName, version }) => {
      const now = await target.functions.alias(functionName, aliasName);
      const name = `${functionName}:${aliasName}`;
      if (version === undefined) return undefined;
      if (now === undefined) return `The alias ${name} is gone.`;
      if (Object.keys(now.weights).length > 0) return `The alias ${name} still serves two versions.`;
      return now.version === version ? undefined : `The alias ${name} serves ${now.version} instead of ${version}.`;
    }),
  );
  return found.filter((sentence) => sentence !== undefined);
}
