import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { contentProblems } from '../../core/artifact/contents.ts';
import { manifestName, placesName } from '../../core/artifact/limits.ts';
import { listingProblems } from '../../core/artifact/listing.ts';
import { restsOnLeftOut } from '../../core/manifest/legible.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import type { Problem } from '../../core/values/problems.ts';
import { assetKey } from '../../core/template/asset-bucket.ts';
import { readTemplateFile } from '../../core/template/parse.ts';
import { templateProblems } from '../../core/template/rules.ts';
import { misspeltProperties, propertyRemarks } from '../../core/template/unknown-properties.ts';
import { valueProblems, valueRemarks } from '../../core/template/value-problems.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { buildNotes } from './build-age.ts';
import { digestProblems } from './code-digests.ts';
import { functionCode } from './function-code.ts';
import { leftLocal } from './left-local.ts';
import { openApplication, type Choice } from './open-application.ts';
import { ownNotes } from './own-notes.ts';
import { pointApplication } from './point-application.ts';
import type { PointedTemplate } from './point-to-assets.ts';
import { manifestIn } from './read-manifest.ts';
import { refuseWrong } from './report.ts';
import { rootOf } from './root.ts';
import { sorted } from './sorted.ts';
import { packedSource } from './source.ts';
import { nameForAll, placesDocument } from './source-places.ts';
import { sourcesOf, writtenIn } from './sources.ts';
import type { Sources } from '../locate/locate.ts';
import { listingOf, zip, type ZipContent } from './zip.ts';

/** A packed artifact, ready to be dropped. */
export interface PackedArtifact {
  /** `<service>/<version>.zip` */
  readonly key: string;
  readonly service: string;
  readonly version: string;
  readonly bytes: Uint8Array;
  /** Of the bytes, in hex. */
  readonly sha256: string;
  /** The template that was packed: the one that a build tool wrote, where there is one. */
  readonly template: string;
  /** What was taken in, in the template's order. */
  readonly taken: readonly PackedCode[];
  /** What a person should know before it is released, a sentence each. */
  readonly notes: readonly string[];
  /** The same of a build that was packed in place of the sources. */
  readonly buildNotes: readonly string[];
  /** The same of properties that their types have not, as far as is known here. */
  readonly propertyNotes: readonly string[];
  /** The same of where it was built from, as far as git knows that. */
  readonly sourceNotes: readonly string[];
}

/** Code or a document in an artifact. */
interface PackedCode {
  /** Of the property in the template, such as `Resources.Orders.Properties.CodeUri`. */
  readonly place: string;
  /** The file or folder that it named. */
  readonly path: string;
  /** Its name in the artifact. */
  readonly asset: string;
  readonly bytes: number;
}

/** What a person says of what is packed. */
export interface PackOptions extends Choice {
  /** The folder that all code has to be in; the repository that the folder is in when left out. */
  readonly root?: string;
}

const TEMPLATE = 'template.json';

/**
 * Packs a folder: its `release.json`, its template – or the one that the CDK, SAM or the Serverless Framework built –, and everything
 * on this machine that this names. The same input gives the same bytes on any machine. The artifact is checked by the engine's own
 * rules, except those that need the policy.
 * @throws CommandError listing everything that is wrong
 */
