import { crc32, deflateRawSync } from 'node:zlib';

/** One entry, honest unless told otherwise: every claim of the archive can be set apart from what is really there. */
export interface WrittenEntry {
  readonly name: string;
  readonly content: Uint8Array;
  /** Deflate it; stored as it is otherwise. */
  readonly deflate?: boolean;
  /** Already packed bytes, in place of the content's own. */
  readonly packed?: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  /** Unix file type and permission bits. */
  readonly mode?: number;
  /** The system it claims to come from: 3 is Unix, 0 is FAT, 19 is macOS. */
  readonly system?: number;
  readonly claimedSize?: number;
  readonly claimedPackedSize?: number;
  readonly claimedCrc?: number;
  /** Where it claims its local header to be. */
  readonly claimedOffset?: number;
  /** Extra field of the directory, header and length included. */
  readonly extra?: Uint8Array;
  /** What its local header says, where that differs. */
  readonly local?: Partial<WrittenEntry>;
  /** Bytes before its header, of which the directory knows nothing; behind its data, such as a data descriptor. */
  readonly before?: Uint8Array;
  readonly behind?: Uint8Array;
}

/** Claims of the archive's end. */
export interface ArchiveClaims {
  readonly entryCount?: number;
  readonly entriesOnDisk?: number;
  readonly disk?: number;
  readonly directoryLength?: number;
  /** Bytes before everything, which all offsets count; between directory and end; behind the end, as its comment. */
  readonly prefix?: Uint8Array;
  readonly between?: Uint8Array;
  readonly comment?: Uint8Array;
  readonly directoryOffset?: number;
  /** Writes zip64's end records too, which then say the count. */
  readonly zip64?: { readonly entryCount: bigint; readonly directoryOffset?: bigint };
}

interface Laid {
  readonly entry: WrittenEntry;
  readonly offset: number;
  readonly header: Buffer;
  readonly data: Uint8Array;
  /** Of the data, what the entry has. */
  readonly packed: Uint8Array;
}

const UTF8 = 0x800;
const REGULAR = 0o100644;

/** Writes a zip byte by byte, also those that no packer makes. PKWARE's APPNOTE.TXT 6.3.10, 4.3. */
export function writeZip(entries: readonly WrittenEntry[], claims: ArchiveClaims = {}): Buffer {
  const { prefix = new Uint8Array(), between = new Uint8Array() } = claims;
  const laid: Laid[] = [];
  let offset = prefix.length;
  for (const entry of entries) {
    const { before = new Uint8Array(), behind = new Uint8Array() } = entry;
    const data = entry.packed ?? (entry.deflate === true ? deflateRawSync(entry.content) : entry.content);
    const header = localHeader({ ...entry, extra: new Uint8Array(), ...entry.local }, data);
    laid.push({
      entry,
      offset: offset + before.length,
      header: Buffer.concat([before, header]),
      data: Buffer.concat([data, behind]),
      packed: data,
    });
    offset += before.length + header.length + data.length + behind.length;
  }
  const directory = Buffer.concat(laid.map(directoryRecord));
  return Buffer.concat([
    prefix,
    ...laid.flatMap(({ header, data }) => [header, data]),
    directory,
    between,
    ...endRecords(entries.length, directory.length, offset, claims),
  ]);
}

/** Version, flags, method, date (1 January 1980), CRC, sizes, length of the name: the same in both headers. */
function description(entry: WrittenEntry, data: Uint8Array): Buffer {
  const { name, content, claimedSize, claimedPackedSize, claimedCrc, flags = 0 } = entry;
  const fields = Buffer.alloc(24);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(UTF8 | flags, 2);
  fields.writeUInt16LE(entry.method ?? (entry.deflate === true || entry.packed !== undefined ? 8 : 0), 4);
  fields.writeUInt16LE(0, 6);
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(claimedCrc ?? crc32(content), 10);
  fields.writeUInt32LE(claimedPackedSize ?? data.length, 14);
  fields.writeUInt32LE(claimedSize ?? content.length, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  return fields;
}

function localHeader(entry: WrittenEntry, data: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from('PK\u0003\u0004', 'latin1'),
    description(entry, data),
    uint16(entry.extra?.length ?? 0),
    Buffer.from(entry.name),
    entry.extra ?? new Uint8Array(),
  ]);
}

function directoryRecord({ entry, offset, packed }: Laid): Buffer {
  const { name, extra = new Uint8Array(), mode = REGULAR, system = 3, claimedOffset } = entry;
  return Buffer.concat([
    Buffer.from('PK\u0001\u0002', 'latin1'),
    uint16((system << 8) | 20),
    description(entry, packed),
    uint16(extra.length),
    Buffer.alloc(6), // comment, disk, internal attributes
    uint32(mode * 0x10000),
    uint32(claimedOffset ?? offset),
    Buffer.from(name),
    extra,
  ]);
}

function endRecords(count: number, length: number, offset: number, claims: ArchiveClaims): Buffer[] {
  const { entryCount = Math.min(count, 0xffff), directoryOffset = offset, zip64, comment = new Uint8Array() } = claims;
  const end = Buffer.concat([
    Buffer.from('PK\u0005\u0006', 'latin1'),
    uint16(claims.disk ?? 0),
    uint16(claims.disk ?? 0),
    uint16(claims.entriesOnDisk ?? entryCount),
    uint16(entryCount),
    uint32(claims.directoryLength ?? length),
    uint32(directoryOffset),
    uint16(comment.length),
    comment,
  ]);
  if (zip64 === undefined) return [end];
  const record = Buffer.alloc(56);
  record.write('PK\u0006\u0006', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(zip64.entryCount, 24);
  record.writeBigUInt64LE(zip64.entryCount, 32);
  record.writeBigUInt64LE(BigInt(length), 40);
  record.writeBigUInt64LE(zip64.directoryOffset ?? BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\u0006\u0007', 'latin1');
  locator.writeBigUInt64LE(BigInt(offset + length), 8);
  locator.writeUInt32LE(1, 16);
  return [record, locator, end];
}

/** Zip64's extra field: sizes that the 32 bits of the record leave to it. */
export function zip64Extra(...values: readonly bigint[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) field.writeBigUInt64LE(value, 4 + 8 * index);
  return field;
}

/** What follows the data of an entry whose sizes were not known before it. @param width bytes of a size */
export function dataDescriptor(content: Uint8Array, packed: Uint8Array, width: 4 | 8 = 4, signed = true): Buffer {
  const body = Buffer.alloc(4 + 2 * width);
  body.writeUInt32LE(crc32(content));
  body.writeUInt32LE(packed.length, 4);
  body.writeUInt32LE(content.length, 4 + width);
  return signed ? Buffer.concat([Buffer.from('PK\u0007\u0008', 'latin1'), body]) : body;
}

/** Info-ZIP's extra field with a name in UTF-8 that takes the place of the entry's. */
export function unicodePathExtra(name: string, path: string): Buffer {
  const text = Buffer.from(path);
  return Buffer.concat([uint16(0x7075), uint16(5 + text.length), Buffer.from([1]), uint32(crc32(name)), text]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
