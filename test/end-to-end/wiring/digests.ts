import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Digest of the templates in a folder that `cdk synth` filled: they name the functions' bundles by their digests, too. */
export function digestOfStacks(folder: string): string {
  const templates = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  return digestOf(templates.map((name) => join(folder, name)));
}

/** Digest of the source of the probe, and of what listens to it. */
export function digestOfProbe(): string {
  return digestOf(sourcesOf(new URL('probe-process.ts', import.meta.url).pathname));
}

/** A module of the end-to-end tests, and those of them that it imports; `found` are known already. */
function sourcesOf(file: string, found: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  const tests = new URL('../', import.meta.url).pathname;
  if (found.has(file) || !file.startsWith(tests)) return found;
  let known: ReadonlySet<string> = new Set([...found, file]);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+\.ts)'/g))
    known = sourcesOf(join(dirname(file), path), known);
  return known;
}

function digestOf(files: Iterable<string>): string {
  const digest = createHash('sha256');
  for (const file of [...files].toSorted()) digest.update(basename(file)).update(readFileSync(file));
  return digest.digest('hex').slice(0, 12);
}
