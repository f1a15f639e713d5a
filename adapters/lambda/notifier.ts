import type { DeliveryOrder } from '../../core/contract/tasks.ts';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';

/** The engine's own `notify` function, invoked asynchronously. */
export interface Notifier {
  /** Orders the delivery of a release's messages that are due. */
  deliver(release: string): Promise<void>;
}

/** @param functionArn ARN of the function `notify` */
export function openNotifier(observe: Observability, functionArn: string): Notifier {
  // Few invocations have anything to tell: the others do not load the client.
  const invoke = onDemand(async () => (await import('./later.ts')).invokeLater(observe, functionArn));
  return {
    deliver: async (release) => {
      const order: DeliveryOrder = { task: 'deliver', release };
      await (
        await invoke()
      )(order);
    },
  };
}
