import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { keepVerdicts } from '../../engine/ledger/evidence.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readHead } from '../../engine/ledger/read.ts';
import { runSmoke } from './checks.ts';
import { requirePassed } from './require-passed.ts';
import type { VerifyServices } from './services.ts';
import { whileUnderWay } from './under-way.ts';
import { openVerification } from './verification-context.ts';
import { runSyntheticTraffic } from './synthetic-traffic.ts';

/**
 * Checks the new version before any user gets it: functions, by the version's number. A URL still reaches the old version, and
 * is checked after the shift. @throws CheckFailed
 */
export async function verifyNewVersion(
  { release, environment, account, region }: TaskInput<'verifyNewVersion'>,
  services: VerifyServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'verifyNewVersion'>> {
  const where = { environment, account, region };
  const target = nameTarget(where);
  const before = await readHead(services.ledger, release);
  if (before.environments[environment]?.targets[target] === 'verified') return {};
  const verification = await openVerification(services, release, where);
  const { smoke = [], traffic = [] } = verification.plan.manifest.checks ?? {};
  const underWay = whileUnderWay(services, release, environment);
  const verdicts = await runSmoke(
    verification,
    smoke.filter((check) => 'invoke' in check),
    'version',
    invocation,
    underWay,
  );
  await requirePassed(verdicts, { release, environment, target: { account, region } }, services, invocation);
  verdicts.push(
    ...(await runSyntheticTraffic(
      verification,
      traffic.filter((check) => 'invoke' in check),
      'version',
      invocation,
      underWay,
    )),
  );
  await requirePassed(verdicts, { release, environment, target: { account, region } }, services, invocation);
  const evidence = await keepVerdicts(services.evidence, { release, ...where }, verdicts);
  await updateRelease({ ledger: services.ledger, invocation }, release, (head) => {
    if (head.environments[environment]?.targets[target] === 'verified') return { result: 'verified' };
    const { actor } = invocation;
    return {
      result: 'verified',
      events: [{ type: 'verified', at: invocation.now(), actor, environment, target, evidence }],
    };
  });
  return {};
}
