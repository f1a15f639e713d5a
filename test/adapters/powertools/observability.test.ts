import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { createObservability } from '../../../adapters/powertools/observability.ts';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'sluice-gate');
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const written = (): Record<string, unknown>[] =>
  lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));

it('writes a value as a line that CloudWatch makes a metric of, with the dimension of its metric alone', () => {
  const { measure } = createObservability('gate');
  measure({ metric: 'Releases', value: 1, of: 'RolledBack' }, { release: 'orders-1.0.0-a1', service: 'orders' });
  measure({ metric: 'GateSeconds', value: 12.5, of: 'turn' }, {});
  expect(written()).toMatchObject([
    {
      _aws: {
        CloudWatchMetrics: [
          { Namespace: 'Sluice', Dimensions: [['End']], Metrics: [{ Name: 'Releases', Unit: 'Count' }] },
        ],
      },
      ...{ End: 'RolledBack', Releases: 1, release: 'orders-1.0.0-a1', service: 'orders' },
    },
    {
      _aws: { CloudWatchMetrics: [{ Dimensions: [['Gate']], Metrics: [{ Name: 'GateSeconds', Unit: 'Seconds' }] }] },
      ...{ Gate: 'turn', GateSeconds: 12.5 },
    },
  ]);
  // What one measurement is about is not said of the next.
  expect(Object.keys(written()[1] ?? {}).sort()).toEqual(['Gate', 'GateSeconds', '_aws']);
});

it('gives a metric without dimensions the empty set of them, without which CloudWatch makes none', () => {
  createObservability('wake').measure({ metric: 'ReconcilerLag', value: 0 }, {});
  expect(written()).toMatchObject([{ _aws: { CloudWatchMetrics: [{ Dimensions: [[]] }] }, ReconcilerLag: 0 }]);
});

it('tells in the log what cannot be written, throws nothing, and writes the next', () => {
  const { measure } = createObservability('gate');
  measure({ metric: 'GateSeconds', value: Number.NaN, of: 'bake' }, {});
  measure({ metric: 'GateSeconds', value: 3, of: 'approval' }, {});
  const [told, next] = written();
  expect(told).toMatchObject({ level: 'ERROR', message: 'A value of the metric GateSeconds could not be written' });
  expect(next).toMatchObject({ Gate: 'approval', GateSeconds: 3 });
  expect(next).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions: [['Gate']] }] } });
});
