import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { scenarios } from '../local/scenarios/all.ts';

// `npm run scenarios`: plays scenarios again and again, each in a process of its own as `npm start -- --exit --json` does, and
// tells which did not end as they say. What each run printed is kept.

const options = new Command('npm run scenarios --')
  .option('--rounds <n>', 'how often each is played', Number, 1)
  .option('--speed <speed>', 'the speed of the clock, as for `npm start`', 'max')
  .option('--only <pattern>', 'only scenarios whose name matches this regular expression', '')
  .option('--into <folder>', 'where the runs are kept', 'node_modules/.cache/scenarios')
  .parse()
  .opts<{ rounds: number; speed: string; only: string; into: string }>();

const chosen = scenarios.filter(({ name }) => new RegExp(options.only).test(name));
mkdirSync(options.into, { recursive: true });
let failed = 0;
for (let round = 1; round <= options.rounds; round += 1) {
  for (const { name } of chosen) {
    const began = performance.now();
    const { code, out, err } = await play(name);
    const stem = join(options.into, `${name}-${options.speed}-${round}`);
    writeFileSync(`${stem}.json`, out);
    writeFileSync(`${stem}.txt`, err);
    const complaints = err.split('\n').filter((line) => line.startsWith('NOT AS EXPECTED'));
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    const line = `${code === 0 ? 'ok    ' : 'FAILED'}  round ${round}  ${name}  ${seconds} s  ${complaints.join(' ')}`;
    appendFileSync(join(options.into, 'runs.log'), `${line}\n`);
    process.stdout.write(`${line}\n`);
    if (code !== 0) failed += 1;
  }
}
const total = options.rounds * chosen.length;
process.stdout.write(`${total - failed} of ${total} ended as they say\n`);
process.exitCode = failed === 0 ? 0 : 1;

function play(name: string): Promise<{ code: number | null; out: string; err: string }> {
  const args = ['--no-warnings', '--import', 'tsx', 'local/start.ts', '--exit', '--json'];
  const child = spawn(process.execPath, [...args, '--scenario', name, '--speed', options.speed]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
