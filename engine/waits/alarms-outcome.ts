import { describeVerdicts, type Verdict } from '../../core/checks/verdict.ts';
import { CheckFailed } from '../../core/contract/errors.ts';
import type { WaitItem } from '../../core/ledger/items.ts';
import { serviceStackName } from '../../core/contract/names.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { mayFollow } from '../../core/release/transition.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import { nameTarget, parseTarget } from '../../core/values/identifiers.ts';
import { readRedAlarms } from './read-alarms.ts';
import { readHead, readPlan } from '../ledger/read.ts';
import { failure, settleWait, success } from './waits.ts';
import type { Completing } from './target-wait.ts';

/**
 * Looks at the alarms that a wait is about: one that waits until they are green is answered when none is red, a bake as soon
 * as one is. @returns whether it was answered
 */
export async function completeAlarmsWait(services: Completing, wait: WaitItem): Promise<boolean> {
  const head = await readHead(services.ledger, wait.release);
  const red = await redAlarmsOf(services, wait, head);
  if (wait.task === 'waitForGreen') return red.length === 0 && turnedGreen(services, wait);
  return red.length > 0 && bakeFailed(services, wait, red);
}

async function redAlarmsOf(services: Completing, wait: WaitItem, head: ReleaseHead): Promise<Verdict[]> {
  const { environment, release } = wait;
  const names = wait.target === undefined ? Object.keys(head.environments[environment]?.targets ?? {}) : [wait.target];
  const plan = await readPlan(services.ledger, release);
  const stackName = serviceStackName(head.service, environment);
  const found = await Promise.all(
    names.map(async (name) => {
      const where: EnvironmentTarget = { environment, ...parseTarget(name) };
      const target = await services.open({ service: head.service, release, ...where });
      const red = await readRedAlarms({ plan, environment, stackName, target });
      return red.map((one): Verdict => ({ ...one, check: `${nameTarget(where)} ${one.check}` }));
    }),
  );
  return found.flat();
}

function turnedGreen(services: Completing, wait: WaitItem): Promise<boolean> {
  const { moment } = services;
  return settleWait(services, wait, (head) => {
    const event: EventDraft = { type: 'alarmGreen', ...saidOf(wait, moment) };
    return { result: success(), events: mayFollow(head, event) ? [event] : [] };
  });
}

function bakeFailed(services: Completing, wait: WaitItem, verdicts: Verdict[]): Promise<boolean> {
  const { release, environment } = wait;
  const reason = describeVerdicts(verdicts).slice(0, 1000);
  return settleWait(services, wait, (head) => {
    const event: EventDraft = { type: 'checkFailed', ...saidOf(wait, services.moment), reason, evidence: { verdicts } };
    return {
      result: failure(new CheckFailed(reason, { release, environment, evidence: { verdicts } })),
      events: mayFollow(head, event) ? [event] : [],
    };
  });
}

function saidOf({ environment, target }: WaitItem, moment: Completing['moment']) {
  return { at: moment.now(), actor: moment.actor, environment, ...(target === undefined ? {} : { target }) };
}
