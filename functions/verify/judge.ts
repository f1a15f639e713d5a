import type { Verdict } from '../../core/checks/verdict.ts';
import { environmentOf } from '../../core/release/plan.ts';
import { isOneOf } from '../../core/release/progress.ts';
import { passCheckpoint } from '../../core/release/checkpoint-events.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget, parseTarget } from '../../core/values/identifiers.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { keepVerdicts } from '../../engine/ledger/evidence.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readHead, readPlan } from '../../engine/ledger/read.ts';
import { measureBake } from '../../engine/waits/measure-bake.ts';
import { runAlarms, runSmoke } from './checks.ts';
import { endMonitoringPeriod } from './end-monitoring.ts';
import { requirePassed } from './require-passed.ts';
import type { VerifyServices } from './services.ts';
import { whileUnderWay } from './under-way.ts';
import { openVerification } from './verification-context.ts';

/** Judges the environment after the bake, or after the monitoring. @throws CheckFailed, CheckInconclusive */
export function judge(
  input: TaskInput<'judge'>,
  services: VerifyServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'judge'>> {
  return input.period === 'bake'
    ? judgeBake(input, services, invocation)
    : endMonitoringPeriod(input, services, invocation);
}

/** Alarms and smoke checks of every target of the environment. */
async function judgeBake(
  { release, environment }: TaskInput<'judge'>,
  services: VerifyServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'judge'>> {
  const before = await readHead(services.ledger, release);
  const state = before.environments[environment];
  if (state === undefined || isOneOf(['monitoring', 'proven', 'done'], state.phase)) return {};
  const targets = Object.keys(state.targets).map(parseTarget);
  const verdicts = (
    await Promise.all(
      targets.map(async (target) => {
        const verification = await openVerification(services, release, { environment, ...target });
        const { smoke = [] } = verification.plan.manifest.checks ?? {};
        const found = [
          ...(await runAlarms(verification)),
          ...(await runSmoke(verification, smoke, 'alias', invocation, whileUnderWay(services, release, environment))),
        ];
        return found.map((one): Verdict => ({ ...one, check: `${nameTarget(target)} ${one.check}` }));
      }),
    )
  ).flat();
  measureBake(invocation, before, environment);
  await requirePassed(verdicts, { release, environment }, services, invocation);
  const planned = environmentOf(await readPlan(services.ledger, release), environment);
  const evidence = await keepVerdicts(services.evidence, { release, environment }, verdicts);
  const proof = { at: invocation.now(), actor: invocation.actor, environment, evidence };
  await updateRelease({ ledger: services.ledger, invocation }, release, (head) => ({
    result: 'judged',
    events: passCheckpoint(head, 'bake', proof, planned),
  }));
  return {};
}
