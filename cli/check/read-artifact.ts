import { unzipSync } from 'fflate';
import { createHash } from 'node:crypto';
import {
  contentProblems,
  digestProblem,
  legibleIn,
  readManifestFile,
  sizeProblem,
} from '../../core/artifact/contents.ts';
import { artifactLimits as limits, manifestName, placesName } from '../../core/artifact/limits.ts';
import { brokenArchive, listingProblems, readableEntries } from '../../core/artifact/listing.ts';
import type { Findables } from '../../core/artifact/locate.ts';
import { assetDigest } from '../../core/artifact/names.ts';
import { readPlaces } from '../../core/artifact/places.ts';
import { restsOnLeftOut } from '../../core/manifest/legible.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { readTemplateFile } from '../../core/template/parse.ts';
import { templateProblems } from '../../core/template/rules.ts';
import { valueProblems } from '../../core/template/value-problems.ts';
import type { Template } from '../../core/template/template.ts';
import type { Problem } from '../../core/values/problems.ts';
import { listingOf } from '../pack/zip.ts';

/** What is in an artifact, as far as it can be read, and everything that is wrong with it by itself. */
export interface ReadArtifact {
  readonly manifest?: Manifest;
  /** What of the manifest is wrong, and is missing in it or stood in for. */
  readonly leftOut?: readonly string[];
  readonly template?: Template;
  readonly problems: readonly Problem[];
  /** Where manifest and template come from, as far as the artifact says it. */
  readonly documents?: Findables;
}

/** Judges an artifact's bytes by the rules by which the engine does. @param name of the file */
export function readArtifact(bytes: Uint8Array, name: string): ReadArtifact {
  const tooLarge = sizeProblem(name, bytes.length);
  if (tooLarge !== undefined) return { problems: [tooLarge] };
  try {
    return inspect(bytes);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { problems: [brokenArchive(bytes.length, 'noZip', detail)] };
  }
}

function inspect(bytes: Uint8Array): ReadArtifact {
  const listing = listingOf(bytes);
  const found = listingProblems(listing);
  const readable = readableEntries(listing, found);
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => readable.has(name) && originalSize <= limits.totalBytes,
  });
  const { [manifestName]: packed } = files;
  const reading = packed === undefined ? undefined : readManifestFile(packed);
  if (reading !== undefined && 'problems' in reading) found.push(...reading.problems);
  found.push(...digests(files));
  if (reading === undefined) return { problems: found };
  const legible = legibleIn(reading, listing.entries);
  const { manifest, leftOut } = legible;
  const { service, version, template: templateName } = manifest;
  found.push(...contentProblems(`${service}/${version}.zip`, manifest, listing.entries, leftOut));
  const text = files[templateName];
  const read =
    text === undefined || found.some(({ path }) => path === templateName)
      ? undefined
      : readTemplateFile(text, templateName);
  const template = read === undefined || 'template' in read ? read?.template : read.legible;
  const documents = templateName === placesName ? undefined : documentsIn(files[placesName], template);
  const known = { ...legible, ...(documents === undefined ? {} : { documents }) };
  if (read !== undefined && 'problems' in read) found.push(...read.problems);
  if (template === undefined) return { ...known, problems: found };
  const assets = listing.entries.map(({ name }) => name).filter((name) => assetDigest(name) !== undefined);
  const ofTemplate = [...templateProblems(template, manifest, assets), ...valueProblems(template, templateName)];
  return { ...known, template, problems: [...found, ...ofTemplate.filter((one) => !restsOnLeftOut(one, leftOut))] };
}

function documentsIn(places: Uint8Array | undefined, template: Template | undefined): Findables | undefined {
  return places === undefined || places.length > limits.placesBytes ? undefined : readPlaces(places, template);
}

function digests(files: Readonly<Record<string, Uint8Array>>): Problem[] {
  return Object.entries(files).flatMap(([name, content]) => {
    if (assetDigest(name) === undefined) return [];
    return digestProblem(name, createHash('sha256').update(content).digest('hex')) ?? [];
  });
}
