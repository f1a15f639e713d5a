import { passCheckpoint } from '../../core/release/checkpoint-events.ts';
import { MOST_SLICES } from '../../core/checks/slice-timing.ts';
import { judgeMeasuredVersions } from '../../core/checks/slices.ts';
import { syntheticTrafficItem, syntheticTrafficKey } from '../../core/ledger/synthetic-traffic.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { environmentOf } from '../../core/release/plan.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { keepVerdicts } from '../../engine/ledger/evidence.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readHead, readItem } from '../../engine/ledger/read.ts';
import { runAlarms, runSmoke } from './checks.ts';
import { requirePassed } from './require-passed.ts';
import type { VerifyServices } from './services.ts';
import { whileUnderWay } from './under-way.ts';
import { openVerification } from './verification-context.ts';
import { runSyntheticTraffic } from './synthetic-traffic.ts';

/**
 * Checks what users get now, through the alias and the URL; all that synthetic traffic measured during the shift; and the
 * alarms. @throws CheckFailed, CheckInconclusive
 */
export async function check(
  { release, environment, account, region }: TaskInput<'check'>,
  services: VerifyServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'check'>> {
  const where = { environment, account, region };
  const target = nameTarget(where);
  const before = await readHead(services.ledger, release);
  if (before.environments[environment]?.targets[target] === 'checked') return {};
  const verification = await openVerification(services, release, where);
  const { smoke = [], traffic = [] } = verification.plan.manifest.checks ?? {};
  const place = { release, environment, target: { account, region } };
  const underWay = whileUnderWay(services, release, environment);
  const verdicts = await runSmoke(verification, smoke, 'alias', invocation, underWay);
  await requirePassed(verdicts, place, services, invocation);
  verdicts.push(
    ...(await runSyntheticTraffic(
      verification,
      traffic.filter((one) => 'http' in one),
      'alias',
      invocation,
      underWay,
    )),
  );
  const seen = await readItem(services.ledger, syntheticTrafficKey(release, where), syntheticTrafficItem);
  if (seen !== undefined) verdicts.push(...judgeMeasuredVersions(traffic, seen.checks, MOST_SLICES + 1));
  // An alarm that this release cures needs some time to become OK: it counts after the bake.
  verdicts.push(...(await runAlarms(verification, before.environments[environment]?.overriddenAt)));
  const { series } = seen ?? {};
  await requirePassed(verdicts, { ...place, series }, services, invocation);
  const evidence = await keepVerdicts(services.evidence, { release, ...where }, verdicts, series);
  const proof = { at: invocation.now(), actor: invocation.actor, environment, target, evidence };
  await updateRelease({ ledger: services.ledger, invocation }, release, (head) => ({
    result: 'checked',
    events: passCheckpoint(head, 'target', proof, environmentOf(verification.plan, environment)),
  }));
  return {};
}
