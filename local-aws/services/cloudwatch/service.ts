/**
 * CloudWatch: metrics by the second, statistics and percentiles, metric math with + - * /, metric and composite alarms, dashboards.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html
 */
import type { Kernel } from '../../kernel/kernel.ts';
import type { MetricsPort } from '../../kernel/ports.ts';
import type { Service } from '../../kernel/service.ts';
import { alarmOperations } from './alarm-operations.ts';
import { AlarmSpace } from './alarms.ts';
import { dashboardOperations } from './dashboard-operations.ts';
import { Dashboards } from './dashboards.ts';
import { metricOperations } from './metric-operations.ts';
import { putAlarmOperations } from './put-alarm-operations.ts';
import { tagOperations } from './tag-operations.ts';

/** The service `monitoring`, and the port by which services record metrics of their own. */
export function createCloudWatch(kernel: Kernel): { services: Service[]; port: MetricsPort } {
  const dashboards = new Dashboards();
  const spaces = new Map<string, AlarmSpace>();
  const spaceOf = ({ account, region }: { readonly account: string; readonly region: string }): AlarmSpace => {
    const key = `${account} ${region}`;
    const space = spaces.get(key) ?? new AlarmSpace(kernel, account, region);
    spaces.set(key, space);
    return space;
  };
  const port: MetricsPort = {
    record: ({ account, region, namespace, name, dimensions, value, unit, at = kernel.clock.now() }) => {
      const space = spaceOf({ account, region });
      space.metrics.record({ namespace, name, dimensions }, { at, value, unit });
      space.touched({ namespace, name, dimensions });
    },
  };
  const service: Service = {
    signingName: 'monitoring',
    documentation:
      'Metrics, statistics, simple metric math, metric and composite alarms, dashboards (kept and validated, not drawn). https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html',
    operations: [
      ...metricOperations(kernel, spaceOf),
      ...putAlarmOperations(kernel, spaceOf),
      ...alarmOperations(kernel, spaceOf),
      ...dashboardOperations(kernel, dashboards),
      ...tagOperations(spaceOf, dashboards),
    ],
  };
  return { services: [service], port };
}
