import type { Kernel } from '../../kernel/kernel.ts';
import type { MetricsPort } from '../../kernel/ports.ts';
import type { Service } from '../../kernel/service.ts';
import { MetricSpace } from './metrics.ts';

/** CloudWatch: metrics and alarms. */
export function createCloudWatch(kernel: Kernel): { services: Service[]; port: MetricsPort } {
  const spaces = new Map<string, MetricSpace>();
  const port: MetricsPort = {
    record: ({ account, region, namespace, name, dimensions, value, unit }) => {
      const space = spaces.get(`${account} ${region}`) ?? new MetricSpace();
      spaces.set(`${account} ${region}`, space);
      space.record({ namespace, name, dimensions }, { at: kernel.clock.now(), value, unit });
    },
  };
  return { services: [], port };
}
