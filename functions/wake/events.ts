import { headItem, correlationItem, type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { headKey, correlationItemKey, waitKey } from '../../core/ledger/keys.ts';
import { anyOperation, formatCorrelationKey, type CorrelationKey } from '../../core/ledger/correlation-key.ts';
import { isEnd } from '../../core/release/status.ts';
import { nameTarget } from '../../core/values/identifiers.ts';
import { completeWait } from '../../engine/waits/complete-wait.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { deliver } from '../../engine/waits/waits.ts';
import type { AlarmEvent, DeploymentEvent, ExecutionEvent, StackEvent } from './event.ts';
import { openWaitsOf } from './open-work.ts';
import { reconcileRelease } from './reconcile-release.ts';
import type { WakeServices } from './services.ts';

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

/** An alarm fired, or is OK again: every wait for alarms of that target reads them. @throws DataUnreadable after the others were looked at */
export async function onAlarm(event: AlarmEvent, services: WakeServices, invocation: InvocationContext): Promise<void> {
  const target = nameTarget(event);
  const unreadable: unknown[] = [];
  for (const wait of await openWaitsOf(services.ledger, (problem) => unreadable.push(problem))) {
    const here = wait.target === target && (wait.task === 'shift' || wait.task === 'waitForAlarmsOk');
    // A bake is for every target of its environment.
    if (!here && wait.task !== 'bake') continue;
    // While releases are only monitored the reconciler rests; what this starts needs it every minute.
    if (wait.task === 'bake') await services.schedule.enable();
    await check(services, invocation, wait);
  }
  if (unreadable.length > 0) throw unreadable[0];
}

/** A release's execution ended; a release that is still open is ended. */
export async function onExecution(
  { detail }: ExecutionEvent,
  services: WakeServices,
  invocation: InvocationContext,
): Promise<void> {
  const head = await readItem(services.ledger, headKey(detail.name), headItem);
  if (head === undefined || isEnd(head.status)) return;
  // It may have ended while the reconciler rested, and not everyone to be notified may be reached at once.
  await services.schedule.enable();
  await reconcileRelease(services, invocation, head);
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
  if (wait !== undefined) await check(services, invocation, wait);
  return true;
}

async function check(services: WakeServices, invocation: InvocationContext, wait: WaitItem): Promise<void> {
  const [account, region] = wait.target?.split('/') ?? [];
  invocation.about({ release: wait.release, environment: wait.environment, account, region });
  if (wait.answer !== undefined) return deliver({ ...services, invocation }, wait, wait.answer);
  await completeWait({ ...services, invocation }, wait);
}
