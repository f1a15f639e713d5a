import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';

/** An alarm as CloudWatch describes it. */
export interface AlarmState {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly reason: string;
  /** ISO time of the last change of state; empty where CloudWatch does not say. */
  readonly since: string;
}

/** CloudWatch in one target. */
export interface Alarms {
  /** @param names any number; one that does not exist is absent from the answer */
  describe(names: readonly string[]): Promise<readonly AlarmState[]>;
}

export function createAlarms(client: CloudWatchClient): Alarms {
  return {
    describe: async (names) => {
      const found: AlarmState[] = [];
      for (let start = 0; start < names.length; start += AT_ONCE)
        found.push(...(await describe(client, names.slice(start, start + AT_ONCE))));
      return found;
    },
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const AT_ONCE = 100;

async function describe(client: CloudWatchClient, names: readonly string[]): Promise<AlarmState[]> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: AT_ONCE,
    }),
  );
  return [...MetricAlarms, ...CompositeAlarms].map((alarm) => ({
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason ?? '',
    // The other one also moves when the alarm is only evaluated in another way.
    since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.toISOString() ?? '',
  }));
}
