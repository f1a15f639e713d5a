import { secondsBetween } from '../../../core/values/duration.ts';
import { registerWait } from '../../../core/ledger/waits.ts';
import type { EnvironmentTarget, TaskInput } from '../../../core/contract/tasks.ts';
import { nameTarget } from '../../../core/values/identifiers.ts';
import { completeWait } from '../../../engine/waits/complete-wait.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { readEvents, readPlan, readTarget } from '../../../engine/ledger/read.ts';
import { environmentOf, type Plan } from '../../../core/release/plan.ts';
import { formerReleaseOf } from '../../../engine/ledger/live.ts';
import { readWatchedNames } from '../../../engine/waits/read-alarms.ts';
import { newWait } from '../../../engine/waits/waits.ts';
import type { DeployServices } from '../services.ts';

/** Registers the token until no alarm of the target is firing, at most for the policy's time since the alarm was recorded. */
export async function waitForAlarmsOk(
  input: TaskInput<'waitForAlarmsOk'>,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<void> {
  const { task, release, environment, account, region, token } = input;
  const { ledger, answers, open, evidence } = services;
  const target = nameTarget({ account, region });
  const plan = await readPlan(ledger, release);
  const { firingAlarmWaitSeconds } = environmentOf(plan, environment);
  const events = await readEvents(ledger, release);
  const first = events.find(
    (event) => event.type === 'alarmFiring' && event.environment === environment && event.target === target,
  );
  const now = invocation.now();
  const left = Math.max(0, firingAlarmWaitSeconds - secondsBetween(first?.at ?? now, now));
  const correlation = { kind: 'alarms', release, environment, target } as const;
  const wait = newWait({ task, release, environment, target, token }, correlation, now, left);
  const watchedAlarms = await watchedIn(plan, { environment, account, region }, services);
  await ledger.write(registerWait({ ...wait, watchedAlarms }));
  await completeWait({ ledger, answers, invocation, open, evidence }, wait);
}

/** Names of the alarms that keep the release from beginning. */
async function watchedIn(plan: Plan, where: EnvironmentTarget, { ledger, open }: DeployServices): Promise<string[]> {
  const { release, manifest } = plan;
  const { environment } = where;
  const { stackName, resourceNames } = environmentOf(plan, environment);
  const target = await open({ stackName, resourceNames, release, ...where });
  const former = await formerReleaseOf(ledger, manifest.service, where, await readTarget(ledger, release, where));
  return readWatchedNames({ plan, environment, stackName, target, former });
}
