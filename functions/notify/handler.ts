import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { deliveryOrder } from '../../core/contract/tasks.ts';
import { createHandler, type InvocationContext } from '../../engine/handler/handler.ts';
import { deliver } from './deliver.ts';
import { type NotifyServices, notifyServices } from './services.ts';

/** The one function that tells people anything. */
export const handler = createHandler({
  name: 'notify',
  environment: environmentSchemas.notify,
  services: notifyServices,
  handle: notify,
});

/** An order may come twice, or when nothing is due. */
export async function notify(event: unknown, services: NotifyServices, invocation: InvocationContext): Promise<void> {
  const { release } = deliveryOrder.parse(event);
  invocation.about({ release });
  await deliver(release, services, invocation);
}
