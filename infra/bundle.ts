import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { functionNames, type FunctionName } from '../core/names.ts';

/** The directory of each function's deployment package. */
export type Bundles = Readonly<Record<FunctionName, string>>;

/** Functions that freeze policy into a release's plan; everybody else reads the plan. */
export const policyReaders: readonly FunctionName[] = ['receive', 'validate'];

const root = path.resolve(import.meta.dirname, '..');
const cache = path.join(root, '.cache', 'bundles');

// Some of what is bundled is CommonJS and calls require for Node's own modules.
const banner =
  "import{createRequire as sluiceRequire}from'node:module';const require=sluiceRequire(import.meta.url);" +
  "import{fileURLToPath as sluicePath}from'node:url';import{dirname as sluiceDirectory}from'node:path';" +
  'const __filename=sluicePath(import.meta.url);const __dirname=sluiceDirectory(__filename);';

// A function finds its credentials in its environment. How a developer's machine finds them (profiles, single sign-on, a
// browser, instance metadata) would be a sixth of each bundle.
const environmentCredentialsOnly: Plugin = {
  name: 'environment-credentials-only',
  setup: (bundling) => {
    const others =
      /^@aws-sdk\/(credential-provider-(ini|sso|process|web-identity|login|http)|token-providers)(\/|$)|^@smithy\/credential-provider-imds(\/|$)/;
    bundling.onResolve({ filter: others }, ({ path: name }) => ({ path: name, namespace: 'left-out' }));
    bundling.onLoad({ filter: /./, namespace: 'left-out' }, ({ path: name }) => ({
      contents: `throw new Error('${name} is not part of this function: its credentials come from its environment.');`,
      loader: 'js',
    }));
  },
};

/**
 * Bundles every function: one minified `index.mjs` with everything in it, the same bytes for the same sources.
 * @param policyFile the policy that travels with the functions that read it
 * @throws Error when a function has no `functions/<name>/handler.ts`, or does not build
 */
export async function bundleFunctions(policyFile: string): Promise<Bundles> {
  const entries = await Promise.all(
    functionNames.map(async (name) => [name, await bundleFunction(name, policyFile)] as const),
  );
  return bundlesOf(new Map(entries));
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
  const entry = ['handler.ts', 'handler.tsx']
    .map((file) => path.join(root, 'functions', name, file))
    .find((file) => existsSync(file));
  if (entry === undefined) throw new Error(`functions/${name}/handler.ts does not exist.`);
  const directory = path.join(cache, name);
  await mkdir(directory, { recursive: true });
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    minify: true,
    keepNames: false,
    legalComments: 'none',
    sourcemap: false,
    charset: 'utf8',
    logLevel: 'error',
    plugins: [environmentCredentialsOnly],
  });
  for (const { contents } of outputFiles) await writeWhole(path.join(directory, 'index.mjs'), contents);
  if (policyReaders.includes(name)) await copyWhole(policyFile, path.join(directory, 'policy.json'));
  return directory;
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
