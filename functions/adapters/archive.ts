import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { ByteRanges, type ReadRange } from './byte-ranges.ts';

/** One entry of a zip as its central directory describes it: claims, until the entry is read. */
export interface ArchiveEntry {
  readonly name: string;
  readonly size: number;
  readonly compressedSize: number;
  /** Where its local header starts. */
  readonly offset: number;
  readonly crc32: number;
  readonly encrypted: boolean;
  /** 0 is stored, 8 is deflated. */
  readonly method: number;
  /** Unix file type and permission bits, 0 where the archive has none. */
  readonly mode: number;
}

/** What was read of one entry. */
export interface ArchiveContent {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** The bytes are no zip, or its structure contradicts itself. */
export class ArchiveBroken extends Error {
  override readonly name = 'ArchiveBroken';
}

/** A zip that is read piece by piece. */
export interface Archive {
  /** How many entries the archive says it has; known before any of them is read. */
  readonly entryCount: number;
  /** The entries in the directory's order, at most `limit`. @throws ArchiveBroken */
  entries(limit: number): Promise<readonly ArchiveEntry[]>;
  /** One entry's bytes, checked against its size and CRC. @throws ArchiveBroken; also when it is longer than `limit` bytes */
  read(name: string, limit: number): Promise<ArchiveContent>;
  /** SHA-256 of one entry's bytes, lower-case hex, checked alike; nothing of it is kept. @throws ArchiveBroken */
  digest(name: string): Promise<string>;
}

/** Opens a zip over ranged reads. @throws ArchiveBroken when it is none */
export async function openArchive(read: ReadRange, size: number): Promise<Archive> {
  const ranges = new ByteRanges(read, size);
  const guarded = <T>(work: () => Promise<T>): Promise<T> => blamed(ranges, work);
  // Names are judged by core, all of them, so yauzl must not stop at the first bad one.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
  const open = (): Promise<yauzl.ZipFile> => yauzl.fromRandomAccessReaderPromise(ranges, size, options);
  const zip = await guarded(open);
  let found: Map<string, yauzl.Entry> | undefined;
  const list = async (limit: number): Promise<readonly yauzl.Entry[]> => {
    const entries: yauzl.Entry[] = [];
    if (limit === 0) return entries;
    for await (const entry of (await open()).eachEntry()) {
      entries.push(entry);
      if (entries.length >= limit) break;
    }
    found = new Map(entries.map((entry) => [nameOf(entry), entry]));
    return entries;
  };
  const find = async (name: string): Promise<yauzl.Entry> => {
    if (found === undefined) await list(zip.entryCount);
    const entry = found?.get(name);
    if (entry === undefined) throw new ArchiveBroken(`The archive has no entry ${name}.`);
    return entry;
  };
  return {
    entryCount: zip.entryCount,
    entries: (limit) => guarded(async () => (await list(limit)).map(describe)),
    read: (name, limit) =>
      guarded(async () => {
        const entry = await find(name);
        if (entry.uncompressedSize > limit) throw new ArchiveBroken(`${name} is longer than ${limit} bytes.`);
        const chunks: Buffer[] = [];
        const sha256 = await readEntry(zip, entry, (chunk) => chunks.push(chunk));
        return { bytes: Buffer.concat(chunks), sha256 };
      }),
    digest: (name) => guarded(async () => readEntry(zip, await find(name), () => undefined)),
  };
}

async function blamed<T>(ranges: ByteRanges, work: () => Promise<T>): Promise<T> {
  ranges.takeFailure();
  try {
    return await work();
  } catch (problem) {
    const failure = ranges.takeFailure();
    if (failure !== undefined) throw failure;
    if (problem instanceof ArchiveBroken || !(problem instanceof Error)) throw problem;
    throw new ArchiveBroken(problem.message, { cause: problem });
  }
}

function nameOf(entry: yauzl.Entry): string {
  return yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
}

function describe(entry: yauzl.Entry): ArchiveEntry {
  const madeOnUnix = entry.versionMadeBy >> 8 === 3;
  return {
    name: nameOf(entry),
    size: entry.uncompressedSize,
    compressedSize: entry.compressedSize,
    offset: entry.relativeOffsetOfLocalHeader,
    crc32: entry.crc32,
    encrypted: entry.isEncrypted(),
    method: entry.compressionMethod,
    mode: madeOnUnix ? entry.externalFileAttributes >>> 16 : 0,
  };
}

async function readEntry(zip: yauzl.ZipFile, entry: yauzl.Entry, take: (chunk: Buffer) => unknown): Promise<string> {
  const name = nameOf(entry);
  const hash = createHash('sha256');
  let checksum = 0;
  const stream = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) throw new ArchiveBroken(`${name} gave no bytes.`);
    checksum = crc32(chunk, checksum);
    hash.update(chunk);
    take(chunk);
  }
  if (checksum !== entry.crc32) throw new ArchiveBroken(`${name} does not have the CRC the archive claims.`);
  return hash.digest('hex');
}
