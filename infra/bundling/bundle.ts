import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { functionNames, type FunctionName } from '../../core/contract/names.ts';
import { trimming } from './bundle-trimming.ts';

/** The directory of each function's deployment package. */
export type Bundles = Readonly<Record<FunctionName, string>>;

// Functions that freeze policy into a release's plan, or ask who keeps an environment; everybody else reads the plan.
const policyReaders: readonly FunctionName[] = ['receive', 'validate', 'decide'];

const root = path.resolve(import.meta.dirname, '../..');
// A folder of this process alone: two that synthesize side by side, with different policies, must not mix them up. The CDK has
// copied the bundles into its assembly by the time the process ends.
const cache = mkdtempSync(path.join(tmpdir(), 'sluice-bundles-'));
process.once('exit', () => rmSync(cache, { recursive: true, force: true }));

/** What stands first in a bundle: some of what is bundled is CommonJS and calls require for Node's own modules. */
export const requireForBundles =
  "import{createRequire as sluiceRequire}from'node:module';const require=sluiceRequire(import.meta.url);" +
  "import{fileURLToPath as sluicePath}from'node:url';import{dirname as sluiceDirectory}from'node:path';" +
  'const __filename=sluicePath(import.meta.url);const __dirname=sluiceDirectory(__filename);';

/** How esbuild bundles: everything inside, minified, only what is used. */
export const bundling = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Libraries' modules before their CommonJS: only from modules can unused parts fall away.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: false,
  legalComments: 'none',
  sourcemap: false,
  charset: 'utf8',
  logLevel: 'error',
  plugins: [...trimming],
} as const satisfies BuildOptions;

/**
 * Bundles every function: one minified `index.mjs` with everything in it, the same bytes for the same sources.
 * @param policyFile the policy that travels with the functions that read it
 * @throws Error when a function has no `functions/<name>/handler.ts`, or does not build
 */
export async function bundleFunctions(policyFile: string): Promise<Bundles> {
  return bundlesOf(await bundleSome(functionNames, policyFile));
}

/** Every function's directory, by name. @throws Error when one is missing */
export function bundlesOf(directories: ReadonlyMap<FunctionName, string>): Bundles {
  const directoryOf = (name: FunctionName): string => {
    const directory = directories.get(name);
    if (directory === undefined) throw new Error(`The function ${name} has no bundle.`);
    return directory;
  };
  return {
    receive: directoryOf('receive'),
    validate: directoryOf('validate'),
    gate: directoryOf('gate'),
    deploy: directoryOf('deploy'),
    verify: directoryOf('verify'),
    decide: directoryOf('decide'),
    read: directoryOf('read'),
    wake: directoryOf('wake'),
  };
}

/** Bundles one function; returns the directory of its deployment package. */
export async function bundleFunction(name: FunctionName, policyFile: string): Promise<string> {
  const directories = await bundleSome([name], policyFile);
  return directories.get(name) ?? directoryOf(name);
}

// One build for all: what they share is read and parsed once.
async function bundleSome(
  names: readonly FunctionName[],
  policyFile: string,
): Promise<ReadonlyMap<FunctionName, string>> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(names.map((name) => [path.join(name, 'index'), entryOf(name)])),
    outdir: cache,
    outExtension: { '.js': '.mjs' },
    write: false,
    banner: { js: requireForBundles },
    ...bundling,
  });
  await Promise.all(
    outputFiles.map(async ({ path: file, contents }) => {
      await mkdir(path.dirname(file), { recursive: true });
      await writeWhole(file, contents);
    }),
  );
  const readers = names.filter((name) => policyReaders.includes(name));
  await Promise.all(readers.map((name) => copyWhole(policyFile, path.join(directoryOf(name), 'policy.json'))));
  return new Map(names.map((name) => [name, directoryOf(name)]));
}

function directoryOf(name: FunctionName): string {
  return path.join(cache, name);
}

function entryOf(name: FunctionName): string {
  const entry = ['handler.ts', 'handler.tsx']
    .map((file) => path.join(root, 'functions', name, file))
    .find((file) => existsSync(file));
  if (entry === undefined) throw new Error(`functions/${name}/handler.ts does not exist.`);
  return entry;
}

// Two syntheses may run at once: each sees the old file or the new one, never half of one.
async function writeWhole(file: string, contents: Uint8Array): Promise<void> {
  if (existsSync(file) && Buffer.compare(await readFile(file), contents) === 0) return;
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, file);
}

async function copyWhole(from: string, to: string): Promise<void> {
  const draft = `${to}.${process.pid}`;
  await copyFile(from, draft);
  await rename(draft, to);
}
