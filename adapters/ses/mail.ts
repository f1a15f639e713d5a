import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { Mail } from './message.ts';

/** E-mail from the engine's own account. @param sender the From address */
export function openMail(observe: Observability, sender: string): Mail {
  // Few invocations send e-mail: the others do not load the client.
  const email = onDemand(async () => (await import('./email.ts')).openEmail(observe, sender));
  return { send: async (message) => (await email()).send(message) };
}
