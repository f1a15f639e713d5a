import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Digest of the templates in a folder that `cdk synth` filled: they name the functions' bundles by their digests, too. */
export function digestOfStacks(folder: string): string {
  return digestOf(
    folder,
    readdirSync(folder).filter((name) => name.endsWith('.template.json')),
  );
}

/** Digest of the probe's source, and of what listens to it. */
export function digestOfProbe(): string {
  const folder = new URL('.', import.meta.url).pathname;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return digestOf(
    folder,
    files.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')),
  );
}

function digestOf(folder: string, files: readonly string[]): string {
  const digest = createHash('sha256');
  for (const name of files.toSorted()) digest.update(name).update(readFileSync(join(folder, name)));
  return digest.digest('hex').slice(0, 12);
}
