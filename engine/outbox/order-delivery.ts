import type { Notifier } from '../../adapters/lambda/notifier.ts';
import type { InvocationContext } from '../handler/handler.ts';

/** What is needed to order a delivery. */
export interface DeliveryContext {
  readonly notifier: Notifier;
  readonly invocation: InvocationContext;
}

/**
 * Has the messages delivered that were just written. It never fails: telling holds no release up, and what is not ordered now the
 * reconciler orders.
 */
export async function orderDelivery({ notifier, invocation }: DeliveryContext, release: string): Promise<void> {
  try {
    await notifier.deliver(release);
  } catch (problem) {
    invocation.log.warn('The delivery of messages could not be ordered; the reconciler orders it', { problem });
  }
}
