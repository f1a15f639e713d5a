import { beforeAll, describe, expect, inject, it } from 'vitest';
import { recordPoints, type Matrix } from './crash-matrix/matrix.ts';
import type { FaultResult } from './crash-matrix/fault-runner.ts';
import { Worker } from './crash-matrix/worker.ts';
import { nameOf, type Point } from './crash-matrix/point.ts';
import { sampleEvenly } from './crash-matrix/sample.ts';
import type { ScenarioName } from './crash-matrix/service.ts';

/** How many points of a scenario are tested here; `npm run crash-matrix` tests all, of every scenario. */
const CALLS = 1;
const EVENTS = 1;

// The one that goes all ways: to users, and back.
const scenarios = ['errors'] as const satisfies readonly ScenarioName[];
const matrices = new Map<ScenarioName, Matrix>();
const findings: FaultResult[] = [];

beforeAll(async () => {
  const worker = await Worker.start(inject('synthesizedForMatrix'));
  try {
    // In one sandbox: to open another takes longer than to play one of them.
    for (const scenario of scenarios) await play(worker, scenario);
  } finally {
    worker.stop();
  }
}, 480_000);

/** Two control runs without a fault, then one run for each sampled point. */
async function play(worker: Worker, scenario: ScenarioName): Promise<void> {
  const matrix = await recordPoints(worker, scenario, { every: false, controls: 2 });
  matrices.set(scenario, matrix);
  const { control } = matrix;
  for (const point of sampleIn(matrix)) {
    const finding = await worker.run({ kind: 'run', scenario, point, control });
    if (finding.kind === 'finding') findings.push(finding);
  }
}

function sampleIn({ points }: Matrix): Point[] {
  const always = points.filter(({ when }) => when === 'always');
  const ofKind = (kind: Point['kind']): Point[] => always.filter((point) => point.kind === kind);
  return [...sampleEvenly(ofKind('call'), CALLS), ...sampleEvenly(ofKind('event'), EVENTS)];
}

describe('the crash matrix, one fault at a time', () => {
  it.each(scenarios)('records every call and every event of %s, under unique names', (scenario) => {
    const points = matrices.get(scenario)?.points ?? [];
    const names = points.map((point) => nameOf(scenario, point));
    expect(new Set(names).size).toBe(names.length);
    expect(points.length).toBeGreaterThan(300);
    for (const name of ['receive', 'validate', 'gate', 'deploy', 'verify', 'wake', 'decide', 'notify']) {
      expect(
        points.some((point) => point.kind === 'call' && point.activity.startsWith(`${name} `)),
        name,
      ).toBe(true);
    }
    for (const source of ['aws.s3', 'aws.cloudformation', 'aws.codedeploy']) {
      expect(
        points.some((point) => point.kind === 'event' && point.source === source),
        source,
      ).toBe(true);
    }
  });

  it('finds no broken rule and the expected end in every run', () => {
    expect(findings).toHaveLength(scenarios.length * (CALLS + EVENTS));
    expect(findings.filter(({ problems }) => problems.length > 0)).toEqual([]);
  });
});
