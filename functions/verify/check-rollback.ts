import { describeVerdicts, overallVerdict } from '../../core/checks/verdict.ts';
import { RollbackFailed } from '../../core/errors.ts';
import { liveItem } from '../../core/ledger/items.ts';
import { liveKey, planKey } from '../../core/ledger/keys.ts';
import { planSchema } from '../../core/plan.ts';
import type { EnvironmentTarget } from '../../core/tasks.ts';
import type { TaskInput, TaskOutput } from '../../core/tasks.ts';
import type { Moment } from '../handler.ts';
import { readItem, readTarget } from '../records.ts';
import { recordRollbackFailure } from '../rollback-failure.ts';
import { runSmoke } from './checks.ts';
import type { VerifyServices } from './services.ts';
import { openSubject, type VerificationSubject } from './subject.ts';

/**
 * Looks at what really serves: each alias its former version alone, or no stack where there was none; then asks it what the old
 * version's own manifest says a healthy one answers. @throws RollbackFailed
 */
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
  if (problems.length === 0) problems.push(...(await complaints(services, subject, where, moment)));
  if (problems.length === 0) return {};
  const failure = new RollbackFailed(problems.join(' '), { release, ...where });
  await recordRollbackFailure({ ledger: services.ledger, moment }, release, where, failure);
  throw failure;
}

/**
 * The manifest of this release is the new version's: the smoke checks are those of the release that the ledger says was live. A
 * stack that no release of the engine has brought has none that are known.
 */
async function complaints(
  { ledger }: VerifyServices,
  subject: VerificationSubject,
  where: EnvironmentTarget,
  moment: Moment,
): Promise<string[]> {
  if (subject.item.rollbackPoint?.stackId === undefined) return [];
  const live = await readItem(ledger, liveKey(subject.plan.manifest.service, where), liveItem);
  const plan = live === undefined ? undefined : await readItem(ledger, planKey(live.release), planSchema);
  const smoke = plan?.manifest.checks?.smoke ?? [];
  const verdicts = await runSmoke(subject, smoke, 'alias', moment);
  if (verdicts.length === 0 || overallVerdict(verdicts) === 'passed') return [];
  return [`${live?.release ?? 'The old version'} serves again, but is not healthy: ${describeVerdicts(verdicts)}`];
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
