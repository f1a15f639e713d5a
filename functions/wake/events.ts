import { headItem, correlationItem, type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { headKey, correlationItemKey, waitKey } from '../../core/ledger/keys.ts';
import { anyOperation, formatCorrelationKey, type CorrelationKey } from '../../core/ledger/correlation-key.ts';
import { isWatched } from '../../core/checks/watched-alarms.ts';
import { isEnd } from '../../core/release/status.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { completeWait } from '../../engine/waits/complete-wait.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readItem, readTarget } from '../../engine/ledger/read.ts';
import { deliver } from '../../engine/waits/waits.ts';
import { type AlarmEvent, type DeploymentEvent, type ExecutionEvent, releaseOf, type StackEvent } from './event.ts';
import { openWaitsOf } from './open-work.ts';
import { reconcileRelease } from './reconcile-release.ts';
import { sideBySide } from './side-by-side.ts';
import type { WakeServices } from './services.ts';
import { lookAfter } from './trouble.ts';

/** A stack of a target came to rest. */
export async function onStack(
  { detail }: StackEvent,
  services: WakeServices,
  invocation: InvocationContext,
): Promise<void> {
  const { 'stack-id': stackId, 'client-request-token': token } = detail;
  // An operation without a token is not Sluice's; a release may wait until it is over.
  const ours =
    token !== undefined && token !== '' && (await wakeWait(services, invocation, { kind: 'stack', stackId, token }));
  if (!ours) await wakeWait(services, invocation, { kind: 'stack', stackId, token: anyOperation });
}

/** A deployment of a target ended. */
export async function onDeployment(
  { detail }: DeploymentEvent,
  services: WakeServices,
  invocation: InvocationContext,
): Promise<void> {
  await wakeWait(services, invocation, { kind: 'deployment', deploymentId: detail.deploymentId });
}

/**
 * An alarm fired, or is OK again: the waits that watch it read it. Every alarm of an account is forwarded, whoever's it is: for one
 * that nobody watches the ledger alone is read.
 */
export async function onAlarm(event: AlarmEvent, services: WakeServices, invocation: InvocationContext): Promise<void> {
  await sideBySide(await openWaitsOf(services.ledger, invocation), (wait) =>
    lookAfter(services, invocation, { ...wait, what: wait.wait }, async (own) => {
      if (!(await watches(services.ledger, wait, event))) return;
      // While releases are only monitored the reconciler rests; what this starts needs it every minute.
      if (wait.task === 'bake') await services.schedule.enable();
      await check(services, own, wait);
    }),
  );
}

/** Does a wait watch the alarm? */
async function watches(ledger: Ledger, wait: WaitItem, { account, region, detail }: AlarmEvent): Promise<boolean> {
  if (!['shift', 'waitForAlarmsOk', 'bake'].includes(wait.task)) return false;
  // A bake is for every target of its environment.
  if (wait.target !== undefined && wait.target !== nameTarget({ account, region })) return false;
  if (wait.watchedAlarms !== undefined) return isWatched(wait.watchedAlarms, detail.alarmName);
  const item = await readTarget(ledger, wait.release, { environment: wait.environment, account, region });
  return item !== undefined && isWatched(item.watchedAlarms, detail.alarmName);
}

/** An execution of a release ended, which promoted it or undid what another left; a release that is still open is ended. */
export async function onExecution(
  event: ExecutionEvent,
  services: WakeServices,
  invocation: InvocationContext,
): Promise<void> {
  const release = releaseOf(event);
  if (release === undefined) {
    invocation.log.warn('An execution that is of no release ended', { execution: event.detail.name });
    return;
  }
  const head = await readItem(services.ledger, headKey(release), headItem);
  if (head === undefined || isEnd(head.status)) return;
  // It may have ended while the reconciler rested, and not everyone to be notified may be reached at once.
  await services.schedule.enable();
  await reconcileRelease(services, invocation.of({ release: head.release }), head);
}

/**
 * Without a pointer there is no wait, or not yet: registering a wait checks once more, so nothing is lost.
 * @returns whether a wait exists for it
 */
async function wakeWait(
  services: WakeServices,
  invocation: InvocationContext,
  correlation: CorrelationKey,
): Promise<boolean> {
  const { ledger } = services;
  const pointer = await readItem(ledger, correlationItemKey(formatCorrelationKey(correlation)), correlationItem);
  if (pointer === undefined) return false;
  const wait = await readItem(ledger, waitKey(pointer.release, pointer.wait), waitItem);
  if (wait !== undefined)
    await lookAfter(services, invocation, { ...wait, what: wait.wait }, (own) => check(services, own, wait));
  return true;
}

async function check(services: WakeServices, invocation: InvocationContext, wait: WaitItem): Promise<void> {
  if (wait.answer !== undefined) return deliver({ ...services, invocation }, wait, wait.answer);
  await completeWait({ ...services, invocation }, wait);
}
