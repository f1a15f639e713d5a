import type { LocalAws } from '../aws.ts';
import type { ServiceEvent } from '../kernel/ports.ts';

/** Every event that services give to EventBridge from now on. */
export function emitted(aws: LocalAws): ServiceEvent[] {
  const events: ServiceEvent[] = [];
  const { events: real } = aws.kernel.port;
  const emit = (event: ServiceEvent): void => {
    events.push(event);
    real.emit(event);
  };
  Object.defineProperty(aws.kernel.port, 'events', { configurable: true, value: { emit } });
  return events;
}
