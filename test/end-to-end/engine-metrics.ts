import { CloudWatchClient, GetMetricStatisticsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { metricNamespace } from '../../core/contract/engine-metrics.ts';
import type { Sandbox } from '../../local/sandbox.ts';

/** All values of a metric together. */
interface Summary {
  readonly sum: number;
  readonly maximum: number;
}

const DAY = 86_400;
/** Longer than anything waits in a test. */
const DAYS = 100;

/** `Releases End=Succeeded`. */
export function spellMetric(name: string, dimensions: Readonly<Record<string, string>>): string {
  return [name, ...Object.entries(dimensions).map(([key, value]) => `${key}=${value}`)].join(' ');
}

/** What CloudWatch has of the engine's own metrics, by name and dimension. */
export async function readEngineMetrics({ aws }: Pick<Sandbox, 'aws'>): Promise<ReadonlyMap<string, Summary>> {
  const client = aws.client(CloudWatchClient, { account: '111111111111', region: 'us-east-1' });
  const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: metricNamespace }));
  const end = aws.clock.now() + DAY * 1000;
  const found = await Promise.all(
    Metrics.map(async ({ MetricName = '', Dimensions = [] }): Promise<[string, Summary]> => {
      const { Datapoints = [] } = await client.send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: metricNamespace, MetricName, Dimensions, Period: DAY, Statistics: ['Sum', 'Maximum'] },
          StartTime: new Date(end - DAYS * DAY * 1000),
          EndTime: new Date(end),
        }),
      );
      const dimensions = Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
      const sum = Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
      return [
        spellMetric(MetricName, dimensions),
        { sum, maximum: Math.max(...Datapoints.map(({ Maximum = 0 }) => Maximum)) },
      ];
    }),
  );
  return new Map(found);
}
