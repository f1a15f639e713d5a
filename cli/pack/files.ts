import { lstatSync, readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import type { Problem } from '../../core/values/problems.ts';
import { isOwnFile } from './own-files.ts';
import { packProblem } from './problems.ts';
import { isInside } from './root.ts';

/** A file of a code folder. */
export interface CodeFile {
  /** In the zip, parted by `/`. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
}

/** Files of a folder, or everything that keeps one from being packed. */
export interface CodeFiles {
  readonly files: readonly CodeFile[];
  /** Names of files that were left out as Sluice's own. */
  readonly own: readonly string[];
  readonly problems: readonly Problem[];
}

/** What a walk through folders knows. */
interface Walk {
  /** All code is in this folder, without links. */
  readonly root: string;
  /** Of the property in the template. */
  readonly place: string;
  /** A file that is not taken in: what an earlier pack wrote. */
  readonly besides: string;
}

/** What tools leave in a folder, and is no code: history, marks of file managers, and SAM's own builds. */
const LEFT_OUT = new Set(['.git', '.DS_Store', 'Thumbs.db', '.aws-sam']);

/** All files below a folder, by name. Links are followed as long as they stay inside of the root. */
export function filesBelow(folder: string, walk: Walk): CodeFiles {
  const found = below(folder, '', [], walk);
  if (found.files.length > 0 || found.problems.length > 0) return found;
  const sentence = `"${walk.place}" names ${folder}, which holds no file: put the code into it, or build it first.`;
  return { files: [], own: found.own, problems: [packProblem('pack.folder-empty', walk.place, sentence)] };
}

/** One file by itself. */
export function oneFile(path: string): CodeFile {
  return described(basename(path), path, statSync(path));
}

function below(folder: string, prefix: string, above: readonly string[], walk: Walk): CodeFiles {
  const real = realpathSync(folder);
  if (above.includes(real)) return failed('pack.link-circle', folder, walk, 'is a link to a folder that holds it');
  const parts = readdirSync(folder)
    .filter((name) => !LEFT_OUT.has(name))
    .sort()
    .map((name) => entry(join(folder, name), `${prefix}${name}`, [...above, real], walk));
  return {
    files: parts.flatMap(({ files }) => files),
    own: parts.flatMap(({ own }) => own),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

function entry(path: string, name: string, above: readonly string[], walk: Walk): CodeFiles {
  if (lstatSync(path).isSymbolicLink()) {
    const target = realOf(path);
    if (target === undefined) return failed('pack.link-broken', path, walk, 'is a link to nothing');
    if (!isInside(walk.root, target))
      return failed('pack.path-outside', path, walk, `is a link to ${target}, outside of ${walk.root}`);
  }
  const stats = statSync(path);
  if (stats.isDirectory()) return below(path, `${name}/`, above, walk);
  if (!stats.isFile()) return failed('pack.file-special', path, walk, 'is neither a file nor a folder');
  if (realpathSync(path) === walk.besides) return { files: [], own: [], problems: [] };
  if (isOwnFile(path, stats.size)) return { files: [], own: [name], problems: [] };
  return { files: [described(name, path, stats)], own: [], problems: [] };
}

function described(name: string, path: string, { size, mode }: Stats): CodeFile {
  return { name, path, size, executable: (mode & 0o100) !== 0 };
}

function failed(code: Parameters<typeof packProblem>[0], path: string, { place }: Walk, what: string): CodeFiles {
  const sentence = `${path} ${what}: remove it, or put what it stands for in its place ("${place}" takes it in).`;
  return { files: [], own: [], problems: [packProblem(code, place, sentence)] };
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
