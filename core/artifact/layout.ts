import { problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import {
  descriptorLengths,
  DESCRIPTOR_FOLLOWS,
  type EndRecord,
  type LocalHeader,
  zip64Agrees,
  ZIP64_END_LENGTH,
} from './zip-records.ts';

/**
 * Two readers of one zip may see different files: one goes by the directory at its end, another by the headers before the data, a
 * third takes whatever looks like an entry. An artifact is taken only where all of them see the same.
 */

/** One entry: what the directory says of it, and what is found where it says. */
export interface LaidEntry {
  readonly name: string;
  /** The bytes of the name in the directory, one a character. */
  readonly rawName: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly size: number;
  readonly compressedSize: number;
  /** Where its header starts. */
  readonly offset: number;
  /** Absent where the directory points to something else. */
  readonly header?: LocalHeader;
  /** The bytes behind its data, as many as a data descriptor may have. */
  readonly behind: Uint8Array;
}

/** Where the parts of a zip lie. */
export interface Layout {
  readonly entries: readonly LaidEntry[];
  /** Where the directory starts, and ends after its last entry. */
  readonly directory: { readonly start: number; readonly end: number };
  readonly end: EndRecord & { readonly offset: number };
  /** What lies between the directory and the end: nothing, or zip64's records. */
  readonly between: Uint8Array;
}

/** Everything in a zip that two readers would read differently. */
export function layoutProblems(layout: Layout): Problem[] {
  const { entries } = layout;
  const found = entries.flatMap(headerProblems);
  // Where headers are wrong, how long entries are is not known.
  const whole = found.length === 0 ? [...gaps(layout), ...endComplaints(layout)] : endComplaints(layout);
  return [
    ...found,
    ...whole.map((detail) => {
      const sentence = `The archive can be read in two ways (${detail}): pack it again by "sluice pack".`;
      return problem('artifact.ambiguous', '', sentence);
    }),
  ];
}

function headerProblems(entry: LaidEntry): Problem[] {
  const detail = headerComplaint(entry);
  if (detail === undefined) return [];
  const sentence = `"${entry.name}" can be read in two ways (${detail}): pack it again by "sluice pack".`;
  return [problem('artifact.header-differs', entry.name, sentence)];
}

/** Bits that change how an entry is read: encrypted, sizes behind the data, patched, strongly encrypted, UTF-8, masked. */
const READ_BY = 0x1 | DESCRIPTOR_FOLLOWS | 0x20 | 0x40 | 0x800 | 0x2000;

function headerComplaint(entry: LaidEntry): string | undefined {
  const { header, name, rawName } = entry;
  if (header === undefined) return 'no header is where the directory says';
  if (Buffer.from(name, 'utf8').toString('latin1') !== rawName) return 'its name is written in two ways';
  if (header.name !== rawName) return `its header names "${header.name}"`;
  if (header.method !== entry.method) return 'its header says another compression';
  if (((header.flags ^ entry.flags) & READ_BY) !== 0) return 'its header has other flags';
  const later = (header.flags & DESCRIPTOR_FOLLOWS) !== 0;
  const differs = (['crc32', 'size', 'compressedSize'] as const).some(
    (fact) => header[fact] !== entry[fact] && !(later && header[fact] === 0),
  );
  if (differs) return 'its header says another size or checksum';
  return later && descriptorLengths(entry.behind, entry).length === 0
    ? 'what follows its data says another size or checksum'
    : undefined;
}

/** Entries must follow one another from the first byte to the directory. */
function gaps({ entries, directory }: Layout): string[] {
  const sorted = [...entries].sort((one, other) => one.offset - other.offset);
  let ends: readonly number[] = [0];
  for (const entry of sorted) {
    if (!ends.includes(entry.offset)) return [ofNoEntry(ends, entry.offset)];
    ends = endsOf(entry);
  }
  return ends.includes(directory.start) ? [] : [ofNoEntry(ends, directory.start)];
}

function ofNoEntry(ends: readonly number[], next: number): string {
  return `bytes ${Math.min(...ends)} to ${next} are of no entry`;
}

/** Where an entry may end. */
function endsOf({ header, offset, flags, behind, ...facts }: LaidEntry): readonly number[] {
  const end = offset + (header?.length ?? 0) + facts.compressedSize;
  return (flags & DESCRIPTOR_FOLLOWS) === 0 ? [end] : descriptorLengths(behind, facts).map((length) => end + length);
}

function endComplaints({ entries, directory, end, between }: Layout): string[] {
  const { disks, entriesHere, directoryLength, directoryOffset } = end;
  const says = [...disks, entriesHere, end.entries, directoryOffset, directoryLength];
  const is = [0, 0, entries.length, entries.length, directory.start, directory.end - directory.start];
  if (says.some((number, index) => number !== is[index]))
    return ['its end says another number, place or length of entries'];
  if (between.length === 0) return [];
  const zip64 = between.length === ZIP64_END_LENGTH && zip64Agrees(between, directory.end, end);
  return zip64 ? [] : ['there is something between its directory and its end'];
}
