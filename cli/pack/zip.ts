import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import type { Listing, ListedEntry } from '../../core/artifact/listing.ts';
import { CommandError, exitCode } from '../exit-codes.ts';

/** The time of every entry: the earliest that the zip format has, in local time as the format requires. */
const TIME = new Date(1980, 0, 1);
const REGULAR_FILE = 0o100644;
const EXECUTABLE = 0o100755;
/** Bytes before the name of an entry; `zip` writes nothing between its entries. */
const LOCAL_HEADER = 30;

/** Files that do not belong in an artifact. */
const LEFT_OUT = new Set(['.git', '.DS_Store', 'Thumbs.db']);

/** A zip whose bytes depend only on names, contents and executable bits: not on the machine, the time or the order. */
export function zip(
  files: ReadonlyMap<string, { readonly content: Uint8Array; readonly executable?: boolean }>,
): Uint8Array {
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort(byCodeUnit)) {
    const file = files.get(name);
    if (file === undefined) continue;
    const attrs = (file.executable === true ? EXECUTABLE : REGULAR_FILE) << 16;
    entries[name] = [file.content, { mtime: TIME, level: 9, os: 3, attrs }];
  }
  return zipSync(entries);
}

/** The directory of a zip that `zip` made, as the engine reads it. */
export function listingOf(bytes: Uint8Array): Listing {
  const entries: ListedEntry[] = [];
  let offset = 0;
  unzipSync(bytes, {
    filter: ({ name, size: compressedSize, originalSize: size, compression: method }) => {
      entries.push({ name, size, compressedSize, offset, encrypted: false, method, mode: REGULAR_FILE });
      offset += LOCAL_HEADER + Buffer.byteLength(name) + compressedSize;
      return false;
    },
  });
  return { size: bytes.length, entryCount: entries.length, entries };
}

/** The zip of a folder's files. @throws CommandError for links and for other things that are neither file nor folder */
export function zipFolder(folder: string): Uint8Array {
  const files = new Map<string, { content: Uint8Array; executable: boolean }>();
  for (const path of filesBelow(folder)) {
    const name = relative(folder, path).split(sep).join('/');
    files.set(name, { content: readFileSync(path), executable: (lstatSync(path).mode & 0o100) !== 0 });
  }
  if (files.size === 0) throw new CommandError(`The code folder ${folder} is empty.`, exitCode.badInput);
  return zip(files);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !LEFT_OUT.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      if (entry.isFile()) return [path];
      throw new CommandError(
        `${path} is neither a file nor a folder (a link?): an artifact holds files only. Copy what it points to.`,
        exitCode.badInput,
      );
    });
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
