import { beforeAll, describe, expect, inject, it } from 'vitest';
import { findPoints, type Matrix, strikeAll } from './crash-matrix/matrix.ts';
import type { Finding } from './crash-matrix/play.ts';
import { nameOf, type Point } from './crash-matrix/point.ts';
import { sampleOf } from './crash-matrix/sample.ts';
import type { ScenarioName } from './crash-matrix/service.ts';

/** How many points of each scenario are struck here; `npm run crash-matrix` strikes all. */
const SAMPLE = 6;

const scenarios = ['canary', 'errors'] as const satisfies readonly ScenarioName[];
const matrices = new Map<ScenarioName, Matrix>();
const findings: Finding[] = [];

/** Of each kind the first: what depends least on how fast the machine is. */
function isFirst({ nth, when }: Point): boolean {
  return nth === 1 && when === 'always';
}

beforeAll(async () => {
  const synthesized = inject('synthesizedForMatrix');
  const queue = await Promise.all(
    scenarios.map(async (scenario) => {
      const matrix = await findPoints(synthesized, scenario, { every: false, controls: 2 });
      matrices.set(scenario, matrix);
      const early = matrix.points.filter((point) => isFirst(point) && !nameOf(scenario, point).includes('after ended'));
      return sampleOf(early, SAMPLE).map((point) => ({ matrix, point }));
    }),
  );
  await strikeAll(synthesized, queue.flat(), 2, (finding) => findings.push(finding));
});

describe('with one thing going wrong at a time', () => {
  it.each(scenarios)('knows every call and every event of %s, by names that tell them apart', (scenario) => {
    const points = matrices.get(scenario)?.points ?? [];
    const names = points.map((point) => nameOf(scenario, point));
    expect(new Set(names).size).toBe(names.length);
    expect(points.length).toBeGreaterThan(300);
    for (const name of ['receive', 'validate', 'gate', 'deploy', 'verify', 'wake', 'decide']) {
      expect(
        points.some((point) => point.kind === 'call' && point.doing.startsWith(`${name} `)),
        name,
      ).toBe(true);
    }
    for (const source of ['aws.s3', 'aws.cloudformation', 'aws.codedeploy', 'aws.states']) {
      expect(
        points.some((point) => point.kind === 'event' && point.source === source),
        source,
      ).toBe(true);
    }
  });

  it('keeps every rule, and ends as it has to', () => {
    expect(findings).toHaveLength(2 * SAMPLE);
    expect(findings.filter(({ problems }) => problems.length > 0)).toEqual([]);
  });
});
