import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Problem } from '../../core/values/problems.ts';
import { filesBelow, oneFile, type CodeFile } from './files.ts';
import { ownEntries } from './own-files.ts';
import { placeName, type CodePlace } from './places.ts';
import { packProblem, type PackCode } from './problems.ts';
import { isInside } from './root.ts';
import type { Upload } from './uploads.ts';
import { isZip, unpackedSize, zip } from './zip.ts';

/** Where the paths of a template are looked up. */
export interface Surroundings {
  /** Of the template: relative paths begin here. */
  readonly base: string;
  /** All code is in this folder, without links. */
  readonly root: string;
  /** What an earlier pack wrote, which is not taken in. */
  readonly besides: string;
  /** The command that builds such an application, as it is told: `sam build`. */
  readonly build: string;
  /** A tool wrote the template beside its own files: a function that names no code does not mean that folder. */
  readonly built?: boolean;
}

/** What a path became. */
export interface Asset {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Of the bytes, in hex. */
  readonly sha256: string;
  /** Names of Sluice's own files: of a folder, they were left out; in a zip that was there before, they stay. */
  readonly own: readonly string[];
}

/** An asset, or what keeps the code from being one. */
export type AssetReading = { readonly asset: Asset } | { readonly problems: readonly Problem[] };

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: unzipped, with layers. The 50 MB for zips are for uploads without S3. */
const UNZIPPED_BYTES = 250 * 1024 * 1024;

/**
 * What Lambda starts in a function whose runtime is the team's own, or in a layer. It has to be executable, and on Windows no file is, so
 * that it always becomes that. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
 */
const STARTED = 'bootstrap';

/** Makes the asset of a place that names code by a path. */
export function readAsset(
  text: string,
  place: Pick<CodePlace, 'path' | 'property'>,
  around: Surroundings,
): AssetReading {
  const name = placeName(place);
  const found = findLocal(text, name, around);
  if ('problems' in found) return found;
  const { path } = found;
  if (statSync(path).isDirectory()) return folderAsset(path, name, around);
  const { zipped: asZip } = place.property;
  if (!asZip) return assetOf(path, readFileSync(path));
  const bytes = readFileSync(path);
  return isZip(bytes) ? packedBefore(path, bytes, name) : zipped(path, [oneFile(path)], name);
}

/**
 * Makes the asset of what a build tool would upload.
 * @param archive it is code for Lambda, which has to be a zip
 */
export function readUpload(
  upload: Upload,
  { place, archive }: { readonly place: string; readonly archive: boolean },
  around: Surroundings,
): AssetReading {
  const found = findLocal(upload.path, place, around);
  if ('problems' in found) return found;
  const { path } = found;
  if (statSync(path).isDirectory()) return folderAsset(path, place, around);
  if (upload.packaging === 'zip') return zipped(path, [oneFile(path)], place);
  return archive ? packedBefore(path, readFileSync(path), place) : assetOf(path, readFileSync(path));
}

/** The file or folder that a path of the template means. */
export function findLocal(
  text: string,
  place: string,
  { base, root, build }: Pick<Surroundings, 'base' | 'root' | 'build'>,
): { readonly path: string } | { readonly problems: readonly Problem[] } {
  const path = resolve(base, text);
  if (!existsSync(path)) {
    const what = text === path ? `needs ${path}, which is missing` : `names "${text}", and there is no ${path}`;
    const sentence = `"${place}" ${what}: correct it, or build first (such as by "${build}").`;
    return failed('pack.path-missing', place, sentence);
  }
  if (isInside(root, realpathSync(path))) return { path };
  const sentence = `"${place}" names "${text}", which is outside of ${root}: move it inside, have the build copy it (such as by "${build}"), or name a folder that holds both by --root.`;
  return failed('pack.path-outside', place, sentence);
}

function folderAsset(path: string, place: string, around: Surroundings): AssetReading {
  const { files, own, problems } = filesBelow(path, { ...around, place });
  if (problems.length > 0) return { problems };
  return zipped(path, files, place, own);
}

function zipped(path: string, files: readonly CodeFile[], place: string, own: readonly string[] = []): AssetReading {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size > UNZIPPED_BYTES) return tooLarge(path, size, place);
  const contents = files.map(
    ({ name, path: file, executable }): [string, { content: Uint8Array; executable: boolean }] => [
      name,
      { content: readFileSync(file), executable: executable || name === STARTED },
    ],
  );
  return assetOf(path, zip(new Map(contents)), own);
}

function packedBefore(path: string, bytes: Uint8Array, place: string): AssetReading {
  try {
    const size = unpackedSize(bytes);
    return size > UNZIPPED_BYTES ? tooLarge(path, size, place) : assetOf(path, bytes, ownEntries(bytes));
  } catch (error) {
    const sentence = `"${place}" names ${path}, a zip that cannot be read (${String(error)}): make it again.`;
    return failed('pack.zip-unreadable', place, sentence);
  }
}

function tooLarge(path: string, size: number, place: string): AssetReading {
  const sentence = `"${place}" names ${path} with ${size} bytes, and Lambda takes ${UNZIPPED_BYTES} unzipped, with all layers: leave out what the function does not need.`;
  return failed('pack.code-too-large', place, sentence);
}

function assetOf(path: string, bytes: Uint8Array, own: readonly string[] = []): AssetReading {
  return { asset: { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), own } };
}

function failed(code: PackCode, place: string, sentence: string): { readonly problems: readonly Problem[] } {
  return { problems: [packProblem(code, place, sentence)] };
}
