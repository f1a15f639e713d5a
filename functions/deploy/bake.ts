import { registerWait } from '../../core/ledger/waits.ts';
import { environmentOf } from '../../core/plan.ts';
import type { TaskInput } from '../../core/tasks.ts';
import { completeWait } from '../completion/outcome.ts';
import type { Moment } from '../handler.ts';
import { readPlan } from '../records.ts';
import { newWait } from '../waits.ts';
import type { DeployServices } from './services.ts';

/** The workflow's own timeout ends a bake that goes well; the wait must outlive it. */
const graceSeconds = 3600;

/**
 * Leaves the token with the alarms of the environment: one that turns red ends the bake at once. Nobody answers a bake that
 * goes well: the workflow goes on by its timeout, and judges.
 */
export async function bake(input: TaskInput<'bake'>, services: DeployServices, moment: Moment): Promise<void> {
  const { task, release, environment, token } = input;
  const { ledger, answers, open } = services;
  const { bakeSeconds } = environmentOf(await readPlan(ledger, release), environment);
  const subject = { kind: 'alarms', release, environment } as const;
  const wait = newWait({ task, release, environment, token }, subject, moment.now(), bakeSeconds + graceSeconds);
  await ledger.write(registerWait(wait));
  await completeWait({ ledger, answers, moment, open }, wait);
}
