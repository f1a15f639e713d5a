import path from 'node:path';
import { build, type Metafile } from 'esbuild';

/** Packages that are CommonJS call `require`, which modules do not have. */
const requireForModules =
  "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

/**
 * Bundles the command: what every start needs in one file, and what each command needs in further ones.
 * @param root folder of the repository
 * @param outdir where the files are written
 * @returns what went in
 */
export async function bundle(root: string, outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { sluice: path.join('cli', 'main.ts') },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: { js: requireForModules },
    chunkNames: 'parts/[name]-[hash]',
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}
