import yauzl from 'yauzl';
import type { LaidEntry, Layout } from '../../core/artifact/layout.ts';
import {
  END_RECORD_LENGTH,
  LOCAL_HEADER_LENGTH,
  localHeaderLength,
  LONGEST_DESCRIPTOR,
  readEndRecord,
  readLocalHeader,
} from '../../core/artifact/zip-records.ts';
import type { ByteRanges } from './byte-ranges.ts';

/** The longest comment that an archive may end with. */
const LONGEST_COMMENT = 0xffff;

/** Reads where the parts of an archive lie, and the headers before its entries. @param directory as its entries were read */
export async function layoutOf(
  ranges: ByteRanges,
  size: number,
  listed: readonly yauzl.Entry[],
  directory: Layout['directory'],
): Promise<Layout> {
  const entries: LaidEntry[] = [];
  // By place, so that a block is read once; told in the directory's order.
  const sorted = [...listed].sort((one, other) => one.relativeOffsetOfLocalHeader - other.relativeOffsetOfLocalHeader);
  for (const entry of sorted) entries.push(await laidEntry(ranges, entry));
  const end = await endOf(ranges, size);
  const between = await ranges.bytes(directory.end, end.offset);
  return {
    entries: listed.map((entry) => entries[sorted.indexOf(entry)]).filter((one) => one !== undefined),
    directory,
    end,
    between,
  };
}

async function laidEntry(ranges: ByteRanges, entry: yauzl.Entry): Promise<LaidEntry> {
  const { relativeOffsetOfLocalHeader: offset, compressedSize } = entry;
  const length = localHeaderLength(await ranges.bytes(offset, offset + LOCAL_HEADER_LENGTH));
  const data = offset + (length ?? 0) + compressedSize;
  return {
    name: nameOf(entry),
    rawName: entry.fileNameRaw.toString('latin1'),
    flags: entry.generalPurposeBitFlag,
    method: entry.compressionMethod,
    crc32: entry.crc32,
    size: entry.uncompressedSize,
    compressedSize,
    offset,
    ...(length === undefined ? {} : { header: readLocalHeader(await ranges.bytes(offset, offset + length)) }),
    behind: await ranges.bytes(data, data + LONGEST_DESCRIPTOR),
  };
}

/** The same end that yauzl takes: the last one. */
async function endOf(ranges: ByteRanges, size: number): Promise<Layout['end']> {
  const start = Math.max(0, size - END_RECORD_LENGTH - LONGEST_COMMENT);
  const tail = await ranges.bytes(start, size);
  const at = tail.lastIndexOf('PK\u0005\u0006', tail.length - END_RECORD_LENGTH, 'latin1');
  return { ...readEndRecord(tail.subarray(at)), offset: start + at };
}

/** An entry's name, as yauzl reads it. */
export function nameOf(entry: yauzl.Entry): string {
  return yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
}
