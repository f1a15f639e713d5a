import { periodGraceSeconds } from '../../../core/reconcile/open-work.ts';
import { registerWait } from '../../../core/ledger/waits.ts';
import { environmentOf } from '../../../core/release/plan.ts';
import type { TaskInput } from '../../../core/contract/tasks.ts';
import { completeWait } from '../../../engine/waits/complete-wait.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { readHead, readPlan } from '../../../engine/ledger/read.ts';
import { passTurn } from '../../../engine/turn/pass-on.ts';
import { newWait } from '../../../engine/waits/waits.ts';
import type { DeployServices } from '../services.ts';

/**
 * Registers the token with the alarms of the environment: one that fires ends the bake, or the monitoring, at once.
 * When none fires there is no answer: the workflow continues after its timeout, and judges. A newer release that waits for the
 * turn ends the monitoring, too.
 */
export async function bake(
  input: TaskInput<'bake'>,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<void> {
  const { task, release, environment, period, token } = input;
  const { ledger, answers, open, evidence } = services;
  const { bakeSeconds, monitorSeconds = 0 } = environmentOf(await readPlan(ledger, release), environment);
  const seconds = period === 'bake' ? bakeSeconds : monitorSeconds;
  const correlation = { kind: 'alarms', release, environment } as const;
  const wait = newWait(
    { task, release, environment, token },
    correlation,
    invocation.now(),
    seconds + periodGraceSeconds,
  );
  await ledger.write(registerWait(wait));
  await completeWait({ ledger, answers, invocation, open, evidence }, wait);
  if (period === 'bake') return;
  // A newer release may have joined the queue before there was a wait to end.
  const { service } = await readHead(ledger, release);
  await passTurn({ ledger, answers, invocation }, { service, environment });
}
