import { GetScheduleCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import type { Observability } from './observability.ts';

/** The reconciler's schedule: it runs only while something is open. */
export interface Schedule {
  enable(): Promise<void>;
  disable(): Promise<void>;
}

/** @param name `<group>/<schedule>`, or the schedule alone in the default group. */
function createSchedule(client: SchedulerClient, name: string): Schedule {
  const [group, schedule] = name.includes('/') ? name.split('/') : ['default', name];
  const set = async (state: 'ENABLED' | 'DISABLED'): Promise<void> => {
    const { State, Target, ScheduleExpression, FlexibleTimeWindow, Description, ScheduleExpressionTimezone } =
      await client.send(new GetScheduleCommand({ GroupName: group, Name: schedule }));
    if (State === state) return;
    // UpdateSchedule replaces the whole schedule, so what is there is written back with it.
    await client.send(
      new UpdateScheduleCommand({
        GroupName: group,
        Name: schedule,
        State: state,
        Target,
        ScheduleExpression,
        FlexibleTimeWindow,
        ...(Description === undefined ? {} : { Description }),
        ...(ScheduleExpressionTimezone === undefined ? {} : { ScheduleExpressionTimezone }),
      }),
    );
  };
  return { enable: () => set('ENABLED'), disable: () => set('DISABLED') };
}

/** The schedule of that name in the engine's own account. */
export function openSchedule(observe: Observability, name: string): Schedule {
  return createSchedule(observe.client(new SchedulerClient({})), name);
}
