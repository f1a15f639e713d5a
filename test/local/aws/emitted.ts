import type { LocalAws } from '../../../local/aws/aws.ts';
import type { ServiceEvent } from '../../../local/aws/kernel/ports.ts';

/** Every event that services give to EventBridge from now on; nothing is delivered. */
export function emitted(aws: LocalAws): ServiceEvent[] {
  const events: ServiceEvent[] = [];
  Object.defineProperty(aws.kernel.port, 'events', {
    configurable: true,
    value: { emit: (event: ServiceEvent) => void events.push(event) },
  });
  return events;
}
