import type { Location } from '../values/location.ts';
import type { Problem } from '../values/problems.ts';
import type { WrittenPlace } from '../template/written-as.ts';
import type { Position } from '../values/place-tree.ts';
import { manifestName } from './limits.ts';

/** A document that problems are in, as its team has it. */
export interface Findable {
  /** As a person names it from the folder. */
  readonly file: string;
  /** Where a place of it is. */
  readonly find: (place: string) => Location;
  /** Where a parser's own words about the whole file point to; absent where the file was never the one that was parsed. */
  readonly said?: (message: string) => Position | undefined;
}

/** Documents that problems are in, as far as they are there. */
export interface Findables {
  readonly manifest?: Findable;
  readonly template?: Findable;
}

/** Where a problem is in manifest or template: what is known of it, which is nothing where it is in neither. */
export function locate(problem: Problem, { manifest, template }: Findables): readonly Location[] {
  const { code, path, places = [], message } = problem;
  if (places.length > 0) return places.map((place) => template?.find(place) ?? { place });
  if (path === '') return [];
  if (path === manifestName) return [wholeFile(manifest, path, message)];
  if (/\.(json|ya?ml)$/.test(path) && !code.startsWith('pack.')) return [wholeFile(template, path, message)];
  if (isInTemplate(problem)) return [template?.find(path) ?? { place: path }];
  if (isInManifest(problem)) return [manifest?.find(path) ?? { place: path }];
  return [];
}

/** What problems of one artifact may take to say where they are: an item of DynamoDB has 400 KB for all of it. */
const MOST_BYTES = 64 * 1024;

/** Problems with the lines of the team's files that they are about, where these are known: the first of them, where names are very long. */
export function withLocations(problems: readonly Problem[], documents: Findables): Problem[] {
  let left = MOST_BYTES;
  return problems.map((problem) => {
    const at = locate(problem, documents).filter(({ file }) => file !== undefined);
    left -= Buffer.byteLength(JSON.stringify(at));
    return at.length === 0 || left < 0 ? problem : { ...problem, at };
  });
}

/**
 * The same of a template whose transforms are expanded.
 * @param writtenAs places of the template as it was written, for one of the expanded
 */
export function withWrittenLocations(
  problem: Problem,
  { template }: Findables,
  writtenAs: (place: string) => readonly WrittenPlace[],
): Problem {
  const at = (problem.places ?? []).flatMap(writtenAs).map(({ place, makes }): Location => ({
    ...(template?.find(place) ?? { place }),
    ...(makes === undefined ? {} : { makes }),
  }));
  const known = at.filter(({ file }) => file !== undefined);
  return known.length === 0 ? problem : { ...problem, at: known };
}

/** Sections of a template begin with a capital letter, and members of a manifest with a small one. */
function isInTemplate({ code, path }: Problem): boolean {
  return /^(pack|template)\./.test(code) && /^[A-Z]\w*(\.|$)/.test(path);
}

function isInManifest({ code, path }: Problem): boolean {
  return code.startsWith('manifest.') || (/^(template|plan)\./.test(code) && /^[a-z]\w*([.[]|$)/.test(path));
}

function wholeFile(document: Findable | undefined, path: string, message: string): Location {
  return document === undefined ? { file: path } : { file: document.file, ...document.said?.(message) };
}
