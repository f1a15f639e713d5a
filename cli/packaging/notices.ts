import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';
import own from '../package.json' with { type: 'json' };

/** A package of which something is in the bundle. */
interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Texts of its files LICENSE and NOTICE. */
  readonly texts: readonly string[];
}

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });
const workspaces = ['cli', 'core'];

/**
 * Licences of all that is in the bundle and not of this repository, each text once, with the packages that it is for.
 * @throws Error when a package does not say its licence
 */
export function noticesOf(metafile: Metafile, root: string): string {
  const packages = foldersOf(metafile).map((folder) => read(path.join(root, folder)));
  const byText = new Map<string, Bundled[]>();
  for (const one of packages) for (const text of one.texts) byText.set(text, [...(byText.get(text) ?? []), one]);
  const parts = [...byText].map(([text, of]) => `${of.map(inWords).join('\n')}\n\n${text}`);
  return [`What is bundled into this package, and its licences.`, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}

function inWords({ name, version, license }: Bundled): string {
  return `${name} ${version} (${license})`;
}

/** Folders of packages of which at least a byte came into the bundle, sorted. */
function foldersOf({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap(({ inputs: of }) =>
    Object.entries(of).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const folders = inputs.flatMap((file) => {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    if (folder === undefined && !workspaces.includes(file.split('/')[0] ?? ''))
      throw new Error(`${file} is in the bundle, and of no package.`);
    return folder ?? [];
  });
  return [...new Set(folders)].sort();
}

function read(folder: string): Bundled {
  const told: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const found = manifest.parse(told);
  const texts = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)([-.]|$)/i.test(name))
    .map((name) => readFileSync(path.join(folder, name), 'utf8').trim());
  if (texts.length > 0) return { ...found, texts };
  // Some packages of the AWS SDK come without the file that all the others have.
  if (found.license === own.license) return { ...found, texts: [`${own.license}: see LICENSE of this package.`] };
  throw new Error(`${found.name} is bundled, and has no file with its licence.`);
}

/** The folder of this repository. */
export function repository(): string {
  const root = path.resolve(import.meta.dirname, '..', '..');
  if (!existsSync(path.join(root, 'core'))) throw new Error(`${root} is not the repository.`);
  return root;
}
