import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { functionNames, type FunctionName } from '../../core/contract/names.ts';

/** The directory of each function's deployment package. */
export type Bundles = Readonly<Record<FunctionName, string>>;

/** Bundled code: its directory, and esbuild's metafile. */
export interface Bundle {
  readonly directory: string;
  readonly metafile: Metafile;
}

/** The module that reads the policy: only a function that imports it needs the file beside its code. */
const policyReader = 'engine/handler/policy-file.ts';

const root = path.resolve(import.meta.dirname, '../..');
// A folder of this process only: two that synthesize at the same time, with different policies, must not mix them up. The CDK
// has copied the bundles into its assembly by the time the process ends.
const cache = mkdtempSync(path.join(tmpdir(), 'sluice-bundles-'));
process.once('exit', () => rmSync(cache, { recursive: true, force: true }));

/** The first lines of each file: some bundled packages are CommonJS and call require for Node's own modules. */
const requireForBundles =
  "import{createRequire as sluiceRequire}from'node:module';const require=sluiceRequire(import.meta.url);" +
  "import{fileURLToPath as sluicePath}from'node:url';import{dirname as sluiceDirectory}from'node:path';" +
  'const __filename=sluicePath(import.meta.url);const __dirname=sluiceDirectory(__filename);';

/** esbuild's options: everything inside, minified, only what is used, no package's code altered. */
const bundling = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // What is imported on demand is a file of its own, and most of it is never loaded in a function (how the SDK finds
  // credentials on a developer's machine, for one).
  splitting: true,
  chunkNames: '[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  // Libraries' ES modules before their CommonJS: only from ES modules can unused parts be removed.
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
 * @param policyFile the policy that is bundled with the functions that read it
 * @param onBundled called when one is done
 * @throws Error when a function has no `functions/<name>/handler.ts`, or does not build
 */
export async function bundleFunctions(
  policyFile: string,
  onBundled: (name: FunctionName) => void = () => undefined,
): Promise<Bundles> {
  const made = functionNames.map(async (name) => {
    const { directory } = await bundleFunction(name, policyFile);
    onBundled(name);
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
    notify: directoryOf('notify'),
    interact: directoryOf('interact'),
    'sign-in': directoryOf('sign-in'),
  };
}

/** Bundles one function; its directory is its deployment package. */
export async function bundleFunction(name: FunctionName, policyFile: string): Promise<Bundle> {
  const bundle = await bundleEntry(name, `functions/${name}/handler.ts`);
  if (readsPolicy(bundle)) await copyFile(policyFile, path.join(bundle.directory, 'policy.json'));
  return bundle;
}

/**
 * Bundles one module as functions are bundled. Each by itself: otherwise the files that two functions share would depend on
 * both, and a change of one would change the files of the other.
 * @param name of its directory
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
