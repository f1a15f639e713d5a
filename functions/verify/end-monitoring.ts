import type { Verdict } from '../../core/checks/verdict.ts';
import { endMonitoring } from '../../core/release/checkpoint-events.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget, parseTarget } from '../../core/values/identifiers.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { keepVerdicts } from '../../engine/ledger/evidence.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readHead } from '../../engine/ledger/read.ts';
import { runAlarms } from './checks.ts';
import { requirePassed } from './require-passed.ts';
import type { VerifyServices } from './services.ts';
import { openVerification } from './verification-context.ts';

/**
 * After the monitoring, or as soon as a newer release waits for the turn: reads the alarms once more, since the event of one
 * that fired may have been lost. @throws CheckFailed
 */
export async function endMonitoringPeriod(
  { release, environment, newer }: TaskInput<'judge'>,
  services: VerifyServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'judge'>> {
  const { ledger } = services;
  const before = await readHead(ledger, release);
  const state = before.environments[environment];
  if (state?.phase !== 'monitoring') return {};
  const targets = Object.keys(state.targets).map(parseTarget);
  const found = await Promise.all(
    targets.map(async (target) => {
      const verdicts = await runAlarms(await openVerification(services, release, { environment, ...target }));
      return verdicts.map((one): Verdict => ({ ...one, check: `${nameTarget(target)} ${one.check}` }));
    }),
  );
  const verdicts = found.flat();
  // Only alarms that are firing count now: one that does not exist was decided on before monitoring started.
  const firing = verdicts.filter(({ verdict }) => verdict === 'failed');
  await requirePassed(firing, { release, environment }, services, invocation);
  const evidence = await keepVerdicts(services.evidence, { release, environment }, verdicts);
  const recorder = { at: invocation.now(), actor: invocation.actor };
  await updateRelease({ ledger, invocation }, release, (head) => ({
    result: 'monitoringEnded',
    events: endMonitoring(head, { ...recorder, environment, evidence }, newer),
  }));
  return {};
}
