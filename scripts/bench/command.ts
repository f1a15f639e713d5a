import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stage } from '../../cli/packaging/stage.ts';
import type { BudgetLine } from './budget-line.ts';

const ratioBudget = 3;
const bytesBudget = 3_000_000;

/**
 * The package of the command: how long `sluice --help` takes, by the time of `node -e 0`, one after the other, `starts` times each;
 * and its bytes, unpacked.
 */
export async function measureCommand(
  starts: number,
  print: (line: BudgetLine) => void,
  log: (text: string) => void,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-command-'));
  try {
    await stage(folder);
    const command = path.join(folder, 'bin', 'sluice.mjs');
    const [help, nothing]: [number[], number[]] = [[], []];
    // The first of each fills the caches of files.
    for (let start = 0; start <= starts; start += 1) {
      nothing.push(timeOf('-e', '0'));
      help.push(timeOf(command, '--help'));
    }
    const [ofHelp, ofNothing] = [help, nothing].map((times) => median(times.slice(1)));
    if (ofHelp === undefined || ofNothing === undefined) throw new Error('Nothing was measured.');
    const what = 'start of sluice --help, by node -e 0';
    print({ what, measured: ofHelp / ofNothing, budget: ratioBudget, unit: '×' });
    print({
      what: 'the package of the command, unpacked',
      measured: bytesIn(folder),
      budget: bytesBudget,
      unit: ' bytes',
    });
    log(
      `sluice --help: median ${ofHelp.toFixed(0)} ms; node -e 0: median ${ofNothing.toFixed(0)} ms, of ${starts} starts each`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds. @throws Error when it fails */
function timeOf(...args: readonly string[]): number {
  const from = performance.now();
  const { status } = spawnSync(process.execPath, [...args], { stdio: 'ignore' });
  const milliseconds = performance.now() - from;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}.`);
  return milliseconds;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(path.join(folder, name)))
    .reduce((sum, found) => sum + (found.isFile() ? found.size : 0), 0);
}
