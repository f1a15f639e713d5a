import { contentProblems, digestProblem, readManifestText } from '../../core/artifact/contents.ts';
import { artifactLimits as limits, manifestName } from '../../core/artifact/limits.ts';
import { atMost, brokenArchive, listingProblems } from '../../core/artifact/listing.ts';
import { assetDigest } from '../../core/artifact/names.ts';
import type { Manifest } from '../../core/manifest.ts';
import { problem, type Problem } from '../../core/problems.ts';
import type { PinnedArtifact } from '../../core/release/events.ts';
import { parseTemplate } from '../../core/template/parse.ts';
import { templateProblems } from '../../core/template/rules.ts';
import { type Archive, ArchiveBroken } from '../adapters/archive.ts';
import type { Artifacts } from '../adapters/artifacts.ts';

/** A manifest that can be gone by, or everything that is wrong with the artifact. */
export type Inspection = { readonly manifest: Manifest } | { readonly problems: readonly Problem[] };

/** Reads an artifact as far as it can be read safely. */
export async function inspectArtifact(artifact: PinnedArtifact, artifacts: Artifacts): Promise<Inspection> {
  const facts = await artifacts.facts(artifact);
  if (facts === undefined || facts.sha256 !== artifact.sha256) {
    const sentence = `The object "${artifact.key}" is no longer the one that was accepted: drop it again.`;
    return { problems: [problem('artifact.gone', artifact.key, sentence)] };
  }
  try {
    return await inspect(artifact.key, facts.size, () => artifacts.open(artifact, facts.size));
  } catch (broken) {
    if (!(broken instanceof ArchiveBroken)) throw broken;
    return { problems: [brokenArchive(facts.size, broken.message)] };
  }
}

async function inspect(key: string, size: number, open: () => Promise<Archive>): Promise<Inspection> {
  const archive = await open();
  const entries = await archive.entries(limits.entries + 1);
  const listed = listingProblems({ size, entryCount: archive.entryCount, entries });
  // Past this point entries are unpacked, so the directory must be harmless.
  if (listed.length > 0) return { problems: listed };
  const { bytes } = await archive.read(manifestName, limits.manifestBytes);
  const reading = readManifestText(bytes.toString('utf8'));
  const found = [...('problems' in reading ? reading.problems : contentProblems(key, reading.manifest, entries))];
  const assets = entries.map(({ name }) => name).filter((name) => assetDigest(name) !== undefined);
  // Without a template to read its problems would only confuse.
  if ('manifest' in reading && found.length === 0)
    found.push(...(await readTemplate(archive, reading.manifest, assets)));
  found.push(...(await assetProblems(archive, assets)));
  return 'manifest' in reading && found.length === 0 ? reading : { problems: atMost(found) };
}

async function readTemplate(
  archive: Archive,
  manifest: Manifest,
  assets: readonly string[],
): Promise<readonly Problem[]> {
  const { bytes } = await archive.read(manifest.template, limits.templateBytes);
  const reading = parseTemplate(bytes.toString('utf8'), manifest.template);
  return 'problems' in reading ? reading.problems : templateProblems(reading.template, manifest, assets);
}

async function assetProblems(archive: Archive, names: readonly string[]): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const name of names) {
    const differs = digestProblem(name, await archive.digest(name));
    if (differs !== undefined) found.push(differs);
  }
  return found;
}
