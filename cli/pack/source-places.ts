import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { artifactLimits as limits } from '../../core/artifact/limits.ts';
import { type ArtifactPlaces, isFileBelow } from '../../core/artifact/places.ts';
import type { PlaceNode, PlaceTree } from '../../core/values/place-tree.ts';
import { placesIn } from '../../core/values/positions.ts';
import type { Source, Sources } from '../locate/locate.ts';
import { treeWith } from '../locate/parts.ts';
import type { Application } from './application.ts';
import { isInside } from './root.ts';
import { sorted } from './sorted.ts';

/** A document, and where its members are. */
interface DocumentPlaces {
  readonly file: string;
  readonly at: PlaceTree;
}

/** How deeply members are named, from all of them on. */
const DEPTHS = [Infinity, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1, 0];

/**
 * Where the parts of manifest and template come from, as an artifact says it: lines of the files that people change. Of a template that
 * is too large for that, what is nested deeply is where that is what it is inside of.
 * @param sources with names that are the same on every machine
 */
export function placesDocument({ manifest, template }: Sources): Uint8Array {
  const ofManifest = manifest === undefined ? undefined : placesOf(manifest);
  const ofTemplate = template === undefined ? undefined : placesOf(template);
  for (const deepest of DEPTHS) {
    const document = encoded(cutTo(deepest, ofManifest), cutTo(deepest, ofTemplate));
    if (document.length <= limits.placesBytes) return document;
  }
  return encoded(undefined, undefined);
}

/**
 * How a file is named on every machine: from the folder that is packed, or that a tool wrote it into, wherever that lies; by the last part
 * of its path where it is elsewhere.
 * @param folder that is packed
 */
export function nameForAll(folder: string, { made }: Pick<Application, 'made'>): (path: string) => string {
  const folders = [made?.folder, folder].filter((one) => one !== undefined).map((one) => realpathSync(one));
  return (path) => {
    const real = join(realpathSync(dirname(path)), basename(path));
    const inside = folders.find((one) => isInside(one, real));
    return inside === undefined ? basename(real) : relative(inside, real).split(sep).join('/');
  };
}

function placesOf({ file, text, parts = [] }: Source): DocumentPlaces | undefined {
  if (!isFileBelow(file)) return undefined;
  const known = parts.filter((part) => isFileBelow(part.file));
  return { file, at: treeWith(placesIn(text).tree, known) };
}

function cutTo(deepest: number, places: DocumentPlaces | undefined): DocumentPlaces | undefined {
  return places === undefined ? undefined : { ...places, at: cutTree(deepest, places.at) };
}

function cutTree(deepest: number, tree: PlaceTree): PlaceTree {
  if (deepest === Infinity) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([name, node]): [string, PlaceNode] => {
      const [line, column, members = {}, file] = node;
      const inner = deepest === 0 ? {} : cutTree(deepest - 1, members);
      if (file !== undefined) return [name, [line, column, inner, file]];
      return [name, Object.keys(inner).length === 0 ? [line, column] : [line, column, inner]];
    }),
  );
}

function encoded(manifest: DocumentPlaces | undefined, template: DocumentPlaces | undefined): Uint8Array {
  const places: ArtifactPlaces = {
    format: 1,
    ...(manifest === undefined ? {} : { manifest }),
    ...(template === undefined ? {} : { template }),
  };
  return Buffer.from(`${JSON.stringify(sorted(places))}\n`, 'utf8');
}
