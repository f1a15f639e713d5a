import { beforeAll, describe, expect, inject, it } from 'vitest';
import { listen, type Matrix } from './crash-matrix/matrix.ts';
import type { Finding } from './crash-matrix/fault-runner.ts';
import { Player } from './crash-matrix/worker.ts';
import { nameOf, type Point } from './crash-matrix/point.ts';
import { sampleOf } from './crash-matrix/sample.ts';
import type { ScenarioName } from './crash-matrix/service.ts';

/** How many points of each scenario are struck here; `npm run crash-matrix` strikes all. */
const CALLS = 3;
const EVENTS = 1;

const scenarios = ['canary', 'errors'] as const satisfies readonly ScenarioName[];
const matrices = new Map<ScenarioName, Matrix>();
const findings: Finding[] = [];

beforeAll(async () => {
  const synthesized = inject('synthesizedForMatrix');
  await Promise.all(scenarios.map((scenario) => play(synthesized, scenario)));
});

/** On one sandbox: twice with nothing going wrong, then with one thing after another. */
async function play(synthesized: string, scenario: ScenarioName): Promise<void> {
  const player = await Player.start(synthesized);
  try {
    const matrix = await listen(player, scenario, { every: false, controls: 2 });
    matrices.set(scenario, matrix);
    const { control } = matrix;
    for (const point of sampleIn(matrix)) {
      const finding = await player.play({ kind: 'run', scenario, point, control });
      if (finding.kind === 'finding') findings.push(finding);
    }
  } finally {
    player.stop();
  }
}

function sampleIn({ points }: Matrix): Point[] {
  const always = points.filter(({ when }) => when === 'always');
  const ofKind = (kind: Point['kind']): Point[] => always.filter((point) => point.kind === kind);
  return [...sampleOf(ofKind('call'), CALLS), ...sampleOf(ofKind('event'), EVENTS)];
}

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
    for (const source of ['aws.s3', 'aws.cloudformation', 'aws.codedeploy']) {
      expect(
        points.some((point) => point.kind === 'event' && point.source === source),
        source,
      ).toBe(true);
    }
  });

  it('keeps every rule, and ends as it has to', () => {
    expect(findings).toHaveLength(scenarios.length * (CALLS + EVENTS));
    expect(findings.filter(({ problems }) => problems.length > 0)).toEqual([]);
  });
});
