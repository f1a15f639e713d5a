import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { functionNames, type FunctionName } from '../../core/contract/names.ts';
import { bundleFunctions } from './bundle.ts';
import { median } from './median.ts';

const budget = 500_000;

/*
 * The most that each function's bundle may weigh, in bytes: all its code, tracing too (some 70 KB of it). Four are above the
 * budget of 500 KB and must not grow: `validate` and `deploy` read zips and YAML templates (47 KB), `deploy` speaks to nine services,
 * `verify` to six, and it brings histograms (30 KB); `wake` speaks to nine, to mail and page among others.
 */
const byteBudgets: Readonly<Record<FunctionName, number>> = {
  receive: budget,
  validate: 575_000,
  gate: budget,
  deploy: 730_000,
  verify: 545_000,
  decide: budget,
  read: budget,
  wake: 570_000,
};

const loadBudget = 150;

/** What one function's bundle weighs, and how long a fresh process takes to load it. */
export interface BundleMeasure {
  readonly name: FunctionName;
  readonly bytes: number;
  readonly milliseconds: number;
  /** The most that it may be, on a development machine. */
  readonly budget: { readonly bytes: number; readonly milliseconds: number };
}

const run = promisify(execFile);
const printed = z.coerce.number().positive();

/**
 * Bundles every function and measures each: bytes are exact, the time is the median of `loads` fresh processes, one at a time.
 * @param policyFile the policy that travels with the functions that read it
 */
export async function measureBundles(policyFile: string, loads = 5): Promise<readonly BundleMeasure[]> {
  const bundles = await bundleFunctions(policyFile);
  const measures: BundleMeasure[] = [];
  for (const name of functionNames) {
    const times: number[] = [];
    for (let load = 0; load < loads; load += 1) times.push(await loadTime(bundles[name]));
    measures.push({
      name,
      bytes: await codeSize(bundles[name]),
      milliseconds: median(times),
      budget: { bytes: byteBudgets[name], milliseconds: loadBudget },
    });
  }
  return measures;
}

// The bytes of all code in a deployment package; the policy beside it is data.
async function codeSize(directory: string): Promise<number> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.mjs'));
  const sizes = await Promise.all(files.map((file) => stat(path.join(directory, file))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

// As Lambda loads it: the variables by which Powertools and the X-Ray SDK see that they run there, tracing on.
async function loadTime(directory: string): Promise<number> {
  const file = JSON.stringify(pathToFileURL(path.join(directory, 'index.mjs')).href);
  const script = `const from = performance.now(); await import(${file}); process.stdout.write(String(performance.now() - from));`;
  const { stdout } = await run(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], {
    env: {
      AWS_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: path.basename(directory),
      AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
      LAMBDA_TASK_ROOT: directory,
    },
  });
  return printed.parse(stdout);
}
