import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { Mail } from './message.ts';

/** E-mail from the engine's own account. @param sender the From address */
export function mailOnDemand(observe: Observability, sender: string): Mail {
  // Few invocations send e-mail: the others do not load the client.
  const mail = onDemand(async () => (await import('./mail.ts')).openMail(observe, sender));
  return { send: async (message) => (await mail()).send(message) };
}
