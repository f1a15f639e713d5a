import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import own from '../package.json' with { type: 'json' };
import { bundle } from './bundle.ts';
import { noticesOf, repository } from './notices.ts';

/**
 * Writes the package `sluice` as it is published: bundled, without dependencies, with the schema of manifests for editors and the
 * licences of what is in it. What was in the folder goes.
 */
export async function stage(folder: string): Promise<void> {
  const root = repository();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const metafile = await bundle(root, path.join(folder, 'bin'));
  chmodSync(path.join(folder, 'bin', 'sluice.mjs'), 0o755);
  const { name, version, description, license, type, engines, bin } = own;
  const manifest = { name, version, description, license, type, engines, bin };
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  writeFileSync(path.join(folder, 'THIRD-PARTY-NOTICES'), noticesOf(metafile, root));
  for (const file of ['LICENSE', 'release.schema.json']) copyFileSync(path.join(root, file), path.join(folder, file));
  copyFileSync(path.join(root, 'cli', 'README.md'), path.join(folder, 'README.md'));
}
