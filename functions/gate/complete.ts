import type { TaskInput, TaskOutput } from '../../core/contract/tasks.ts';
import { isTold } from '../../core/notify/outbox.ts';
import { endRelease } from '../../engine/end/end-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { orderDelivery } from '../../engine/outbox/order-delivery.ts';
import type { GateServices } from './services.ts';

/** Ends the release with the outcome in its ledger, passes the turn on, and notifies people when it did not end well. */
export async function complete(
  { release }: TaskInput<'complete'>,
  services: GateServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'complete'>> {
  const { ledger, answers, notifier } = services;
  const { status, events } = await endRelease({ ledger, answers, invocation }, release);
  if (isTold(status) || events) await orderDelivery({ notifier, invocation }, release);
  return { status };
}
