/**
 * EventBridge: buses, rules by pattern and by schedule, targets, delivery with retries and dead-letter queues.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html
 */
import type { Kernel } from '../../kernel/kernel.ts';
import type { EventsPort } from '../../kernel/ports.ts';
import type { Service } from '../../kernel/service.ts';
import { busOperations } from './bus-operations.ts';
import { Buses } from './buses.ts';
import { Delivery } from './delivery.ts';
import { envelope, putEventsOperations } from './put-events.ts';
import { ruleOperations } from './rule-operations.ts';
import { RuleSchedules } from './schedules.ts';
import { targetOperations } from './target-operations.ts';

/** The service `events`, and the port by which other services put their events on an account's default bus. */
export function createEvents(kernel: Kernel): { services: Service[]; port: EventsPort } {
  const buses = new Buses(() => kernel.clock.date());
  const delivery = new Delivery(kernel, buses);
  const service: Service = {
    signingName: 'events',
    documentation:
      'Buses, rules by pattern and schedule, targets (functions, state machines, buses, queues, topics; API destinations, AppSync and delivery streams are kept, and events for them fail for good), PutEvents. https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html',
    operations: [
      ...busOperations(kernel, buses),
      ...ruleOperations(buses, new RuleSchedules(kernel, delivery)),
      ...targetOperations(buses),
      ...putEventsOperations(kernel, buses, delivery),
    ],
    tagsOf: (arn) => buses.tagsOf(arn),
  };
  const port: EventsPort = {
    emit: (event) => {
      const bus = buses.find(event.account, event.region, 'default');
      if (bus === undefined) throw new Error('Every account has a default bus.');
      delivery.enter(bus, envelope({ ...event, time: kernel.clock.date(), resources: event.resources ?? [] }));
    },
  };
  return { services: [service], port };
}
