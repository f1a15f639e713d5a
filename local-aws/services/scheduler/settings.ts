import type { CreateScheduleCommandInput, UpdateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Call } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { readSchedule } from '../schedule-expression.ts';
import { required, scheduleArn, validation } from './requests.ts';
import { asRole, checkTargetArn, type Schedule } from './timetable.ts';

export type Settings = CreateScheduleCommandInput | UpdateScheduleCommandInput;

/** An update replaces every setting; only a rate that stays as it was keeps its beat. */
export function readSettings(kernel: Kernel, input: Settings, call: Call, before: Schedule | undefined): Schedule {
  const now = kernel.clock.date();
  const { account, region } = call.caller;
  const expression = required(input.ScheduleExpression, 'scheduleExpression');
  const timezone = input.ScheduleExpressionTimezone ?? 'UTC';
  const keepsBeat = before?.expression === expression && before.start?.getTime() === input.StartDate?.getTime();
  const schedule: Schedule = {
    arn: scheduleArn(input, call),
    name: checkedName(required(input.Name, 'name')),
    group: input.GroupName ?? 'default',
    account,
    region,
    createdAt: before?.createdAt ?? now,
    changedAt: now,
    anchor: keepsBeat ? before.anchor : (input.StartDate ?? now).getTime(),
    expression,
    timezone,
    start: input.StartDate,
    end: input.EndDate,
    enabled: input.State !== 'DISABLED',
    description: input.Description,
    deleteWhenDone: input.ActionAfterCompletion === 'DELETE',
    window: checkedWindow(input.FlexibleTimeWindow),
    target: checkedTarget(input.Target),
  };
  if (readSchedule(expression, schedule.anchor, timezone) === undefined)
    throw validation(`Invalid Schedule Expression ${expression}.`);
  try {
    asRole(kernel, schedule);
  } catch (error) {
    if (!(error instanceof AwsError) || error.status === 501) throw error;
    throw validation('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
  }
  return schedule;
}

function checkedName(name: string): string {
  if (/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) return name;
  throw validation(
    `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+`,
  );
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html */
function checkedWindow(window: Settings['FlexibleTimeWindow']): Schedule['window'] {
  const Mode = required(window?.Mode, 'flexibleTimeWindow.mode');
  const { MaximumWindowInMinutes } = window ?? {};
  if (Mode === 'OFF') {
    if (MaximumWindowInMinutes !== undefined)
      throw validation('MaximumWindowInMinutes cannot be set when the mode of FlexibleTimeWindow is OFF.');
    return { Mode };
  }
  if (MaximumWindowInMinutes === undefined)
    throw validation('MaximumWindowInMinutes must be set when the mode of FlexibleTimeWindow is FLEXIBLE.');
  return { Mode, MaximumWindowInMinutes };
}

function checkedTarget(target: Settings['Target']): Schedule['target'] {
  const members = ['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig'];
  onlyMembers(target, members, 'Target of scheduler schedules');
  const Arn = required(target?.Arn, 'target.arn');
  checkTargetArn(Arn);
  return { ...target, Arn, RoleArn: required(target?.RoleArn, 'target.roleArn') };
}
