import { readManifest } from '../manifest.ts';
import type { Manifest } from '../manifest.ts';
import { problem } from '../problems.ts';
import type { Problem } from '../problems.ts';
import { parseArtifactKey } from '../release-id.ts';
import { artifactLimits as limits, manifestName } from './limits.ts';
import type { ListedEntry } from './listing.ts';
import { assetDigest } from './names.ts';

/** Reads the text of `release.json`. */
export function readManifestText(text: string): { manifest: Manifest } | { problems: readonly Problem[] } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const sentence = `"${manifestName}" is not JSON (${detail}): correct it.`;
    return { problems: [problem('artifact.manifest-not-json', manifestName, sentence)] };
  }
  return readManifest(document);
}

/** What the key of the object, its manifest and its entries say about each other. */
export function contentProblems(key: string, manifest: Manifest, entries: readonly ListedEntry[]): Problem[] {
  return [...keyProblems(key, manifest), ...templateEntryProblems(manifest.template, entries)];
}

function keyProblems(key: string, { service, version }: Manifest): Problem[] {
  const expected = `${service}/${version}.zip`;
  const named = parseArtifactKey(key);
  if (named?.service === service && named.version === version) return [];
  const sentence = `The manifest says ${service} ${version}, but the object is "${key}": upload it as "${expected}" or correct "${manifestName}".`;
  return [problem('artifact.key-differs', key, sentence)];
}

function templateEntryProblems(name: string, entries: readonly ListedEntry[]): Problem[] {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    return [
      problem('artifact.no-template', name, `The manifest names the template "${name}", which is not in the archive.`),
    ];
  }
  if (entry.size <= limits.templateBytes) return [];
  const sentence = `"${name}" has ${entry.size} bytes, and CloudFormation allows ${limits.templateBytes}: split it.`;
  return [problem('artifact.template-too-large', name, sentence)];
}

/** The key of an object must name service and version. */
export function keyProblem(key: string): Problem | undefined {
  if (parseArtifactKey(key) !== undefined) return undefined;
  const sentence = `The key "${key}" must be "<service>/<version>.zip", such as "orders/1.4.2.zip": upload it under such a key.`;
  return problem('artifact.key-unreadable', key, sentence);
}

/** An asset is named by its digest; what it really holds must have it. */
export function digestProblem(name: string, sha256: string): Problem | undefined {
  if (assetDigest(name) === sha256) return undefined;
  const sentence = `"${name}" has the digest ${sha256}, not the one it is named by: its content was changed after packing; pack again.`;
  return problem('artifact.digest-differs', name, sentence);
}
