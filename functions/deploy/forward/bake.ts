import { watchGraceSeconds } from '../../../core/reconcile/open-work.ts';
import { registerWait } from '../../../core/ledger/waits.ts';
import { environmentOf } from '../../../core/release/plan.ts';
import type { TaskInput } from '../../../core/contract/tasks.ts';
import { completeWait } from '../../../engine/waits/complete-wait.ts';
import type { Moment } from '../../../engine/handler/handler.ts';
import { readHead, readPlan } from '../../../engine/ledger/read.ts';
import { passTurn } from '../../../engine/turn/pass-on.ts';
import { newWait } from '../../../engine/waits/waits.ts';
import type { DeployServices } from '../services.ts';

/**
 * Leaves the token with the alarms of the environment: one that turns red ends the bake, or the hours afterwards, at once.
 * Nobody answers what goes well: the workflow goes on by its timeout, and judges. Afterwards a newer release that waits for the
 * turn ends it, too.
 */
export async function bake(input: TaskInput<'bake'>, services: DeployServices, moment: Moment): Promise<void> {
  const { task, release, environment, watch, token } = input;
  const { ledger, answers, open } = services;
  const { bakeSeconds, afterwardsSeconds = 0 } = environmentOf(await readPlan(ledger, release), environment);
  const seconds = watch === 'bake' ? bakeSeconds : afterwardsSeconds;
  const subject = { kind: 'alarms', release, environment } as const;
  const wait = newWait({ task, release, environment, token }, subject, moment.now(), seconds + watchGraceSeconds);
  await ledger.write(registerWait(wait));
  await completeWait({ ledger, answers, moment, open }, wait);
  if (watch === 'bake') return;
  // A newer release may have asked before there was a wait to end.
  const { service } = await readHead(ledger, release);
  await passTurn({ ledger, answers, moment }, { service, environment });
}
