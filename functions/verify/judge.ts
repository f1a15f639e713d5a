import type { Verdict } from '../../core/checks/verdict.ts';
import { environmentOf } from '../../core/release/plan.ts';
import { among } from '../../core/release/progress.ts';
import { provenEvents } from '../../core/release/checkpoint-events.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget, parseTarget } from '../../core/values/identifiers.ts';
import { amendRelease } from '../../engine/ledger/update-release.ts';
import type { Moment } from '../../engine/handler/handler.ts';
import { readHead, readPlan } from '../../engine/ledger/read.ts';
import { runAlarms, runSmoke } from './checks.ts';
import { disarm } from './end-monitoring.ts';
import { requirePassed } from './require-passed.ts';
import type { VerifyServices } from './services.ts';
import { openSubject } from './verification-context.ts';

/** After the bake, or after the hours in which it stayed armed. @throws CheckFailed, CheckInconclusive */
export function judge(
  input: TaskInput<'judge'>,
  services: VerifyServices,
  moment: Moment,
): Promise<TaskOutput<'judge'>> {
  return input.watch === 'bake' ? judgeBake(input, services, moment) : disarm(input, services, moment);
}

/** Alarms and smoke checks of every target of the environment. */
async function judgeBake(
  { release, environment }: TaskInput<'judge'>,
  services: VerifyServices,
  moment: Moment,
): Promise<TaskOutput<'judge'>> {
  const before = await readHead(services.ledger, release);
  const state = before.environments[environment];
  if (state === undefined || among(['armed', 'proven', 'done'], state.phase)) return {};
  const targets = Object.keys(state.targets).map(parseTarget);
  const verdicts = (
    await Promise.all(
      targets.map(async (target) => {
        const subject = await openSubject(services, release, { environment, ...target });
        const { smoke = [] } = subject.plan.manifest.checks ?? {};
        const found = [...(await runAlarms(subject)), ...(await runSmoke(subject, smoke, 'alias', moment))];
        return found.map((one): Verdict => ({ ...one, check: `${nameTarget(target)} ${one.check}` }));
      }),
    )
  ).flat();
  await requirePassed(verdicts, { release, environment }, services, moment);
  const planned = environmentOf(await readPlan(services.ledger, release), environment);
  const proof = { at: moment.now(), actor: moment.actor, environment, evidence: { verdicts } };
  await amendRelease({ ledger: services.ledger, moment }, release, (head) => ({
    result: 'judged',
    events: provenEvents(head, 'bake', proof, planned),
  }));
  return {};
}
