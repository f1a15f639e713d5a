import { GetScheduleCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { everyMinute, onceAt } from '../../core/reconcile/schedule.ts';
import type { Observability } from '../powertools/observability.ts';

/** The reconciler's schedule: it runs only while something is open. */
export interface Schedule {
  /** Once a minute from now on. */
  enable(): Promise<void>;
  disable(): Promise<void>;
  /** Once, at that time, and not before. */
  restUntil(instant: string): Promise<void>;
}

/** @param name `<group>/<schedule>`, or the schedule alone in the default group. */
function createSchedule(client: SchedulerClient, name: string): Schedule {
  const [group, schedule] = name.includes('/') ? name.split('/') : ['default', name];
  const set = async (state: 'ENABLED' | 'DISABLED', run = everyMinute): Promise<void> => {
    const { State, Target, ScheduleExpression, FlexibleTimeWindow, Description, ScheduleExpressionTimezone } =
      await client.send(new GetScheduleCommand({ GroupName: group, Name: schedule }));
    if (State === state && ScheduleExpression === run.expression) return;
    const { maximumRetryAttempts, maximumEventAgeInSeconds } = run.retryPolicy;
    // UpdateSchedule replaces the whole schedule, so the present settings are written back with it.
    await client.send(
      new UpdateScheduleCommand({
        GroupName: group,
        Name: schedule,
        State: state,
        Target: {
          Arn: Target?.Arn,
          RoleArn: Target?.RoleArn,
          Input: JSON.stringify(run.input),
          RetryPolicy: {
            MaximumRetryAttempts: maximumRetryAttempts,
            MaximumEventAgeInSeconds: maximumEventAgeInSeconds,
          },
        },
        ScheduleExpression: run.expression,
        FlexibleTimeWindow,
        ...(Description === undefined ? {} : { Description }),
        ...(ScheduleExpressionTimezone === undefined ? {} : { ScheduleExpressionTimezone }),
      }),
    );
  };
  return {
    enable: () => set('ENABLED'),
    disable: () => set('DISABLED'),
    restUntil: (instant) => set('ENABLED', onceAt(instant)),
  };
}

/** The schedule of that name in the engine's own account. */
export function openSchedule(observe: Observability, name: string): Schedule {
  return createSchedule(observe.client(new SchedulerClient({})), name);
}
