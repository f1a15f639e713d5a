import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { functionNames, type FunctionName } from '../../core/contract/names.ts';

/** The directory of each function's deployment package. */
export type Bundles = Readonly<Record<FunctionName, string>>;

/** Bundled code: the directory it stands in, and what esbuild says it is made of. */
export interface Bundle {
  readonly directory: string;
  readonly metafile: Metafile;
}

/** The module that reads the policy: a function that imports it needs the file beside its code, and nobody else does. */
const policyReader = 'engine/handler/policy-file.ts';

const root = path.resolve(import.meta.dirname, '../..');
// A folder of this process alone: two that synthesize side by side, with different policies, must not mix them up. The CDK has
// copied the bundles into its assembly by the time the process ends.
const cache = mkdtempSync(path.join(tmpdir(), 'sluice-bundles-'));
process.once('exit', () => rmSync(cache, { recursive: true, force: true }));

/** What stands first in each file: some of what is bundled is CommonJS and calls require for Node's own modules. */
const requireForBundles =
  "import{createRequire as sluiceRequire}from'node:module';const require=sluiceRequire(import.meta.url);" +
  "import{fileURLToPath as sluicePath}from'node:url';import{dirname as sluiceDirectory}from'node:path';" +
  'const __filename=sluicePath(import.meta.url);const __dirname=sluiceDirectory(__filename);';

/** How esbuild bundles: everything inside, minified, only what is used, nobody's code altered. */
const bundling = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // What is imported on demand is a file of its own: read when it is asked for, which most of it never is in a function
  // (how the SDK finds credentials on a developer's machine, for one).
  splitting: true,
  chunkNames: '[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  // Libraries' modules before their CommonJS: only from modules can unused parts fall away.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: false,
  legalComments: 'none',
  sourcemap: false,
  logLevel: 'error',
  metafile: true,
  banner: { js: requireForBundles },
} as const satisfies BuildOptions;

/**
 * Bundles every function: `index.mjs` with everything in it, beside it what is imported on demand; the same bytes for the
 * same sources.
 * @param policyFile the policy that travels with the functions that read it
 * @throws Error when a function has no `functions/<name>/handler.ts`, or does not build
 */
export async function bundleFunctions(policyFile: string): Promise<Bundles> {
  const made = functionNames.map(async (name) => {
    const { directory } = await bundleFunction(name, policyFile);
    return [name, directory] as const;
  });
  return bundlesOf(new Map(await Promise.all(made)));
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

/** Bundles one function; its directory is its deployment package. */
export async function bundleFunction(name: FunctionName, policyFile: string): Promise<Bundle> {
  const bundle = await bundleEntry(name, `functions/${name}/handler.ts`);
  if (readsPolicy(bundle)) await copyFile(policyFile, path.join(bundle.directory, 'policy.json'));
  return bundle;
}

/**
 * Bundles one module as functions are bundled. Each by itself: what two functions share would otherwise be cut by which of
 * them use it, and a change of one would change the files of the other.
 * @param name what its directory is called by
 * @param entry file of the module, from the root of the repository
 */
export async function bundleEntry(name: string, entry: string): Promise<Bundle> {
  const directory = mkdtempSync(path.join(cache, `${name}-`));
  const { metafile } = await build({ ...bundling, entryPoints: { index: entry }, outdir: directory });
  return { directory, metafile };
}

function readsPolicy({ metafile }: Bundle): boolean {
  return Object.values(metafile.outputs).some(({ inputs }) => policyReader in inputs);
}
