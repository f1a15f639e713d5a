import { listFew } from '../../core/template/ways-in/around.ts';
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TakenIn } from './point-to-assets.ts';

/** What a person should know of Sluice's own files in code. @param folder of the application, without links */
export function ownNotes(folder: string, taken: readonly TakenIn[]): string[] {
  const assets = new Map(taken.map(({ asset }) => [asset.path, asset]));
  const left: string[] = [];
  const notes: string[] = [];
  for (const { path, own } of assets.values()) {
    if (own.length === 0) continue;
    if (statSync(path).isDirectory()) left.push(...own.map((name) => relative(folder, join(path, name))));
    else
      notes.push(
        `${relative(folder, path)} holds files of Sluice's own, so that each version has other code: ${listFew(own.toSorted())}. Have the build leave them out (of serverless.yml: package.patterns).`,
      );
  }
  return left.length === 0
    ? notes
    : [...notes, `Left out of the code, as files of Sluice's own: ${listFew(left.toSorted())}.`];
}
