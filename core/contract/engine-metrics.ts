import { type EndStatus, endStatuses } from '../release/status.ts';

/**
 * The metrics of the engine itself: what the functions write, and the dashboard and the alarms name. None has a dimension whose values
 * grow with what is released, as CloudWatch bills each combination of a name and dimensions; of which release and service a
 * measurement is stands beside it in the log. None names a person.
 */
export const metricNamespace = 'Sluice';

/** What keeps a release before an environment, and the bake that it passes at the end of it. */
export const gates = ['approval', 'window', 'turn', 'bake'] as const;
export type Gate = (typeof gates)[number];

/** A metric: its unit, as CloudWatch has it, and the dimension that it has, if any, with all values. */
interface EngineMetric {
  readonly unit: 'Count' | 'Seconds';
  readonly dimension?: { readonly name: string; readonly values: readonly string[] };
}

export const engineMetrics = {
  /** Releases that ended, by how. */
  Releases: { unit: 'Count', dimension: { name: 'End', values: endStatuses } },
  /** How long a gate kept a release, when it lets it go. */
  GateSeconds: { unit: 'Seconds', dimension: { name: 'Gate', values: gates } },
  /** Recipients of messages who are due to be told and were not reached, at each run of the reconciler. */
  Undelivered: { unit: 'Count' },
  /** How long ago the oldest thing was due that a run of the reconciler found; 0 where it found nothing. */
  ReconcilerLag: { unit: 'Seconds' },
} as const satisfies Readonly<Record<string, EngineMetric>>;
export type EngineMetricName = keyof typeof engineMetrics;

/** One value of a metric. */
export type Measurement =
  | { readonly metric: 'Releases'; readonly value: number; readonly of: EndStatus }
  | { readonly metric: 'GateSeconds'; readonly value: number; readonly of: Gate }
  | { readonly metric: 'Undelivered' | 'ReconcilerLag'; readonly value: number };

/** What a measurement is about: it stands in the log beside the value, and costs no metric. */
export interface MeasurementContext {
  readonly release?: string;
  readonly service?: string;
  readonly environment?: string;
}

/** The dimensions of a measurement, as CloudWatch has them. */
export function dimensionsOf(measurement: Measurement): Record<string, string> {
  switch (measurement.metric) {
    case 'Releases':
    case 'GateSeconds':
      return { [engineMetrics[measurement.metric].dimension.name]: measurement.of };
    case 'Undelivered':
    case 'ReconcilerLag':
      return {};
  }
}

/** A metric as CloudWatch knows it. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Every metric that can come to be: one for each value of its dimension. */
export function metricIdentities(): MetricIdentity[] {
  const metrics: readonly (readonly [string, EngineMetric])[] = Object.entries(engineMetrics);
  return metrics.flatMap(([name, { dimension }]) =>
    dimension === undefined
      ? [{ namespace: metricNamespace, name, dimensions: {} }]
      : dimension.values.map((value) => ({
          namespace: metricNamespace,
          name,
          dimensions: { [dimension.name]: value },
        })),
  );
}
