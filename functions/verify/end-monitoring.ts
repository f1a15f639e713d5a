import type { Verdict } from '../../core/checks/verdict.ts';
import { disarmed } from '../../core/release/checkpoint-events.ts';
import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { nameTarget, parseTarget } from '../../core/values/identifiers.ts';
import { amendRelease } from '../../engine/ledger/update-release.ts';
import type { Moment } from '../../engine/handler/handler.ts';
import { readHead } from '../../engine/ledger/read.ts';
import { runAlarms } from './checks.ts';
import { requirePassed } from './require-passed.ts';
import type { VerifyServices } from './services.ts';
import { openSubject } from './verification-context.ts';

/**
 * After the hours in which a release stayed armed, or as soon as a newer one waits for the turn: asks once more how the alarms
 * stand, since the event of one that turned red may have been lost. @throws CheckFailed
 */
export async function disarm(
  { release, environment, newer }: TaskInput<'judge'>,
  services: VerifyServices,
  moment: Moment,
): Promise<TaskOutput<'judge'>> {
  const { ledger } = services;
  const before = await readHead(ledger, release);
  const state = before.environments[environment];
  if (state?.phase !== 'armed') return {};
  const targets = Object.keys(state.targets).map(parseTarget);
  const found = await Promise.all(
    targets.map(async (target) => {
      const verdicts = await runAlarms(await openSubject(services, release, { environment, ...target }));
      return verdicts.map((one): Verdict => ({ ...one, check: `${nameTarget(target)} ${one.check}` }));
    }),
  );
  const verdicts = found.flat();
  // Only what is red counts now: an alarm that does not exist was decided on before the release was armed.
  const red = verdicts.filter(({ verdict }) => verdict === 'failed');
  await requirePassed(red, { release, environment }, services, moment);
  const recorder = { at: moment.now(), actor: moment.actor };
  await amendRelease({ ledger, moment }, release, (head) => ({
    result: 'disarmed',
    events: disarmed(head, { ...recorder, environment, evidence: { verdicts } }, newer),
  }));
  return {};
}
