import * as z from 'zod';
import type { Control, FaultResult } from './fault-runner.ts';
import { nameOf, type Point, pointSchema } from './point.ts';
import { Worker, WorkerKilled } from './worker.ts';
import { type ScenarioName, scenarioNames } from './service.ts';

/** All that can go wrong in a scenario, one thing at a time. */
export const matrixSchema = z.object({
  scenario: z.enum(scenarioNames),
  /** How it goes when nothing goes wrong. */
  control: z.object({ transitions: z.array(z.string()), milliseconds: z.number() }),
  points: z.array(pointSchema),
  /** Points that one control run had and another had not: they depend on which of two things is quicker. */
  uncertain: z.array(z.string()),
});
export type Matrix = z.infer<typeof matrixSchema>;

/** How many control runs tell what is the same each time; the first is the first shift in its sandbox. */
const CONTROLS = 4;

/** Finds them in a sandbox of its own. @throws Error when a run goes wrong by itself */
export async function findPoints(synthesized: string, scenario: ScenarioName, every: boolean): Promise<Matrix> {
  for (let attempt = 1; ; attempt += 1) {
    const worker = await Worker.start(synthesized);
    try {
      return await recordPoints(worker, scenario, { every, controls: CONTROLS });
    } catch (error) {
      if (!(error instanceof WorkerKilled) || attempt === 3) throw error;
    } finally {
      worker.stop();
    }
  }
}

interface ControlRun {
  readonly control: Control;
  readonly points: readonly Point[];
}

/** Plays a scenario several times with nothing going wrong, and lists what all these runs have in common. @throws Error when one goes wrong by itself */
export async function recordPoints(
  worker: Worker,
  scenario: ScenarioName,
  { every, controls }: { readonly every: boolean; readonly controls: number },
): Promise<Matrix> {
  const runs: ControlRun[] = [];
  for (let run = 0; run < controls; run += 1) {
    const answer = await worker.run({ kind: 'control', scenario, every });
    if (answer.kind !== 'control') throw new Error('A control run was asked for.');
    if (answer.problems.length > 0) throw new Error(`${scenario} goes wrong by itself: ${answer.problems.join(' ')}`);
    runs.push(answer);
  }
  return { scenario, ...common(scenario, runs) };
}

function common(scenario: ScenarioName, runs: readonly ControlRun[]): Omit<Matrix, 'scenario'> {
  const [first] = runs;
  if (first === undefined) throw new Error('No control run.');
  const histories = new Set(runs.map(({ control }) => control.transitions.join()));
  if (histories.size > 1)
    throw new Error(`${scenario} tells different histories by itself: ${[...histories].join(' | ')}`);
  const [fresh = new Map<string, Point>(), ...later] = runs.map(
    ({ points }) => new Map(points.map((point) => [nameOf(scenario, point), point])),
  );
  const all = new Map([...fresh, ...later.flatMap((one) => [...one])]);
  const whenOf = (name: string): Point['when'] | undefined => {
    if (later.every((one) => one.has(name))) return fresh.has(name) ? 'always' : 'later';
    return later.some((one) => one.has(name)) || isByTheMinute(all.get(name)) ? undefined : 'fresh';
  };
  const sorted = [...all].map(([name, point]) => ({ name, point, when: whenOf(name) }));
  return {
    control: {
      transitions: [...first.control.transitions],
      milliseconds: Math.max(...runs.map(({ control }) => control.milliseconds)),
    },
    points: sorted.flatMap(({ point, when }) => (when === undefined ? [] : [{ ...point, when }])),
    uncertain: sorted.flatMap(({ name, when }) => (when === undefined ? [name] : [])),
  };
}

/** How many minutes end before something else does depends on how quick the machine is: that a run had one more is no trait of a first shift. */
function isByTheMinute(point: Point | undefined): boolean {
  return point?.kind === 'call' && point.activity.startsWith('wake reconcile ');
}

/** A point, and how its scenario goes without it. */
export interface MatrixPoint {
  readonly matrix: Matrix;
  readonly point: Point;
}

/** So many sandboxes may be killed from outside before that is a failure. */
const MOST_KILLS = 20;

/** What a sandbox keeps of runs that are over slows it down at last. */
const RUNS_PER_SANDBOX = 60;

/** Strikes points, `jobs` at a time, each job in a sandbox of its own; a sandbox on which something went wrong is left. */
export async function injectAll(
  synthesized: string,
  chosen: readonly MatrixPoint[],
  jobs: number,
  log: (finding: FaultResult) => void,
): Promise<void> {
  let kills = 0;
  // Each sandbox that is set begins with a point that only a fresh one has, as long as there are any.
  const fresh = chosen.filter(({ point }) => point.when === 'fresh');
  const queue = chosen.filter(({ point }) => point.when !== 'fresh');
  const work = async (): Promise<void> => {
    let worker: Worker | undefined;
    let played = 0;
    for (;;) {
      if (played++ % RUNS_PER_SANDBOX === 0 || queue.length === 0) worker = stop(worker);
      const next = (worker === undefined ? fresh.shift() : undefined) ?? queue.shift();
      if (next === undefined) break;
      const { matrix, point } = next;
      const { scenario, control } = matrix;
      const begun = performance.now();
      try {
        worker ??= await Worker.start(synthesized);
        const finding = await worker.run({ kind: 'run', scenario, point, control });
        if (finding.kind !== 'finding') throw new Error('A finding was asked for.');
        log(finding);
        if (finding.problems.length === 0) continue;
      } catch (error) {
        const killed = error instanceof WorkerKilled && (kills += 1) <= MOST_KILLS;
        if (killed) (point.when === 'fresh' ? fresh : queue).push(next);
        const problems = [error instanceof Error ? error.message : String(error)];
        if (!killed)
          log({
            name: nameOf(scenario, point),
            problems,
            transitions: [],
            seconds: (performance.now() - begun) / 1000,
          });
      }
      worker = stop(worker);
    }
    stop(worker);
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

function stop(worker: Worker | undefined): undefined {
  worker?.stop();
  return undefined;
}
