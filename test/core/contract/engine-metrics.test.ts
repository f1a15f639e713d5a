import { expect, it } from 'vitest';
import {
  dimensionsOf,
  engineMetrics,
  gates,
  type Measurement,
  metricIdentities,
} from '../../../core/contract/engine-metrics.ts';
import { endStatuses } from '../../../core/release/status.ts';

const every: readonly Measurement[] = [
  ...endStatuses.map((of) => ({ metric: 'Releases' as const, value: 1, of })),
  ...gates.map((of) => ({ metric: 'GateSeconds' as const, value: 1, of })),
  { metric: 'Undelivered', value: 0 },
  { metric: 'ReconcilerLag', value: 0 },
];

it('are as many as are paid for, and those that can be measured', () => {
  const identities = metricIdentities();
  expect(identities).toHaveLength(14); // what docs/operating.md says they cost
  expect(identities).toEqual(
    every.map((one) => ({ namespace: 'Sluice', name: one.metric, dimensions: dimensionsOf(one) })),
  );
});

it('have a dimension of few values at most, and none of a service, an environment or a person', () => {
  const dimensions = Object.values(engineMetrics).flatMap((metric) =>
    'dimension' in metric ? [metric.dimension] : [],
  );
  expect(dimensions.map(({ name }) => name)).toEqual(['End', 'Gate']);
});
