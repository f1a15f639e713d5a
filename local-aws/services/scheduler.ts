/**
 * EventBridge Scheduler: schedules by at(), rate() and cron() with time zones and flexible windows, groups, retries and dead-letter
 * queues. Targets are Lambda functions, SQS queues and state machines; others, and universal targets, are refused by name.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/Welcome.html
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Service } from '../kernel/service.ts';
import { groupOperations } from './scheduler/group-operations.ts';
import { Groups } from './scheduler/groups.ts';
import { scheduleOperations } from './scheduler/schedule-operations.ts';
import { Timetable } from './scheduler/timetable.ts';

/** The service `scheduler`. */
export function createScheduler(kernel: Kernel): { services: Service[] } {
  const groups = new Groups(() => kernel.clock.date());
  const timetable = new Timetable(kernel, ({ account, region, group, name }) => {
    groups.find(account, region, group)?.schedules.delete(name);
  });
  return {
    services: [
      {
        signingName: 'scheduler',
        documentation:
          'Schedules (at, rate, cron; flexible windows) of functions, queues and state machines, and their groups. https://docs.aws.amazon.com/scheduler/latest/APIReference/Welcome.html',
        operations: [...scheduleOperations(kernel, groups, timetable), ...groupOperations(groups, timetable)],
      },
    ],
  };
}
