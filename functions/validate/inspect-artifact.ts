import {
  contentProblems,
  digestProblem,
  entryProblem,
  legibleIn,
  readManifestFile,
  sizeProblem,
} from '../../core/artifact/contents.ts';
import { artifactLimits as limits, manifestName, placesName } from '../../core/artifact/limits.ts';
import { brokenArchive, readableEntries, listingProblems } from '../../core/artifact/listing.ts';
import { layoutProblems } from '../../core/artifact/layout.ts';
import { assetDigest } from '../../core/artifact/names.ts';
import type { Findables } from '../../core/artifact/locate.ts';
import { type Legible, restsOnLeftOut } from '../../core/manifest/legible.ts';
import type { Manifest, ManifestReading } from '../../core/manifest/manifest.ts';
import { problem, type Problem } from '../../core/values/problems.ts';
import type { PinnedArtifact } from '../../core/release/events.ts';
import { readTemplateFile } from '../../core/template/parse.ts';
import { templateProblems } from '../../core/template/rules.ts';
import type { Template } from '../../core/template/template.ts';
import { type Archive, ArchiveBroken } from '../../adapters/s3/archive.ts';
import type { Artifacts } from '../../adapters/s3/artifacts.ts';
import { readSources } from '../../engine/artifact/read-sources.ts';

/** Everything that is wrong with an artifact, and what holds of its manifest if there is one. */
export interface Inspection {
  readonly manifest?: Manifest;
  /** What of the manifest is wrong, and is missing in it or stood in for. */
  readonly leftOut?: readonly string[];
  readonly template?: Template;
  readonly problems: readonly Problem[];
  /**
   * Reads where manifest and template come from, for whoever tells of a problem; absent where the artifact does not say. Nothing when what
   * it says cannot be read.
   */
  readonly sources?: () => Promise<Findables | undefined>;
}

/** Reads an artifact as far as it can be read safely. */
export async function inspectArtifact(artifact: PinnedArtifact, artifacts: Artifacts): Promise<Inspection> {
  const { key } = artifact;
  const facts = await artifacts.facts(artifact);
  if (facts === undefined || facts.sha256 !== artifact.sha256) {
    const sentence = `The object "${key}" is no longer the one that was accepted: drop it again.`;
    return { problems: [problem('artifact.gone', key, sentence)] };
  }
  const tooLarge = sizeProblem(key, facts.size);
  if (tooLarge !== undefined) return { problems: [tooLarge] };
  try {
    return await inspect(key, facts.size, await artifacts.open(artifact, facts.size));
  } catch (broken) {
    if (!(broken instanceof ArchiveBroken)) throw broken;
    return { problems: [brokenArchive(facts.size, broken.breakage, broken.message)] };
  }
}

async function inspect(key: string, size: number, archive: Archive): Promise<Inspection> {
  const entries = await archive.entries(limits.entries + 1);
  const listing = { size, entryCount: archive.entryCount, entries };
  const found = listingProblems(listing);
  // Not of an archive that is too large, or has too many entries.
  if (found.every(({ path }) => path !== '')) found.push(...layoutProblems(await archive.layout()));
  const readable = readableEntries(listing, found);
  const reading = readable.has(manifestName) ? await readManifest(archive, found) : undefined;
  const legible = reading === undefined ? undefined : legibleIn(reading, entries);
  let template: Template | undefined;
  if (legible !== undefined) {
    const { manifest, leftOut } = legible;
    const contents = contentProblems(key, manifest, entries, leftOut);
    found.push(...contents);
    // A template that is missing or too large is reported already.
    const name = manifest.template;
    if (readable.has(name) && contents.every(({ path }) => path !== name))
      template = await judgeTemplate(archive, legible, entries.map((entry) => entry.name).filter(isAsset), found);
  }
  for (const name of [...readable].filter(isAsset)) await judgeAsset(archive, name, found);
  const says = readable.has(placesName) && legible?.manifest.template !== placesName;
  return {
    problems: found,
    ...legible,
    ...(template === undefined ? {} : { template }),
    ...(says ? { sources: () => readSources(archive, template) } : {}),
  };
}

async function readManifest(archive: Archive, found: Problem[]): Promise<ManifestReading | undefined> {
  const content = await unpacked(manifestName, found, () => archive.read(manifestName, limits.manifestBytes));
  if (content === undefined) return undefined;
  const reading = readManifestFile(content.bytes);
  if ('problems' in reading) found.push(...reading.problems);
  return reading;
}

async function judgeTemplate(
  archive: Archive,
  { manifest, leftOut }: Legible<Manifest>,
  assets: readonly string[],
  found: Problem[],
): Promise<Template | undefined> {
  const { template: name } = manifest;
  const content = await unpacked(name, found, () => archive.read(name, limits.templateBytes));
  if (content === undefined) return undefined;
  const reading = readTemplateFile(content.bytes, name);
  const template = 'problems' in reading ? reading.legible : reading.template;
  if ('problems' in reading) found.push(...reading.problems);
  if (template === undefined) return undefined;
  // The table of what types take is large: the function starts without it.
  const { valueProblems } = await import('../../core/template/value-problems.ts');
  const told = [...templateProblems(template, manifest, assets), ...valueProblems(template, name)];
  for (const one of told) if (!restsOnLeftOut(one, leftOut)) found.push(one);
  return template;
}

async function judgeAsset(archive: Archive, name: string, found: Problem[]): Promise<void> {
  const digest = await unpacked(name, found, () => archive.digest(name));
  const differs = digest === undefined ? undefined : digestProblem(name, digest);
  if (differs !== undefined) found.push(differs);
}

/** Reads an entry; a damaged one is reported, and the others are still read. */
async function unpacked<T>(name: string, found: Problem[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (broken) {
    if (!(broken instanceof ArchiveBroken)) throw broken;
    found.push(entryProblem(name, broken.message));
    return undefined;
  }
}

function isAsset(name: string): boolean {
  return assetDigest(name) !== undefined;
}
