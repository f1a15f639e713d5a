import { type Legible, lacks, restsOnLeftOut } from '../manifest/legible.ts';
import { legibleManifest, readManifest } from '../manifest/manifest.ts';
import type { Manifest, ManifestReading } from '../manifest/manifest.ts';
import { formatPath, problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { recordOf } from '../values/records.ts';
import { parseArtifactKey } from '../values/release-id.ts';
import { encodingOf, jsonFault, jsonTraits, readUtf8 } from './json-text.ts';
import { artifactLimits as limits, manifestName, placesName } from './limits.ts';
import type { ListedEntry } from './listing.ts';
import { planKeyService } from './plan-key.ts';
import { assetDigest, isRootDocument } from './names.ts';

/** Reads `release.json`. */
export function readManifestFile(bytes: Uint8Array): ManifestReading {
  const text = readUtf8(bytes);
  if (text === undefined) return notJson(`it is ${encodingOf(bytes)}`, 'save it as UTF-8');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return notJson(jsonFault(text, error), 'correct it');
  }
  const { depth, repeated, inexact, halfCharacters } = jsonTraits(text);
  if (halfCharacters) return notJson('it holds half of a character, such as "\\ud800"', 'write the whole character');
  if (depth > limits.manifestDepth) {
    const sentence = `"${manifestName}" nests ${depth} levels deep; the limit is ${limits.manifestDepth}: flatten it.`;
    return unjudged(problem('artifact.manifest-too-deep', manifestName, sentence));
  }
  const twice = repeated.map((name) => {
    const sentence = `"${formatPath([name])}" appears twice in one object of "${manifestName}": keep one of them.`;
    return problem('manifest.repeated-field', formatPath([name]), sentence);
  });
  const changed = [...twice, ...inexact.map(inexactNumber), ...lostMembers(document)];
  const reading = readManifest(document);
  if (changed.length === 0) return reading;
  const further = 'problems' in reading ? reading.problems : [];
  // Of what is there twice, nobody knows which is meant.
  return { problems: [...changed, ...further], legible: legibleManifest(withoutMembers(document, repeated)) };
}

function inexactNumber(token: string): Problem {
  const sentence = `The number ${token} in "${manifestName}" would not be kept as it is written: take one of at most 15 digits, between 1e-130 and 2^53 - 1, or write it as a text.`;
  return problem('manifest.number-inexact', manifestName, sentence);
}

/** Members that JavaScript or the AWS SDK takes for something of their own, wherever they are: they would be lost, or the plan not be kept. */
const notKept = ['__proto__', 'constructor'];

function lostMembers(value: unknown, path: readonly PropertyKey[] = []): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = [...path, Array.isArray(value) ? Number(name) : name];
    if (!notKept.includes(name)) return lostMembers(inner, place);
    const sentence = `"${formatPath(place)}" is called as something of JavaScript's own, and would not be kept: give it another name.`;
    return [problem('manifest.member-reserved', formatPath(place), sentence)];
  });
}

function notJson(detail: string, advice: string): ManifestReading {
  const sentence = `"${manifestName}" is not JSON (${detail}): ${advice}.`;
  return unjudged(problem('artifact.manifest-not-json', manifestName, sentence));
}

/** Nothing of the manifest is known; the template is judged all the same. */
function unjudged(found: Problem): ManifestReading {
  return { problems: [found], legible: legibleManifest(undefined) };
}

function withoutMembers(document: unknown, names: readonly string[]): unknown {
  if (names.length === 0) return document;
  return Object.fromEntries(Object.entries(recordOf(document)).filter(([name]) => !names.includes(name)));
}

/** A manifest as it is, or what of it holds: with the template that is there, where it says of none. */
export function legibleIn(reading: ManifestReading, entries: readonly ListedEntry[]): Legible<Manifest> {
  if ('manifest' in reading) return { manifest: reading.manifest, leftOut: [] };
  const { manifest, leftOut } = reading.legible;
  const [template, ...others] = entries
    .map(({ name }) => name)
    .filter((name) => isRootDocument(name) && name !== manifestName && name !== placesName);
  if (!lacks(leftOut, 'template') || template === undefined || others.length > 0) return reading.legible;
  return { manifest: { ...manifest, template }, leftOut };
}

/**
 * Contradictions between the object's key, its manifest and its entries.
 * @param leftOut of a manifest that is wrong
 */
export function contentProblems(
  key: string,
  manifest: Manifest,
  entries: readonly ListedEntry[],
  leftOut: readonly string[] = [],
): Problem[] {
  const found = [
    ...keyProblems(key, manifest),
    ...templateEntryProblems(manifest.template, entries),
    ...furtherFileProblems(manifest.template, entries),
  ];
  return found.filter((one) => !restsOnLeftOut(one, leftOut));
}

/** A second file that looks like the manifest or the template would be taken for it by people. */
function furtherFileProblems(template: string, entries: readonly ListedEntry[]): Problem[] {
  const known = [manifestName, placesName, template];
  const further = entries.filter(({ name }) => isRootDocument(name) && !known.includes(name));
  return further.map(({ name }) => {
    const sentence = `"${name}" is neither "${manifestName}" nor the template that it names ("${template}"): remove it.`;
    return problem('artifact.unexpected-file', name, sentence);
  });
}

function keyProblems(key: string, { service, version }: Manifest): Problem[] {
  const planned = planKeyService(key);
  if (planned === service) return [];
  if (planned !== undefined) {
    const sentence = `The manifest says ${service}, but it was uploaded for ${planned}: "sluice plan" uploads it for the service that it names.`;
    return [problem('artifact.key-differs', key, sentence)];
  }
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
      problem(
        'artifact.no-template',
        name,
        `The manifest names the template "${name}", which is not in the archive: add it or correct the name.`,
      ),
    ];
  }
  if (entry.size <= limits.templateBytes) return [];
  const sentence = `"${name}" has ${entry.size} bytes; CloudFormation's limit is ${limits.templateBytes}: split it.`;
  return [problem('artifact.template-too-large', name, sentence)];
}

/** The key of an object must name service and version. */
export function keyProblem(key: string): Problem | undefined {
  if (parseArtifactKey(key) !== undefined) return undefined;
  const sentence = `The key "${key}" must be "<service>/<version>.zip", such as "orders/1.4.2.zip": upload it under such a key.`;
  return problem('artifact.key-unreadable', key, sentence);
}

/** An asset is named by its digest, and its content must have that digest. */
export function digestProblem(name: string, sha256: string): Problem | undefined {
  if (assetDigest(name) === sha256) return undefined;
  const sentence = `"${name}" has the digest ${sha256}, not the one it is named by: its content changed after packing; pack it again.`;
  return problem('artifact.digest-differs', name, sentence);
}

/** An object above the size limit is not read at all. */
export function sizeProblem(key: string, size: number): Problem | undefined {
  if (size <= limits.totalBytes) return undefined;
  const sentence = `The object "${key}" has ${size} bytes; the limit is ${limits.totalBytes}: make the artifact smaller.`;
  return problem('artifact.too-large', key, sentence);
}

/** An entry whose content does not unpack to what the archive's directory states. */
export function entryProblem(name: string, detail: string): Problem {
  const sentence = `"${name}" cannot be unpacked (${detail}): its content is damaged; pack again and upload it whole.`;
  return problem('artifact.entry-damaged', name, sentence);
}
