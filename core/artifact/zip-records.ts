/** Records of a zip that are read besides its directory: PKWARE's APPNOTE.TXT 6.3.10, 4.3. */

/** The header before an entry's data. */
export interface LocalHeader {
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Its bytes, one a character. */
  readonly name: string;
  /** Of header, name and extra field. */
  readonly length: number;
}

/** The record at the archive's end. */
export interface EndRecord {
  /** Numbers of this disk, of the directory's disk, and of the entries on this disk. */
  readonly disks: readonly [number, number];
  readonly entriesHere: number;
  readonly entries: number;
  readonly directoryLength: number;
  readonly directoryOffset: number;
}

/** Bytes of a local header before its name. */
export const LOCAL_HEADER_LENGTH = 30;
/** Bytes of the end record before the archive's comment. */
export const END_RECORD_LENGTH = 22;
/** Bytes of zip64's end record and its locator. */
export const ZIP64_END_LENGTH = 76;
/** Bytes of the longest data descriptor. */
export const LONGEST_DESCRIPTOR = 24;

/** Bit of the flags: sizes and CRC follow the data. */
export const DESCRIPTOR_FOLLOWS = 0x8;

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** How long a local header is with its name and extra field; undefined where the bytes are none. @param bytes at least the fixed part */
export function localHeaderLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < LOCAL_HEADER_LENGTH || viewOf(bytes).getUint32(0, true) !== 0x04034b50) return undefined;
  return LOCAL_HEADER_LENGTH + viewOf(bytes).getUint16(26, true) + viewOf(bytes).getUint16(28, true);
}

/** @param bytes all of the header */
export function readLocalHeader(bytes: Uint8Array): LocalHeader {
  const view = viewOf(bytes);
  const name = bytes.subarray(LOCAL_HEADER_LENGTH, LOCAL_HEADER_LENGTH + view.getUint16(26, true));
  const sizes = zip64Sizes(bytes.subarray(LOCAL_HEADER_LENGTH + name.length));
  const [size, compressedSize] = [view.getUint32(22, true), view.getUint32(18, true)];
  return {
    flags: view.getUint16(6, true),
    method: view.getUint16(8, true),
    crc32: view.getUint32(14, true),
    size: size === 0xffffffff ? (sizes[0] ?? size) : size,
    compressedSize: compressedSize === 0xffffffff ? (sizes[1] ?? compressedSize) : compressedSize,
    name: latin1(name),
    length: bytes.length,
  };
}

/** Sizes in zip64's extra field: a local header has both of them. */
function zip64Sizes(extra: Uint8Array): readonly number[] {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) === 1 && at + 20 <= extra.length)
      return [Number(view.getBigUint64(at + 4, true)), Number(view.getBigUint64(at + 12, true))];
  }
  return [];
}

/** @param bytes the fixed part, at least */
export function readEndRecord(bytes: Uint8Array): EndRecord {
  const view = viewOf(bytes);
  return {
    disks: [view.getUint16(4, true), view.getUint16(6, true)],
    entriesHere: view.getUint16(8, true),
    entries: view.getUint16(10, true),
    directoryLength: view.getUint32(12, true),
    directoryOffset: view.getUint32(16, true),
  };
}

/** Do zip64's records before the end say the same as the end itself? @param at where they begin */
export function zip64Agrees(bytes: Uint8Array, at: number, end: EndRecord): boolean {
  const view = viewOf(bytes);
  const number = (offset: number): number => Number(view.getBigUint64(offset, true));
  return (
    view.getUint32(0, true) === 0x06064b50 &&
    number(4) === ZIP64_END_LENGTH - 32 &&
    number(16) === 0 &&
    number(24) === end.entries &&
    number(32) === end.entries &&
    number(40) === end.directoryLength &&
    number(48) === end.directoryOffset &&
    view.getUint32(56, true) === 0x07064b50 &&
    view.getUint32(60, true) === 0 &&
    number(64) === at &&
    view.getUint32(72, true) === 1
  );
}

/**
 * How long the data descriptor may be that these bytes begin with, one that says the same as the directory: with or without its
 * signature, with sizes of 4 or 8 bytes. None where it says something else; several where zeros follow.
 */
export function descriptorLengths(
  bytes: Uint8Array,
  { crc32, compressedSize, size }: Pick<LocalHeader, 'crc32' | 'compressedSize' | 'size'>,
): number[] {
  const forms = [4, 8].flatMap((width) => {
    const body = Buffer.alloc(4 + 2 * width);
    body.writeUInt32LE(crc32);
    body.writeUInt32LE(compressedSize, 4);
    body.writeUInt32LE(size, 4 + width);
    return [Buffer.concat([Buffer.from('PK\u0007\u0008', 'latin1'), body]), body];
  });
  return forms.filter((form) => form.equals(bytes.subarray(0, form.length))).map(({ length }) => length);
}
