import { describeVerdicts, overallVerdict, type Verdict } from '../../core/checks/verdict.ts';
import { RollbackFailed } from '../../core/contract/errors.ts';
import type { TargetItem } from '../../core/ledger/items.ts';
import { planKey } from '../../core/ledger/keys.ts';
import { liveAfterRollback } from '../../core/ledger/live.ts';
import { planSchema } from '../../core/release/plan.ts';
import type { EventOf } from '../../core/release/events.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { formerReleaseOf, readLiveItem } from '../../engine/ledger/live.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { keepVerdicts } from '../../engine/ledger/evidence.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readHead, readItem, readTarget } from '../../engine/ledger/read.ts';
import { appendRollbackFailure } from '../../engine/ledger/rollback-failure.ts';
import { runSmoke } from './checks.ts';
import type { VerifyServices } from './services.ts';
import { openVerification, type VerificationContext } from './verification-context.ts';

/** What the old version answered, and the release whose checks were used. */
interface Health {
  readonly release: string | undefined;
  readonly verdicts: readonly Verdict[];
}

/**
 * Checks what serves: each alias its former version alone, or no stack where there was none; then runs the smoke checks of the
 * old version's own manifest. All that is the evidence that the target is rolled back.
 * @throws RollbackFailed
 */
export async function checkRollback(
  input: TaskInput<'checkRollback'>,
  services: VerifyServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'checkRollback'>> {
  const { release, environment, account, region } = input;
  const where = { environment, account, region };
  const head = await readHead(services.ledger, release);
  if (head.environments[environment]?.targets[nameTarget(where)] === 'rolledBack') return {};
  // Nothing is known of a target whose preparation failed early: nothing was changed there.
  if ((await readTarget(services.ledger, release, where)) === undefined) {
    await recordRolledBack(services, invocation, { release, where, evidence: { serves: [] } });
    return {};
  }
  const verification = await openVerification(services, release, where);
  const problems = await differences(verification);
  const health = problems.length === 0 ? await askOldVersion(services, verification, where, invocation) : undefined;
  if (health !== undefined) problems.push(...complaintsOf(health));
  if (problems.length > 0) {
    const failure = new RollbackFailed(problems.join(' '), { release, ...where });
    const evidence = health === undefined ? undefined : await evidenceOf(services, release, where, health);
    await appendRollbackFailure({ ledger: services.ledger, invocation }, release, where, failure, evidence);
    throw failure;
  }
  const serves = (verification.item.rollbackPoint?.aliases ?? []).map(
    ({ functionName, aliasName, version }) => `${functionName}:${aliasName} ${version ?? '-'}`,
  );
  const evidence = { serves, ...(await evidenceOf(services, release, where, health)) };
  await recordRolledBack(services, invocation, { release, where, evidence, item: verification.item });
  return {};
}

interface RolledBack {
  readonly release: string;
  readonly where: EnvironmentTarget;
  readonly evidence: EventOf<'rolledBack'>['evidence'] & {};
  /** Absent where nothing was prepared. */
  readonly item?: TargetItem;
}

/** Records that the target serves what it served before, with the evidence. */
async function recordRolledBack(
  { ledger }: VerifyServices,
  invocation: InvocationContext,
  { release, where, evidence, item }: RolledBack,
): Promise<void> {
  const target = nameTarget(where);
  const { environment } = where;
  await updateRelease({ ledger, invocation }, release, async (head) => {
    if (head.environments[environment]?.targets[target] === 'rolledBack') return { result: 'known' };
    const { actor } = invocation;
    const at = invocation.now();
    const change = { head, where, at, cause: 'rolledBack' } as const;
    return {
      result: 'recorded',
      events: [{ type: 'rolledBack', at, actor, environment, target, evidence }],
      writes: item === undefined ? [] : liveAfterRollback({ ...change, item }, await readLiveItem(ledger, change)),
    };
  });
}

/**
 * The manifest of this release is the new version's: the smoke checks are those of the release that was live in the ledger. A
 * stack that no release deployed has no known checks.
 */
async function askOldVersion(
  { ledger }: VerifyServices,
  verification: VerificationContext,
  where: EnvironmentTarget,
  invocation: InvocationContext,
): Promise<Health | undefined> {
  if (verification.item.rollbackPoint?.stackId === undefined) return undefined;
  const { plan: own, item } = verification;
  const former = await formerReleaseOf(ledger, own.manifest.service, where, item);
  const plan = former === undefined ? undefined : await readItem(ledger, planKey(former.release), planSchema);
  const verdicts = await runSmoke(verification, plan?.manifest.checks?.smoke ?? [], 'alias', invocation);
  return { release: former?.release, verdicts };
}

function complaintsOf({ release, verdicts }: Health): string[] {
  if (verdicts.length === 0 || overallVerdict(verdicts) === 'passed') return [];
  return [`${release ?? 'The old version'} serves again, but is not healthy: ${describeVerdicts(verdicts)}`];
}

async function evidenceOf(
  { evidence }: VerifyServices,
  release: string,
  where: EnvironmentTarget,
  health: Health | undefined,
): Promise<RolledBack['evidence']> {
  if (health === undefined || health.verdicts.length === 0) return {};
  const checksOf = health.release === undefined ? {} : { checksOf: health.release };
  return { ...(await keepVerdicts(evidence, { release, ...where }, health.verdicts)), ...checksOf };
}

async function differences({ item, target }: VerificationContext): Promise<string[]> {
  const point = item.rollbackPoint;
  // Nothing was changed before the rollback point was saved.
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
      if (now === undefined) return `The alias ${name} no longer exists.`;
      if (Object.keys(now.weights).length > 0) return `The alias ${name} still serves two versions.`;
      return now.version === version ? undefined : `The alias ${name} serves ${now.version} instead of ${version}.`;
    }),
  );
  return found.filter((sentence) => sentence !== undefined);
}
