import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import * as z from 'zod';
import { synthesize } from '../../../local/deploy.ts';
import { type MatrixPoint, findPoints, type Matrix, matrixSchema, injectAll } from './matrix.ts';
import type { FaultResult } from './fault-runner.ts';
import { nameOf, weightOf } from './point.ts';
import { sampleEvenly } from './sample.ts';
import { type ScenarioName, scenarioNames } from './service.ts';

// `npm run crash-matrix`: kills the engine before and after every call it makes, loses and doubles every event, one at a time,
// and checks all rules after each. What was found is kept in node_modules/.cache/crash-matrix, so that a run that was stopped
// goes on with --resume.

const CACHE = new URL('../../../node_modules/.cache/crash-matrix/', import.meta.url).pathname;
const FINDINGS = join(CACHE, 'findings.jsonl');

const findingSchema = z.object({
  name: z.string(),
  problems: z.array(z.string()),
  transitions: z.array(z.string()),
  seconds: z.number(),
});

const options = new Command('npm run crash-matrix --')
  .description('Lets one thing go wrong at a time, everywhere it can, and checks that every rule holds all the same.')
  .addOption(new Option('--scenario <name>', 'one scenario alone').choices(scenarioNames))
  .option('--list', 'only list the points', false)
  .option('--only <pattern>', 'only points whose name matches this regular expression')
  .option('--sample <n>', 'only so many of them, spread evenly over their kinds', Number)
  .option('--jobs <n>', 'how many sandboxes at a time', Number, 2 * availableParallelism())
  .option('--every', 'strike before and after reads, too, one by one', false)
  .option('--resume', 'skip what passed before', false)
  .parse()
  .opts<{
    scenario?: (typeof scenarioNames)[number];
    list: boolean;
    only?: string;
    sample?: number;
    jobs: number;
    every: boolean;
    resume: boolean;
  }>();

/** Scenarios that are other scenarios for a part of their way. */
const variants: Partial<Record<ScenarioName, readonly ScenarioName[]>> = {
  'errors-codedeploy-first': ['errors'],
  cancelled: ['canary', 'errors'],
  'rolled-back': ['canary'],
};

const folder = mkdtempSync(join(tmpdir(), 'sluice-crash-matrix-'));
try {
  mkdirSync(CACHE, { recursive: true });
  await synthesize(folder, { 'sluice:policy': 'test/end-to-end/crash-matrix/policy.json' }, () => undefined);
  process.exitCode = await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const begun = performance.now();
  const names = options.scenario === undefined ? scenarioNames : [options.scenario];
  const matrices = await Promise.all(names.map(matrixOf));
  const all = withoutRepetition(matrices);
  const chosen = choose(all);
  if (options.list) {
    for (const { matrix, point } of chosen) log(nameOf(matrix.scenario, point));
    for (const { uncertain } of matrices) for (const name of uncertain) log(`not in every run: ${name}`);
    log(`${faultsIn(chosen)} points in ${chosen.length} runs`);
    return 0;
  }
  const known = options.resume ? passedBefore() : new Set<string>();
  if (!options.resume) rmSync(FINDINGS, { force: true });
  const open = chosen.filter(({ matrix, point }) => !known.has(nameOf(matrix.scenario, point)));
  const failed = await injectChosen(open);
  const covered = chosen.filter(({ matrix, point }) => !failed.has(nameOf(matrix.scenario, point)));
  log('');
  for (const [name, problems] of failed) log(`FAILED  ${name}\n        ${problems.join('\n        ')}`);
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
  const uncertain = matrices.reduce((sum, one) => sum + one.uncertain.length, 0);
  if (uncertain > 0) log(`${uncertain} more are not in every run, and were not struck (--list names them).`);
  log(
    `${faultsIn(covered)} / ${faultsIn(all)} points covered, ${failed.size} of ${open.length} runs failed, in ${minutes} minutes.`,
  );
  return failed.size === 0 ? 0 : 1;
}

/** What was listened to in a run that was stopped holds for the one that goes on. */
async function matrixOf(scenario: ScenarioName): Promise<Matrix> {
  const file = join(CACHE, `${scenario}${options.every ? '-every' : ''}.json`);
  if (options.resume && existsSync(file)) return matrixSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const matrix = await findPoints(folder, scenario, options.every);
  writeFileSync(file, JSON.stringify(matrix));
  return matrix;
}

/** A variant of a scenario is struck only where it goes another way. */
function withoutRepetition(matrices: readonly Matrix[]): MatrixPoint[] {
  const known = new Set<string>();
  return matrices.flatMap((matrix) => {
    const before = variants[matrix.scenario] ?? [];
    const own = matrix.points.filter((point) => !before.some((scenario) => known.has(nameOf(scenario, point))));
    for (const point of own) known.add(nameOf(matrix.scenario, point));
    return own.map((point) => ({ matrix, point }));
  });
}

function choose(all: readonly MatrixPoint[]): MatrixPoint[] {
  const pattern = new RegExp(options.only ?? '', 'i');
  const matching = all.filter(({ matrix, point }) => pattern.test(nameOf(matrix.scenario, point)));
  return options.sample === undefined ? matching : sampleEvenly(matching, options.sample);
}

function faultsIn(choices: readonly MatrixPoint[]): number {
  return choices.reduce((sum, { point }) => sum + weightOf(point), 0);
}

async function injectChosen(open: readonly MatrixPoint[]): Promise<Map<string, readonly string[]>> {
  const failed = new Map<string, readonly string[]>();
  let done = 0;
  await injectAll(folder, [...open], options.jobs, (finding: FaultResult) => {
    appendFileSync(FINDINGS, `${JSON.stringify(finding)}\n`);
    if (finding.problems.length > 0) failed.set(finding.name, finding.problems);
    const outcome = finding.problems.length === 0 ? 'ok    ' : 'FAILED';
    log(
      `${String(++done).padStart(5)}/${open.length} ${outcome} ${finding.seconds.toFixed(1).padStart(5)} s  ${finding.name}`,
    );
  });
  return failed;
}

function passedBefore(): Set<string> {
  if (!existsSync(FINDINGS)) return new Set();
  const lines = readFileSync(FINDINGS, 'utf8').trim().split('\n').filter(Boolean);
  const found = lines.map((line) => findingSchema.parse(JSON.parse(line)));
  return new Set(found.filter(({ problems }) => problems.length === 0).map(({ name }) => name));
}

function log(line: string): void {
  process.stdout.write(`${line}\n`);
}
