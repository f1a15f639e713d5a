import { execFile } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { functionNames, type FunctionName } from '../../core/contract/names.ts';
import { type Bundle, bundleEntry, bundleFunction } from './bundle.ts';
import { type BundleContents, contentsOf } from './bundle-contents.ts';
import { median } from './median.ts';

/** The size of one function's bundle, and how long a fresh process takes to load it. */
export interface BundleMeasure {
  readonly name: FunctionName;
  readonly contents: BundleContents;
  /** Medians of the loads, of this bundle and of the three SDK clients' beside it. */
  readonly milliseconds: number;
  readonly millisecondsOfClients: number;
  /** Its load time relative to the three SDK clients': the first median divided by the second. */
  readonly ratio: number;
}

const run = promisify(execFile);
const printed = z.coerce.number().positive();

/**
 * Measures every function's bundle against one of three SDK clients, bundled in the same way. Each load is a fresh process,
 * one at a time, alternating between the two: a slow phase of the machine affects both. The first load of each only warms the
 * disk cache.
 * @param policyFile the policy that is bundled with the functions that read it
 * @param loads how often each is loaded
 */
export async function* measureBundles(policyFile: string, loads = 15): AsyncGenerator<BundleMeasure> {
  const clients = await bundleEntry('three-clients', 'infra/bundling/three-clients.ts');
  for (const name of functionNames) {
    const bundle = await bundleFunction(name, policyFile);
    yield { name, contents: contentsOf(bundle.metafile), ...(await compare(bundle, clients, loads)) };
  }
}

async function compare(bundle: Bundle, clients: Bundle, loads: number) {
  const [own, others]: [number[], number[]] = [[], []];
  await Promise.all([loadTime(bundle), loadTime(clients)]);
  for (let load = 0; load < loads; load += 1) {
    own.push(await loadTime(bundle));
    others.push(await loadTime(clients));
  }
  const [milliseconds, millisecondsOfClients] = [median(own), median(others)];
  return { milliseconds, millisecondsOfClients, ratio: milliseconds / millisecondsOfClients };
}

// As in Lambda: with the variables by which Powertools and the X-Ray SDK recognise it, tracing on.
async function loadTime({ directory }: Bundle): Promise<number> {
  const file = JSON.stringify(pathToFileURL(path.join(directory, 'index.mjs')).href);
  const script = `const from = performance.now(); await import(${file}); process.stdout.write(String(performance.now() - from));`;
  const { stdout } = await run(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], {
    env: {
      AWS_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'measured',
      AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
      LAMBDA_TASK_ROOT: directory,
    },
  });
  return printed.parse(stdout);
}
