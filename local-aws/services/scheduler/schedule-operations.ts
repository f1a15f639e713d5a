import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  UpdateScheduleCommand,
  type GetScheduleOutput,
} from '@aws-sdk/client-scheduler';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import type { Group, Groups } from './groups.ts';
import { notFound, required, scheduleArn, type Named } from './requests.ts';
import { readSettings, type Settings } from './settings.ts';
import { SCHEDULER, type Schedule, type Timetable } from './timetable.ts';

const SETTINGS = [
  'Name',
  'GroupName',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'StartDate',
  'EndDate',
  'Description',
  'State',
  'Target',
  'FlexibleTimeWindow',
  'ActionAfterCompletion',
  'ClientToken',
];

export function scheduleOperations(kernel: Kernel, groups: Groups, timetable: Timetable): AnyOperation[] {
  const asks =
    (action: string) =>
    (input: Named, call: Call): Authorization => ({
      action: `scheduler:${action}`,
      resource: scheduleArn(input, call),
    });
  const settingAsks =
    (action: string) =>
    (input: Settings, call: Call): Authorization[] => [
      asks(action)(input, call),
      {
        action: 'iam:PassRole',
        resource: required(input.Target?.RoleArn, 'target.roleArn'),
        context: { 'iam:PassedToService': SCHEDULER },
      },
    ];
  return [
    operation({
      command: CreateScheduleCommand,
      accepts: SETTINGS,
      authorize: settingAsks('CreateSchedule'),
      handle: async (input, call) => {
        const group = groups.of(call, input.GroupName);
        const schedule = readSettings(kernel, input, call, undefined);
        if (group.schedules.has(schedule.name))
          throw new AwsError('ConflictException', `Schedule ${schedule.name} already exists.`, 409);
        group.schedules.set(schedule.name, schedule);
        timetable.arm(schedule);
        return { ScheduleArn: schedule.arn };
      },
    }),
    operation({
      command: UpdateScheduleCommand,
      accepts: SETTINGS,
      authorize: settingAsks('UpdateSchedule'),
      handle: async (input, call) => {
        const group = groups.of(call, input.GroupName);
        const schedule = readSettings(kernel, input, call, scheduleOf(group, input.Name));
        group.schedules.set(schedule.name, schedule);
        timetable.arm(schedule);
        return { ScheduleArn: schedule.arn };
      },
    }),
    operation({
      command: GetScheduleCommand,
      accepts: ['Name', 'GroupName'],
      authorize: asks('GetSchedule'),
      handle: async (input, call) => shapeOf(scheduleOf(groups.of(call, input.GroupName), input.Name)),
    }),
    operation({
      command: DeleteScheduleCommand,
      accepts: ['Name', 'GroupName', 'ClientToken'],
      authorize: asks('DeleteSchedule'),
      handle: async (input, call) => {
        const group = groups.of(call, input.GroupName);
        const { name, arn } = scheduleOf(group, input.Name);
        timetable.disarm(arn);
        group.schedules.delete(name);
        return {};
      },
    }),
    operation({
      command: ListSchedulesCommand,
      accepts: ['GroupName', 'NamePrefix', 'State'],
      authorize: (input, call) => asks('ListSchedules')({ Name: '*', GroupName: input.GroupName ?? '*' }, call),
      handle: async (input, call) => {
        const among = input.GroupName === undefined ? groups.list(call) : [groups.of(call, input.GroupName)];
        const schedules = among
          .flatMap((group) => [...group.schedules.values()].map(shapeOf))
          .filter(
            ({ Name: name, State: state }) =>
              (name ?? '').startsWith(input.NamePrefix ?? '') && (input.State ?? state) === state,
          )
          .map(({ Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target }) => ({
            Arn,
            Name,
            GroupName,
            State,
            CreationDate,
            LastModificationDate,
            Target: { Arn: Target?.Arn },
          }));
        return { Schedules: schedules };
      },
    }),
  ];
}

/** @throws AwsError ResourceNotFoundException */
function scheduleOf(group: Group, name: string | undefined): Schedule {
  const schedule = group.schedules.get(required(name, 'name'));
  if (schedule === undefined) throw notFound(`Schedule ${name ?? ''} does not exist.`);
  return schedule;
}

function shapeOf(schedule: Schedule): GetScheduleOutput {
  return {
    Arn: schedule.arn,
    Name: schedule.name,
    GroupName: schedule.group,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timezone,
    State: schedule.enabled ? 'ENABLED' : 'DISABLED',
    ActionAfterCompletion: schedule.deleteWhenDone ? 'DELETE' : 'NONE',
    FlexibleTimeWindow: schedule.window,
    Target: schedule.target,
    CreationDate: schedule.createdAt,
    LastModificationDate: schedule.changedAt,
    ...(schedule.start === undefined ? {} : { StartDate: schedule.start }),
    ...(schedule.end === undefined ? {} : { EndDate: schedule.end }),
    ...(schedule.description === undefined ? {} : { Description: schedule.description }),
  };
}
