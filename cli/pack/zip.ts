import { unzipSync, zipSync, type Zippable } from 'fflate';
import type { Listing, ListedEntry } from '../../core/artifact/listing.ts';
import { readEndRecord } from '../../core/artifact/zip-records.ts';

/** The time of every entry: the earliest that the zip format has, in local time as the format requires. */
const TIME = new Date(1980, 0, 1);
const REGULAR_FILE = 0o100644;
const EXECUTABLE = 0o100755;
/** Bytes before the name of an entry; `zip` writes nothing between its entries. */
const LOCAL_HEADER = 30;
/** Of the record at a zip's end, before its comment of at most 65,535 bytes. */
const END_RECORD = 22;
const LONGEST_COMMENT = 0xffff;
const END_SIGNATURE = 'PK\u0005\u0006';
/** Of an entry's fixed part in the directory, before its name. */
const DIRECTORY_ENTRY = 46;

/** What becomes an entry. */
export interface ZipContent {
  readonly content: Uint8Array;
  readonly executable?: boolean;
  /** It is compressed already. */
  readonly stored?: boolean;
}

/** A zip whose bytes depend only on names, contents and executable bits: not on the machine, the time or the order. */
export function zip(files: ReadonlyMap<string, ZipContent>): Uint8Array {
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort(byCodeUnit)) {
    const file = files.get(name);
    if (file === undefined) continue;
    const attrs = (file.executable === true ? EXECUTABLE : REGULAR_FILE) << 16;
    entries[name] = [file.content, { mtime: TIME, level: file.stored === true ? 0 : 9, os: 3, attrs }];
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

/** Bytes that a zip unpacks to, of any maker. @throws Error where it cannot be read */
export function unpackedSize(bytes: Uint8Array): number {
  let size = 0;
  unzipSync(bytes, {
    filter: ({ originalSize }) => {
      size += originalSize;
      return false;
    },
  });
  return size;
}

/** Names of the entries of a zip of any maker: of files, and of folders, whose names end in "/", where it has these. @throws Error where it cannot be read */
export function namesIn(bytes: Uint8Array): string[] {
  const names: string[] = [];
  unzipSync(bytes, {
    filter: ({ name }) => {
      names.push(name);
      return false;
    },
  });
  return names;
}

/** Names of the files that may be executed in a zip of any maker; none of one with zip64's longer directory. */
export function executablesIn(bytes: Uint8Array): string[] {
  const zipped = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = endOf(zipped);
  const names: string[] = [];
  // Some zips begin with a program that unpacks them, which their own offsets do not count.
  let at = end - readEndRecord(zipped.subarray(end)).directoryLength;
  while (at >= 0 && at + DIRECTORY_ENTRY <= end) {
    const nameEnd = at + DIRECTORY_ENTRY + zipped.readUInt16LE(at + 28);
    const mode = zipped.readUInt32LE(at + 38) >>> 16;
    if ((mode & 0o111) !== 0) names.push(zipped.toString('utf8', at + DIRECTORY_ENTRY, nameEnd));
    at = nameEnd + zipped.readUInt16LE(at + 30) + zipped.readUInt16LE(at + 32);
  }
  return names;
}

/** Does a file end as zips (and jars) do? */
export function isZip(bytes: Uint8Array): boolean {
  return endOf(bytes) !== -1;
}

/** Where the record at a zip's end begins; -1 where there is none. */
function endOf(bytes: Uint8Array): number {
  const start = Math.max(0, bytes.length - END_RECORD - LONGEST_COMMENT);
  const found = Buffer.from(bytes.subarray(start)).lastIndexOf(END_SIGNATURE, undefined, 'latin1');
  return found === -1 ? -1 : start + found;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
