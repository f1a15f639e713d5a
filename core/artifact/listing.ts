import { problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { artifactLimits as limits, manifestName } from './limits.ts';
import { nameProblems } from './names.ts';

/** One entry of a zip, as its central directory describes it. */
export interface ListedEntry {
  readonly name: string;
  readonly size: number;
  readonly compressedSize: number;
  /** Where its local header starts. */
  readonly offset: number;
  readonly encrypted: boolean;
  /** 0 is stored, 8 is deflated. */
  readonly method: number;
  /** Unix file type and permission bits; 0 when unknown. */
  readonly mode: number;
}

/** A zip's directory. */
export interface Listing {
  /** Bytes of the object. */
  readonly size: number;
  /** The archive's own count; more than were listed when it is over the limit. */
  readonly entryCount: number;
  readonly entries: readonly ListedEntry[];
}

const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const LINK = 0o120000;

/** Everything that is wrong with an archive before anything in it is read. */
export function listingProblems(listing: Listing): Problem[] {
  const { entries } = listing;
  return [
    ...sizeProblems(listing),
    ...entries.flatMap((entry) => [...nameProblems(entry.name), ...entryProblems(entry)]),
    ...duplicateProblems(entries),
    ...overlapProblems(entries),
    ...(isListedWhole(listing) ? manifestPresence(entries) : []),
  ];
}

/** Names of the entries that may be unpacked: none when the archive as a whole has a problem, else those without one. */
export function readableEntries({ entries }: Listing, problems: readonly Problem[]): ReadonlySet<string> {
  const suspect = new Set(problems.map(({ path }) => folded(path)));
  if (suspect.has('')) return new Set();
  return new Set(entries.map(({ name }) => name).filter((name) => !suspect.has(folded(name))));
}

/** How the reading of an archive's directory ended. */
export type Breakage = 'noZip' | 'cutOff' | 'contradicts';

/** The object is empty, or no zip, or cut off, or contradicts itself. */
export function brokenArchive(size: number, breakage: Breakage, detail: string): Problem {
  if (size === 0) return problem('artifact.empty', '', 'The object is empty: upload the file that "sluice pack" made.');
  switch (breakage) {
    case 'noZip':
      return problem('artifact.not-a-zip', '', 'The object is not a zip: upload the file that "sluice pack" made.');
    case 'cutOff': {
      const sentence = `The object is a truncated zip (${size} bytes): upload the whole file again.`;
      return problem('artifact.truncated', '', sentence);
    }
    case 'contradicts': {
      const sentence = `The object cannot be read as a zip (${detail}): pack it again and upload it whole.`;
      return problem('artifact.unreadable', '', sentence);
    }
  }
}

/** The first problems, up to the limit; the rest is only counted. */
export function truncateProblems(problems: readonly Problem[]): Problem[] {
  if (problems.length <= limits.problems) return [...problems];
  const rest = problems.length - limits.problems;
  return [
    ...problems.slice(0, limits.problems),
    problem('artifact.more-problems', '', `There are ${rest} more problems: fix these first.`),
  ];
}

function isListedWhole({ entryCount, entries }: Listing): boolean {
  return entries.length >= entryCount;
}

function sizeProblems({ size, entryCount, entries }: Listing): Problem[] {
  const found: Problem[] = [];
  const unpacked = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (entryCount > limits.entries) {
    const sentence = `The archive has ${entryCount} entries; the limit is ${limits.entries}: put code into asset zips.`;
    found.push(problem('artifact.too-many-entries', '', sentence));
  }
  if (size > limits.totalBytes || unpacked > limits.totalBytes) {
    const sentence = `The archive has ${size} bytes, ${unpacked} unpacked; the limit is ${limits.totalBytes}: make it smaller.`;
    found.push(problem('artifact.too-large', '', sentence));
  }
  return found;
}

function entryProblems(entry: ListedEntry): Problem[] {
  const { name, size, compressedSize, encrypted, method } = entry;
  const found = typeProblems(entry);
  if (encrypted) {
    found.push(problem('artifact.encrypted', name, `"${name}" is encrypted: pack without a password.`));
  }
  if (method !== 0 && method !== 8) {
    found.push(
      problem('artifact.compression-unknown', name, `"${name}" is packed by method ${method}: use deflate or none.`),
    );
  }
  if (size > limits.ratioFromBytes && size > compressedSize * limits.ratio) {
    const sentence = `"${name}" unpacks to ${size} bytes from ${compressedSize}, more than ${limits.ratio} times as much: it looks like a zip bomb.`;
    found.push(problem('artifact.bomb', name, sentence));
  }
  return found;
}

function typeProblems({ name, mode, size }: ListedEntry): Problem[] {
  const type = mode & FILE_TYPE;
  const folder = name.endsWith('/');
  // Some readers go by the name, some by the type.
  if (folder ? (type === 0 || type === DIRECTORY) && size === 0 : type === 0 || type === REGULAR) return [];
  return type === LINK
    ? [problem('artifact.link', name, `"${name}" is a symbolic link: put the file itself into the archive.`)]
    : [problem('artifact.special-file', name, `"${name}" is not a regular file: remove it.`)];
}

/** Names that collide on some file system become equal. */
function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function duplicateProblems(entries: readonly ListedEntry[]): Problem[] {
  const groups = new Map<string, string[]>();
  for (const { name } of entries) groups.set(folded(name), [...(groups.get(folded(name)) ?? []), name]);
  return [...groups.values()].flatMap((names) => {
    const [first = ''] = names;
    if (names.length === 1) return [];
    const others = [...new Set(names)].filter((name) => name !== first);
    const sentence =
      others.length === 0
        ? `"${first}" is in the archive ${names.length} times: keep one of them.`
        : `"${first}" and "${others.join('", "')}" are one name on some file systems: rename or remove.`;
    return [problem('artifact.duplicate-name', first, sentence)];
  });
}

/** Local header (30 bytes and the name) and data of one entry must end before the next begins. */
function overlapProblems(entries: readonly ListedEntry[]): Problem[] {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  return sorted.flatMap(({ name, offset, compressedSize }, index) => {
    const next = sorted[index + 1];
    const end = offset + 30 + Buffer.byteLength(name) + compressedSize;
    if (next === undefined || end <= next.offset) return [];
    return [problem('artifact.overlap', name, `"${name}" overlaps "${next.name}" in the archive: pack it again.`)];
  });
}

function manifestPresence(entries: readonly ListedEntry[]): Problem[] {
  const manifest = entries.find(({ name }) => name === manifestName);
  if (manifest === undefined) {
    const nested = entries.find(({ name }) => name.endsWith(`/${manifestName}`));
    const hint = nested === undefined ? 'add it' : `"${nested.name}" is too deep, pack the folder's content instead`;
    return [
      problem('artifact.no-manifest', manifestName, `"${manifestName}" is missing at the archive's root: ${hint}.`),
    ];
  }
  if (manifest.size <= limits.manifestBytes) return [];
  const sentence = `"${manifestName}" has ${manifest.size} bytes; the limit is ${limits.manifestBytes}: move data elsewhere.`;
  return [problem('artifact.manifest-too-large', manifestName, sentence)];
}
