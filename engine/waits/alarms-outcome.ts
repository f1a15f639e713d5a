import { describeVerdicts, type Verdict } from '../../core/checks/verdict.ts';
import { CheckFailed } from '../../core/contract/errors.ts';
import type { WaitItem } from '../../core/ledger/items.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { environmentOf } from '../../core/release/plan.ts';
import { isInVain } from '../../core/release/halt.ts';
import { mayFollow } from '../../core/release/transition.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import { nameTarget, parseTarget } from '../../core/values/identifiers.ts';
import { measureBake } from './measure-bake.ts';
import { haltWait } from './halt-waits.ts';
import { readFiringAlarms } from './read-alarms.ts';
import { formerReleaseOf } from '../ledger/live.ts';
import { keepVerdicts } from '../ledger/evidence.ts';
import { readHead, readPlan, readTarget } from '../ledger/read.ts';
import { failure, answerWait, success } from './waits.ts';
import type { CompletionContext } from './target-wait.ts';

/**
 * Reads the alarms that a wait is about: `waitForAlarmsOk` is answered when none is firing that counts, a bake as soon as one is.
 * @returns whether it was answered
 */
export async function completeAlarmsWait(services: CompletionContext, wait: WaitItem): Promise<boolean> {
  const head = await readHead(services.ledger, wait.release);
  if (isInVain(wait, head)) return haltWait(services, wait);
  const firing = await firingAlarmsOf(services, wait, head);
  if (wait.task === 'waitForAlarmsOk') return firing.length === 0 && alarmsAreOk(services, wait);
  return firing.length > 0 && bakeFailed(services, wait, firing, head);
}

async function firingAlarmsOf(services: CompletionContext, wait: WaitItem, head: ReleaseHead): Promise<Verdict[]> {
  const { environment, release } = wait;
  const names = wait.target === undefined ? Object.keys(head.environments[environment]?.targets ?? {}) : [wait.target];
  const plan = await readPlan(services.ledger, release);
  const { stackName, resourceNames } = environmentOf(plan, environment);
  const found = await Promise.all(
    names.map(async (name) => {
      const where: EnvironmentTarget = { environment, ...parseTarget(name) };
      const target = await services.open({ stackName, resourceNames, release, ...where });
      const item = await readTarget(services.ledger, release, where);
      const former = await formerReleaseOf(services.ledger, plan.manifest.service, where, item);
      const overriddenAt = head.environments[environment]?.overriddenAt;
      const firing = await readFiringAlarms({ plan, environment, stackName, target, former, overriddenAt });
      return firing.map((one): Verdict => ({ ...one, check: `${nameTarget(where)} ${one.check}` }));
    }),
  );
  return found.flat();
}

async function alarmsAreOk(services: CompletionContext, wait: WaitItem): Promise<boolean> {
  const { invocation } = services;
  const { answered } = await answerWait(services, wait, (head) => {
    const event: EventDraft = { type: 'alarmsOk', ...eventPlace(wait, invocation) };
    // Where a person let the release in, an alarm may still be firing: that is told already.
    const told = head.environments[wait.environment]?.overriddenAt !== undefined;
    return { result: success(), events: told || !mayFollow(head, event) ? [] : [event] };
  });
  return answered;
}

async function bakeFailed(
  services: CompletionContext,
  wait: WaitItem,
  verdicts: Verdict[],
  before: ReleaseHead,
): Promise<boolean> {
  const { release, environment } = wait;
  const reason = describeVerdicts(verdicts);
  const evidence = await keepVerdicts(services.evidence, { release, environment }, verdicts);
  const { answered } = await answerWait(services, wait, (head) => {
    const event: EventDraft = {
      type: 'checkFailed',
      ...eventPlace(wait, services.invocation),
      reason,
      evidence,
    };
    return {
      result: failure(new CheckFailed(reason, { release, environment, evidence })),
      events: mayFollow(head, event) ? [event] : [],
    };
  });
  if (answered) measureBake(services.invocation, before, environment);
  return answered;
}

function eventPlace({ environment, target }: WaitItem, invocation: CompletionContext['invocation']) {
  return { at: invocation.now(), actor: invocation.actor, environment, ...(target === undefined ? {} : { target }) };
}
