import type { Verdict } from '../../core/checks/verdict.ts';
import type { TaskInput, TaskOutput } from '../../core/tasks.ts';
import { nameTarget, parseTarget } from '../../core/values.ts';
import { amendRelease } from '../amend.ts';
import type { Moment } from '../handler.ts';
import { readHead } from '../records.ts';
import { runAlarms, runSmoke } from './checks.ts';
import { requirePassed } from './require-passed.ts';
import type { VerifyServices } from './services.ts';
import { openSubject } from './subject.ts';

/** After the bake: alarms and smoke checks of every target of the environment. @throws CheckFailed */
export async function judge(
  { release, environment }: TaskInput<'judge'>,
  services: VerifyServices,
  moment: Moment,
): Promise<TaskOutput<'judge'>> {
  const before = await readHead(services.ledger, release);
  const state = before.environments[environment];
  if (state === undefined || state.phase === 'proven' || state.phase === 'done') return {};
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
  await amendRelease({ ledger: services.ledger, moment }, release, (head) => {
    if (head.environments[environment]?.phase === 'proven') return { result: 'judged' };
    const { actor } = moment;
    return {
      result: 'judged',
      events: [{ type: 'judged', at: moment.now(), actor, environment, evidence: { verdicts } }],
    };
  });
  return {};
}
