import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import type { Breakage } from '../../core/artifact/listing.ts';
import type { Layout } from '../../core/artifact/layout.ts';
import { ByteRanges, type ReadRange } from './byte-ranges.ts';
import { layoutOf, nameOf } from './archive-layout.ts';

/** One entry of a zip as its central directory describes it: unverified until the entry is read. */
interface ArchiveEntry {
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
interface ArchiveContent {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** The bytes are not a zip, or truncated, or their structure contradicts itself. */
export class ArchiveBroken extends Error {
  override readonly name = 'ArchiveBroken';
  readonly breakage: Breakage;

  constructor(message: string, { breakage = 'contradicts', cause }: { breakage?: Breakage; cause?: unknown } = {}) {
    super(message, { cause });
    this.breakage = breakage;
  }
}

/** A zip that is read piece by piece. */
export interface Archive {
  /** The number of entries in the archive's directory; known before any of them is read. */
  readonly entryCount: number;
  /** The entries in the directory's order, at most `limit`. @throws ArchiveBroken */
  entries(limit: number): Promise<readonly ArchiveEntry[]>;
  /** Where everything lies, for core to judge. @throws ArchiveBroken */
  layout(): Promise<Layout>;
  /** One entry's bytes, checked against its size and CRC. @throws ArchiveBroken; also when it is longer than `limit` bytes */
  read(name: string, limit: number): Promise<ArchiveContent>;
  /** SHA-256 of one entry's bytes, lower-case hex, checked in the same way; the bytes are not kept. @throws ArchiveBroken */
  digest(name: string): Promise<string>;
}

/** Opens a zip over ranged reads. @throws ArchiveBroken when it is not a zip */
export async function openArchive(read: ReadRange, size: number): Promise<Archive> {
  const ranges = new ByteRanges(read, size);
  const guarded = <T>(work: () => Promise<T>): Promise<T> => blamed(ranges, work);
  // Names are judged by core, all of them, so yauzl must not stop at the first bad one.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
  const open = (): Promise<yauzl.ZipFile> => yauzl.fromRandomAccessReaderPromise(ranges, size, options);
  const zip = await guarded(open).catch(async (problem: unknown) => {
    throw (await whyNoDirectory(problem, ranges)) ?? problem;
  });
  let found: Map<string, yauzl.Entry> | undefined;
  const directoryStart = Number(zip.readEntryCursor);
  let directoryEnd = directoryStart;
  const list = async (limit: number): Promise<readonly yauzl.Entry[]> => {
    const entries: yauzl.Entry[] = [];
    if (limit === 0) return entries;
    const listed = await open();
    for await (const entry of listed.eachEntry()) {
      entries.push(entry);
      if (entries.length >= limit) break;
    }
    directoryEnd = Number(listed.readEntryCursor);
    if (entries.length === zip.entryCount) await refuseHiddenEntries(ranges, directoryEnd);
    found = new Map(entries.map((entry) => [nameOf(entry), entry]));
    return entries;
  };
  const find = async (name: string): Promise<yauzl.Entry> => {
    if (found === undefined) await list(zip.entryCount);
    const entry = found?.get(name);
    if (entry === undefined) throw new ArchiveBroken(`the archive has no entry ${name}`);
    return entry;
  };
  return {
    entryCount: zip.entryCount,
    entries: (limit) => guarded(async () => (await list(limit)).map(describe)),
    layout: () =>
      guarded(async () => {
        const listed = await list(zip.entryCount);
        return layoutOf(ranges, size, listed, { start: directoryStart, end: directoryEnd });
      }),
    read: (name, limit) =>
      guarded(async () => {
        const entry = await find(name);
        if (entry.uncompressedSize > limit) throw new ArchiveBroken(`it has more than ${limit} bytes`);
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

/**
 * yauzl only reports that the directory's end is not where it must be: the first bytes distinguish a truncated zip from
 * something else. (In a truncated artifact yauzl often finds the end of a stored asset, which is a zip itself.)
 */
async function whyNoDirectory(problem: unknown, ranges: ByteRanges): Promise<ArchiveBroken | undefined> {
  if (!(problem instanceof ArchiveBroken) || !/record signature not found|Invalid comment length/.test(problem.message))
    return undefined;
  const begin = await ranges.bytes(0, 4);
  const breakage = begin.toString('latin1') === 'PK\u0003\u0004' ? 'cutOff' : 'noZip';
  return new ArchiveBroken(problem.message, { breakage, cause: problem });
}

/** Other readers use the directory's length, not its count: an entry that they would find must not be hidden from Sluice. */
async function refuseHiddenEntries(ranges: ByteRanges, end: number): Promise<void> {
  const next = await ranges.bytes(end, end + 4);
  if (next.toString('latin1') === 'PK\u0001\u0002')
    throw new ArchiveBroken('its directory has more entries than it says');
}

function describe(entry: yauzl.Entry): ArchiveEntry {
  return {
    name: nameOf(entry),
    size: entry.uncompressedSize,
    compressedSize: entry.compressedSize,
    offset: entry.relativeOffsetOfLocalHeader,
    crc32: entry.crc32,
    encrypted: entry.isEncrypted(),
    method: entry.compressionMethod,
    // Regardless of the system the archive names: some unpackers use these bits anyway.
    mode: entry.externalFileAttributes >>> 16,
  };
}

async function readEntry(zip: yauzl.ZipFile, entry: yauzl.Entry, take: (chunk: Buffer) => unknown): Promise<string> {
  const hash = createHash('sha256');
  let checksum = 0;
  const stream = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) throw new ArchiveBroken('it gave no bytes');
    checksum = crc32(chunk, checksum);
    hash.update(chunk);
    take(chunk);
  }
  if (checksum !== entry.crc32) throw new ArchiveBroken('it does not have the CRC that the archive claims');
  return hash.digest('hex');
}
