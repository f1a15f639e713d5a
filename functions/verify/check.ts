import { provenEvents } from '../../core/release/checkpoint-events.ts';
import { MOST_SLICES } from '../../core/checks/slice-timing.ts';
import { judgeWatched } from '../../core/checks/slices.ts';
import { trafficItem, trafficKey } from '../../core/ledger/synthetic-traffic.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { environmentOf } from '../../core/release/plan.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { amendRelease } from '../../engine/ledger/update-release.ts';
import type { Moment } from '../../engine/handler/handler.ts';
import { readHead, readItem } from '../../engine/ledger/read.ts';
import { runAlarms, runSmoke } from './checks.ts';
import { requirePassed } from './require-passed.ts';
import type { VerifyServices } from './services.ts';
import { openSubject } from './verification-context.ts';
import { runTraffic } from './synthetic-traffic.ts';

/**
 * Looks at what users get now, through the alias and the URL; at all that synthetic traffic saw beside the shift; and at the
 * alarms. @throws CheckFailed, CheckInconclusive
 */
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
  const verdicts = await runSmoke(subject, smoke, 'alias', moment);
  await requirePassed(verdicts, { release, environment, target: { account, region } }, services, moment);
  verdicts.push(
    ...(await runTraffic(
      subject,
      traffic.filter((one) => 'http' in one),
      'alias',
      moment,
    )),
  );
  const seen = await readItem(services.ledger, trafficKey(release, where), trafficItem);
  if (seen !== undefined) verdicts.push(...judgeWatched(traffic, seen.checks, MOST_SLICES + 1));
  verdicts.push(...(await runAlarms(subject)));
  await requirePassed(verdicts, { release, environment, target: { account, region } }, services, moment);
  const proof = { at: moment.now(), actor: moment.actor, environment, target };
  await amendRelease({ ledger: services.ledger, moment }, release, (head) => ({
    result: 'checked',
    events: provenEvents(
      head,
      'target',
      { ...proof, evidence: { verdicts } },
      environmentOf(subject.plan, environment),
    ),
  }));
  return {};
}
