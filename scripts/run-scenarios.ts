import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { synthesize } from '../local/deploy.ts';
import { scenarios } from '../local/scenarios/all.ts';
import type { Scenario } from '../local/scenarios/scenario.ts';

// `npm run scenarios`: runs scenarios repeatedly, each in a process of its own as `npm start -- --exit --json`, and prints which
// failed. The output of each run is kept. The stacks are synthesized once for all runs.

const options = new Command('npm run scenarios --')
  .option('--rounds <n>', 'how often each is run', Number, 1)
  .option('--speed <speed>', 'the speed of the clock, as for `npm start`', 'max')
  .option('--only <pattern>', 'only scenarios whose name matches this regular expression', '')
  .option('--jobs <n>', 'how many at a time', Number, 1)
  .option('--into <folder>', 'where the output of the runs is kept', 'node_modules/.cache/scenarios')
  .parse()
  .opts<{ rounds: number; speed: string; only: string; jobs: number; into: string }>();

const POLICIES = new URL('../local/scenarios/policies/', import.meta.url).pathname;

const folder = mkdtempSync(join(tmpdir(), 'sluice-scenarios-'));
try {
  process.exitCode = await runAll();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function runAll(): Promise<number> {
  const chosen = scenarios.filter(({ name }) => new RegExp(options.only).test(name));
  mkdirSync(options.into, { recursive: true });
  for (const policy of new Set(chosen.map((scenario) => scenario.policy))) await synthesizeFor(policy);
  const rounds = Array.from({ length: options.rounds }, (_, index) => index + 1);
  const queue = rounds.flatMap((round) => chosen.map((scenario) => ({ round, scenario })));
  const total = queue.length;
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      if (!(await runOne(next.scenario, next.round))) failed += 1;
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  process.stdout.write(`${total - failed} of ${total} passed\n`);
  return failed === 0 ? 0 : 1;
}

function stacksFor(policy: string | undefined): string {
  return join(folder, policy ?? 'sample');
}

async function synthesizeFor(policy: string | undefined): Promise<void> {
  mkdirSync(stacksFor(policy));
  await synthesize(
    stacksFor(policy),
    policy === undefined ? {} : { 'sluice:policy': join(POLICIES, policy) },
    () => undefined,
  );
}

/** @returns whether it passed */
async function runOne(scenario: Scenario, round: number): Promise<boolean> {
  const { name } = scenario;
  const began = performance.now();
  const { code, out, err } = await startRunner(scenario);
  const stem = join(options.into, `${name}-${options.speed}-${round}`);
  writeFileSync(`${stem}.json`, out);
  writeFileSync(`${stem}.txt`, err);
  const deviations = err.split('\n').filter((line) => line.startsWith('NOT AS EXPECTED'));
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const line = `${code === 0 ? 'ok    ' : 'FAILED'}  round ${round}  ${name}  ${seconds} s  ${deviations.join(' ')}\n`;
  appendFileSync(join(options.into, 'runs.log'), line);
  process.stdout.write(line);
  return code === 0;
}

function startRunner({ name, policy }: Scenario): Promise<{ code: number | null; out: string; err: string }> {
  const args = ['--no-warnings', '--import', 'tsx', 'local/start.ts', '--exit', '--json', '--scenario', name];
  const child = spawn(process.execPath, [...args, '--speed', options.speed, '--synthesized', stacksFor(policy)]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
