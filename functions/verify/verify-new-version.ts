import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { amendRelease } from '../../engine/ledger/update-release.ts';
import type { Moment } from '../../engine/handler/handler.ts';
import { readHead } from '../../engine/ledger/read.ts';
import { runSmoke } from './checks.ts';
import { requirePassed } from './require-passed.ts';
import type { VerifyServices } from './services.ts';
import { openSubject } from './verification-context.ts';
import { runTraffic } from './synthetic-traffic.ts';

/**
 * Proves the new version before any user gets it: functions by the version's number. What is reached by URL still is the old
 * version now, and is checked after the shift. @throws CheckFailed
 */
export async function verifyNewVersion(
  { release, environment, account, region }: TaskInput<'verifyNewVersion'>,
  services: VerifyServices,
  moment: Moment,
): Promise<TaskOutput<'verifyNewVersion'>> {
  const where = { environment, account, region };
  const target = nameTarget(where);
  const before = await readHead(services.ledger, release);
  if (before.environments[environment]?.targets[target] === 'verified') return {};
  const subject = await openSubject(services, release, where);
  const { smoke = [], traffic = [] } = subject.plan.manifest.checks ?? {};
  const verdicts = await runSmoke(
    subject,
    smoke.filter((check) => 'invoke' in check),
    'version',
    moment,
  );
  await requirePassed(verdicts, { release, environment, target: { account, region } }, services, moment);
  verdicts.push(
    ...(await runTraffic(
      subject,
      traffic.filter((check) => 'invoke' in check),
      'version',
      moment,
    )),
  );
  await requirePassed(verdicts, { release, environment, target: { account, region } }, services, moment);
  await amendRelease({ ledger: services.ledger, moment }, release, (head) => {
    if (head.environments[environment]?.targets[target] === 'verified') return { result: 'verified' };
    const { actor } = moment;
    return {
      result: 'verified',
      events: [{ type: 'verified', at: moment.now(), actor, environment, target, evidence: { verdicts } }],
    };
  });
  return {};
}
