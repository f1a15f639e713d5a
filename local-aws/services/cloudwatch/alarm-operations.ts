import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { describeComposite, describeMetric } from './alarm-descriptions.ts';
import type { AlarmSpace } from './alarms.ts';
import type { AlarmRecord } from './alarm-records.ts';

type SpaceOf = (where: { readonly account: string; readonly region: string }) => AlarmSpace;

/** Asks for an action on alarms by name; without names, on all. */
export function askAlarms(
  action: string,
  names: readonly (string | undefined)[] | undefined,
  { caller }: Call,
): Authorization[] {
  const prefix = `arn:aws:cloudwatch:${caller.region}:${caller.account}:alarm:`;
  return (names ?? ['*']).map((name) => ({ action: `cloudwatch:${action}`, resource: `${prefix}${name ?? ''}` }));
}

export function alarmOperations(kernel: Kernel, spaceOf: SpaceOf): AnyOperation[] {
  return [describeAlarms(spaceOf), history(spaceOf), remove(spaceOf), setState(kernel, spaceOf), ...enabling(spaceOf)];
}

function describeAlarms(spaceOf: SpaceOf): AnyOperation {
  return operation({
    command: DescribeAlarmsCommand,
    accepts: ['AlarmNames', 'AlarmNamePrefix', 'AlarmTypes', 'StateValue', 'ActionPrefix', 'MaxRecords', 'NextToken'],
    authorize: (input, call) => askAlarms('DescribeAlarms', input.AlarmNames, call),
    handle: async (input, { caller }) => {
      const wanted = input.AlarmNames === undefined ? undefined : new Set(input.AlarmNames);
      const types = input.AlarmTypes ?? ['MetricAlarm'];
      const all = [...spaceOf(caller).alarms.values()]
        .filter(
          (alarm) =>
            types.includes(alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm') &&
            (wanted?.has(alarm.name) ?? alarm.name.startsWith(input.AlarmNamePrefix ?? '')) &&
            (input.StateValue === undefined || input.StateValue === alarm.state.value) &&
            (input.ActionPrefix === undefined ||
              Object.values(alarm.actions)
                .flat()
                .some((action) => action.startsWith(input.ActionPrefix ?? ''))),
        )
        .sort((one, other) => (one.name < other.name ? -1 : 1));
      const from = Number(input.NextToken ?? 0);
      const to = from + (input.MaxRecords ?? 50);
      const shown = all.slice(from, to);
      return {
        MetricAlarms: shown.flatMap((alarm) => (alarm.kind === 'metric' ? [describeMetric(alarm)] : [])),
        CompositeAlarms: shown.flatMap((alarm) => (alarm.kind === 'composite' ? [describeComposite(alarm)] : [])),
        NextToken: to < all.length ? String(to) : undefined,
      };
    },
  });
}

function history(spaceOf: SpaceOf): AnyOperation {
  return operation({
    command: DescribeAlarmHistoryCommand,
    accepts: [
      'AlarmName',
      'AlarmTypes',
      'HistoryItemType',
      'StartDate',
      'EndDate',
      'MaxRecords',
      'NextToken',
      'ScanBy',
    ],
    authorize: (input, call) =>
      askAlarms('DescribeAlarmHistory', input.AlarmName === undefined ? undefined : [input.AlarmName], call),
    handle: async (input, { caller }) => {
      const types = input.AlarmTypes ?? ['MetricAlarm'];
      const all = spaceOf(caller).history.filter(
        (item) =>
          (input.AlarmName === undefined || input.AlarmName === item.AlarmName) &&
          types.some((type) => type === item.AlarmType) &&
          (input.HistoryItemType === undefined || input.HistoryItemType === item.HistoryItemType) &&
          item.Timestamp >= (input.StartDate ?? new Date(0)) &&
          (input.EndDate === undefined || item.Timestamp <= input.EndDate),
      );
      if (input.ScanBy !== 'TimestampAscending') all.reverse();
      const from = Number(input.NextToken ?? 0);
      const to = from + (input.MaxRecords ?? 100);
      return { AlarmHistoryItems: all.slice(from, to), NextToken: to < all.length ? String(to) : undefined };
    },
  });
}

function remove(spaceOf: SpaceOf): AnyOperation {
  return operation({
    command: DeleteAlarmsCommand,
    accepts: ['AlarmNames'],
    authorize: (input, call) => askAlarms('DeleteAlarms', input.AlarmNames, call),
    handle: async (input, { caller }) => {
      const space = spaceOf(caller);
      for (const name of input.AlarmNames ?? []) found(space, name);
      for (const name of input.AlarmNames ?? []) space.remove(name);
      return {};
    },
  });
}

function setState(kernel: Kernel, spaceOf: SpaceOf): AnyOperation {
  return operation({
    command: SetAlarmStateCommand,
    accepts: ['AlarmName', 'StateValue', 'StateReason', 'StateReasonData'],
    authorize: (input, call) => askAlarms('SetAlarmState', [input.AlarmName], call),
    handle: async (input, { caller }) => {
      const space = spaceOf(caller);
      const alarm = found(space, input.AlarmName);
      space.enter(alarm.name, {
        value: input.StateValue ?? 'INSUFFICIENT_DATA',
        reason: input.StateReason ?? '',
        reasonData: input.StateReasonData,
        at: kernel.clock.now(),
      });
      // The alarm returns to its true state at its next evaluation.
      if (alarm.kind === 'metric') space.schedule(alarm);
      return {};
    },
  });
}

function enabling(spaceOf: SpaceOf): AnyOperation[] {
  const set = (space: AlarmSpace, names: readonly string[] | undefined, actionsEnabled: boolean): void => {
    for (const name of names ?? []) {
      const alarm = space.alarms.get(name);
      if (alarm !== undefined) space.alarms.set(name, { ...alarm, actionsEnabled });
    }
  };
  return [
    operation({
      command: EnableAlarmActionsCommand,
      accepts: ['AlarmNames'],
      authorize: (input, call) => askAlarms('EnableAlarmActions', input.AlarmNames, call),
      handle: async (input, { caller }) => {
        set(spaceOf(caller), input.AlarmNames, true);
        return {};
      },
    }),
    operation({
      command: DisableAlarmActionsCommand,
      accepts: ['AlarmNames'],
      authorize: (input, call) => askAlarms('DisableAlarmActions', input.AlarmNames, call),
      handle: async (input, { caller }) => {
        set(spaceOf(caller), input.AlarmNames, false);
        return {};
      },
    }),
  ];
}

/** @throws AwsError ResourceNotFound */
export function found(space: AlarmSpace, name: string | undefined): AlarmRecord {
  const alarm = space.alarms.get(name ?? '');
  if (alarm === undefined) throw new AwsError('ResourceNotFound', `Alarm ${name ?? ''} does not exist`, 404);
  return alarm;
}