export function pack(folder: string, options: PackOptions = {}): PackedArtifact {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new CommandError(`There is no folder ${folder}.`, exitCode.badInput, { code: 'cli.folder-missing' });
  const root = rootOf(folder, options.root);
  const given = manifestIn(folder);
  const application = openApplication(folder, given.template, options);
  const { service, version } = given.manifest;
  const sources = (): Sources => sourcesOf(given, application, (path) => path);
  if (application.template === undefined) return refuseWrong([given, application], sources());
  const besides = join(realpathSync(folder), `${service}-${version}.zip`);
  const pointed = pointApplication(application, { root, besides });
  const paths = pointed.taken.map(({ asset }) => asset.path);
  const { source, notes: sourceNotes } = packedSource(folder, given.manifest.source, given.byGit, { service, paths });
  const manifest = { ...given.manifest, source, template: TEMPLATE };
  const places = placesDocument(sourcesOf(given, application, nameForAll(folder, application)));
  const bytes = zip(contentsOf(manifest, pointed, places));
  const code = functionCode(pointed, application.build);
  const key = `${service}/${version}.zip`;
  const problems = [
    ...application.problems,
    ...pointed.problems,
    ...code.problems,
    ...packedProblems(key, bytes, manifest, pointed, relative(folder, writtenIn(application))),
  ].filter((one) => !restsOnLeftOut(one, given.leftOut));
  if (given.problems.length + problems.length > 0)
    return refuseWrong([given, { file: writtenIn(application), problems }], sources());
  const taken = pointed.taken.map(({ place, asset }) => ({
    place,
    path: asset.path,
    asset: assetKey(asset.sha256),
    bytes: asset.bytes.length,
  }));
  const notes = [
    ...application.notes,
    ...pointed.notes,
    ...code.notes,
    ...ownNotes(realpathSync(folder), pointed.taken),
  ];
  const told = { notes, buildNotes: buildNotes(application), propertyNotes: propertyNotes(pointed), sourceNotes };
  return { key, service, version, bytes, sha256: sha256(bytes), template: application.file, taken, ...told };
}

function contentsOf(
  manifest: Manifest,
  { template, taken }: PointedTemplate,
  places: Uint8Array,
): ReadonlyMap<string, ZipContent> {
  return new Map<string, ZipContent>([
    [manifestName, { content: document(manifest) }],
    [TEMPLATE, { content: document(template) }],
    [placesName, { content: places }],
    ...taken.map(({ asset }): [string, ZipContent] => [assetKey(asset.sha256), { content: asset.bytes, stored: true }]),
  ]);
}

/**
 * What is still wrong with an artifact as it is packed: what it leaves on this machine, and what the engine would say.
 * @param written the template as people name it
 */
function packedProblems(
  key: string,
  bytes: Uint8Array,
  manifest: Manifest,
  pointed: PointedTemplate,
  written: string,
): Problem[] {
  const { template, taken, problems: before } = pointed;
  const left = leftLocal(template, Object.values(manifest.parameters ?? {}));
  const listing = listingOf(bytes);
  return [
    ...left.filter(({ path }) => !before.some((one) => one.path === path)),
    ...digestProblems(template, taken),
    ...listingProblems(listing),
    ...contentProblems(key, manifest, listing.entries),
    ...engineProblems({ ...manifest, template: written }, pointed),
  ];
}

function engineProblems(manifest: Manifest, { template, taken, problems }: PointedTemplate): readonly Problem[] {
  const reading = readTemplateFile(document(template), TEMPLATE);
  if ('problems' in reading)
    return reading.problems.map((one) => (one.path === TEMPLATE ? { ...one, path: manifest.template } : one));
  const assets = taken.map(({ asset }) => assetKey(asset.sha256));
  // What cannot be found was taken out of the template, and told.
  const told = new Set(problems.map(({ path }) => path));
  return [
    ...templateProblems(reading.template, manifest, assets),
    ...valueProblems(reading.template, manifest.template).filter(
      ({ places = [] }) => !places.some((at) => told.has(at)),
    ),
  ];
}

/** Warnings alone: who packs what is newer than Sluice knows is not kept from it. */
function propertyNotes({ template }: PointedTemplate): string[] {
  const reading = readTemplateFile(document(template), TEMPLATE);
  if ('problems' in reading) return [];
  const { template: packed } = reading;
  const misspelt = misspeltProperties(packed, TEMPLATE).map(({ message }) => message);
  return [...misspelt, ...propertyRemarks(packed), ...valueRemarks(packed)];
}

function document(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(sorted(value), undefined, 2)}\n`, 'utf8');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
