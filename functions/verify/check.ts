import type { Verdict } from '../../core/checks/verdict.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { EnvironmentTarget, TaskInput, TaskOutput } from '../../core/tasks.ts';
import { environmentOf } from '../../core/plan.ts';
import { nameTarget } from '../../core/values.ts';
import { amendRelease } from '../amend.ts';
import type { Moment } from '../handler.ts';
import { readHead } from '../records.ts';
import { requirePassed, runAlarms, runSmoke } from './checks.ts';
import type { VerifyServices } from './services.ts';
import { openSubject } from './subject.ts';
import { runTraffic } from './traffic.ts';

/** Looks at what users get now: through the alias and the URL, and at the alarms. @throws CheckFailed */
export async function check(
  { release, environment, account, region }: TaskInput<'check'>,
  services: VerifyServices,
  moment: Moment,
): Promise<TaskOutput<'check'>> {
  const where = { environment, account, region };
  const target = nameTarget(where);
  const before = await readHead(services.ledger, release);
  if (before.environments[environment]?.targets[target] === 'checked') return {};
  const subject = await openSubject(services, release, where);
  const { smoke = [], traffic = [] } = subject.plan.manifest.checks ?? {};
  const { bakeSeconds } = environmentOf(subject.plan, environment);
  const verdicts = await runSmoke(subject, smoke, 'alias', moment);
  requirePassed(verdicts, { release, ...where });
  verdicts.push(
    ...(await runTraffic(
      subject,
      traffic.filter((one) => 'http' in one),
      'alias',
      moment,
    )),
  );
  verdicts.push(...(await runAlarms(subject)));
  requirePassed(verdicts, { release, ...where });
  await amendRelease({ ledger: services.ledger, moment }, release, (head) => ({
    result: 'checked',
    events: checked(head, where, verdicts, { moment, bakeSeconds }),
  }));
  return {};
}

/** The last target of an environment to be checked begins the bake. */
function checked(
  head: ReleaseHead,
  where: EnvironmentTarget,
  verdicts: Verdict[],
  { moment, bakeSeconds }: { readonly moment: Moment; readonly bakeSeconds: number },
): EventDraft[] {
  const { actor } = moment;
  const { environment } = where;
  const target = nameTarget(where);
  const state = head.environments[environment];
  if (state?.targets[target] === 'checked') return [];
  const event: EventDraft = { type: 'checked', at: moment.now(), actor, environment, target, evidence: { verdicts } };
  const others = Object.entries(state?.targets ?? {}).filter(([name]) => name !== target);
  const last = others.every(([, phase]) => phase === 'checked');
  if (!last || state?.bakes !== true) return [event];
  const evidence = { seconds: bakeSeconds };
  return [event, { type: 'bakeStarted', at: moment.now(), actor, environment, evidence }];
}
