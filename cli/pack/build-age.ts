import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { unzipSync } from 'fflate';
import type { Application, Copy } from './application.ts';
import { isFile, isFolder } from './read-template.ts';
import { isZip } from './zip.ts';

/** What tools write, or is not built. */
const NOT_SOURCE = new Set([
  ...['node_modules', '.git', '.aws-sam', '.serverless', 'cdk.out', '.venv', 'venv', '__pycache__', 'coverage'],
  ...['test', 'tests', '__tests__', 'docs'],
]);

/** Files that say how something is built. */
const SETTINGS =
  /^(package\.json|requirements\.txt|pyproject\.toml|Gemfile|pom\.xml|build\.gradle(\.kts)?|go\.mod|Cargo\.toml|Makefile|serverless\.ya?ml|cdk\.json)$/;
const CODE = /\.([cm]?[jt]sx?|py|rb|java|kt|go|rs|cs|fs|php)$/;
const TEST = /[._](test|spec)\.[cm]?[jt]sx?$|^test_.*\.py$/;

/**
 * That a build is packed, and not the sources, and whether these are others now: by their bytes where the build has the same files, else by
 * their times. These are a hint and no proof – a fresh clone has those of the clone, and a build from a cache those of when it was made –,
 * so that nothing is refused by them. Nor by bytes: a build may be changed on purpose after its tool made it.
 */
export function buildNotes({ made, build }: Application): string[] {
  if (made === undefined) return [];
  const { writtenBy, sources, copies = [] } = made;
  const used = `What "${build}" built is packed, and not the sources: ${made.folder}.`;
  const differing = new Set(copies.flatMap(differingIn));
  const builtAt = statSync(writtenBy).mtimeMs;
  const newer = [...new Set(sources.flatMap(sourcesBelow))].filter(
    (file) => !differing.has(file) && statSync(file).mtimeMs > builtAt,
  );
  const changed = newer.length === 0 ? [] : notIn(made.folder, newer);
  return [
    used,
    ...told([...differing], `not what "${build}" built from: run it again.`),
    ...told(changed, `changed after "${build}" ran: run it again, if they belong to the code.`),
  ];
}

/** `src/index.js and 2 more …` */
function told([first, ...others]: readonly string[], what: string): string[] {
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const verb = what.startsWith('not ') ? (others.length === 0 ? ' is ' : ' are ') : ' ';
  return [`${relative('.', first)}${more}${verb}${what}`];
}

/** Code whose copy has other bytes. Settings may be written anew by the build: `npm install` does. */
function differingIn({ from, to }: Copy): string[] {
  if (!isFolder(from) || !isFolder(to)) return [];
  return sourcesBelow(from).filter((file) => {
    const copy = join(to, relative(from, file));
    return CODE.test(basename(file)) && isFile(copy) && !readFileSync(file).equals(readFileSync(copy));
  });
}

/** Those of some files whose bytes a build has under no such name. */
function notIn(build: string, files: readonly string[]): string[] {
  const wanted = new Map(files.map((file): [string, Buffer] => [file, readFileSync(file)]));
  const names = new Set(files.map((file) => basename(file)));
  const found = (name: string, bytes: Uint8Array): void => {
    for (const [file, content] of wanted) if (basename(file) === name && content.equals(bytes)) wanted.delete(file);
  };
  for (const path of filesBelow(build)) {
    if (wanted.size === 0) break;
    const name = basename(path);
    if (names.has(name)) found(name, readFileSync(path));
    else if (/\.(zip|jar)$/.test(name)) {
      for (const [entry, bytes] of Object.entries(unpacked(readFileSync(path), names))) found(basename(entry), bytes);
    }
  }
  return [...wanted.keys()];
}

/** Files of these names in a zip; none of what cannot be read. */
function unpacked(bytes: Uint8Array, names: ReadonlySet<string>): Readonly<Record<string, Uint8Array>> {
  try {
    return isZip(bytes) ? unzipSync(bytes, { filter: ({ name }) => names.has(basename(name)) }) : {};
  } catch {
    // Packing says so.
    return {};
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_SOURCE.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourcesBelow(path);
      const isSource = CODE.test(entry.name) || SETTINGS.test(entry.name);
      return entry.isFile() && isSource && !TEST.test(entry.name) ? [path] : [];
    })
    .toSorted();
}
