import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';

/** An alarm as CloudWatch describes it. */
export interface AlarmState {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly reason: string;
  /** ISO time of the last change of state. */
  readonly since: string;
}

/** CloudWatch in one target. */
export interface Alarms {
  /** @param names at most 100; one that does not exist is absent from the answer */
  describe(names: readonly string[]): Promise<readonly AlarmState[]>;
}

export function createAlarms(client: CloudWatchClient): Alarms {
  return {
    describe: async (names) => {
      if (names.length === 0) return [];
      const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
        new DescribeAlarmsCommand({
          AlarmNames: [...names],
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          MaxRecords: 100,
        }),
      );
      return [...MetricAlarms, ...CompositeAlarms].map((alarm) => ({
        name: alarm.AlarmName ?? '',
        state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
        reason: alarm.StateReason ?? '',
        since: alarm.StateUpdatedTimestamp?.toISOString() ?? '',
      }));
    },
  };
}
