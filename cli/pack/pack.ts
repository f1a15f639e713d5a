import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentProblems, readManifestFile } from '../../core/artifact/contents.ts';
import { artifactLimits as limits, manifestName } from '../../core/artifact/limits.ts';
import { truncateProblems, listingProblems } from '../../core/artifact/listing.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { problem, problemLine, type Problem } from '../../core/values/problems.ts';
import { assetKey } from '../../core/template/asset-bucket.ts';
import { readTemplateFile } from '../../core/template/parse.ts';
import { templateProblems } from '../../core/template/rules.ts';
import type { Template } from '../../core/template/template.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { leftLocal } from './left-local.ts';
import { pointToAssets, type PointedTemplate } from './point-to-assets.ts';
import { rootOf } from './root.ts';
import { buildProblems, builtTemplate } from './sam-build.ts';
import { sorted } from './sorted.ts';
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
  /** The template that was packed: the one of `sam build`, where there is one. */
  readonly template: string;
  /** What was taken in, in the template's order. */
  readonly taken: readonly PackedCode[];
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

const TEMPLATE = 'template.json';

/**
 * Packs a folder: its `release.json`, its template, and everything on this machine that the template names. The same input gives the
 * same bytes on any machine. The artifact is checked by the engine's own rules, except those that need the policy.
 * @param options.root folder that all code has to be in; the repository that the folder is in when left out
 * @throws CommandError listing everything that is wrong
 */
export function pack(folder: string, options: { readonly root?: string } = {}): PackedArtifact {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new CommandError(`There is no folder ${folder}.`, exitCode.badInput);
  const root = rootOf(folder, options.root);
  const manifest = manifestIn(folder);
  const { service, version } = manifest;
  const { file, template: written } = templateOf(folder, manifest.template);
  const pointed = pointToAssets(written, {
    base: realpathSync(dirname(file)),
    root,
    besides: join(realpathSync(folder), `${service}-${version}.zip`),
  });
  const left = leftLocal(pointed.template, Object.values(manifest.parameters ?? {}));
  const packed = { ...manifest, template: TEMPLATE };
  const bytes = zip(contentsOf(packed, pointed));
  const key = `${service}/${version}.zip`;
  const listing = listingOf(bytes);
  const problems = [
    ...pointed.problems,
    ...left.filter(({ path }) => !pointed.problems.some((one) => one.path === path)),
    ...listingProblems(listing),
    ...contentProblems(key, packed, listing.entries),
    ...packedProblems(packed, pointed),
  ];
  if (problems.length > 0) throw refused(folder, problems);
  const taken = pointed.taken.map(({ place, asset }) => ({
    place,
    path: asset.path,
    asset: assetKey(asset.sha256),
    bytes: asset.bytes.length,
  }));
  return { key, service, version, bytes, sha256: sha256(bytes), template: file, taken };
}

function contentsOf(manifest: Manifest, { template, taken }: PointedTemplate): ReadonlyMap<string, ZipContent> {
  return new Map<string, ZipContent>([
    [manifestName, { content: document(manifest) }],
    [TEMPLATE, { content: document(template) }],
    ...taken.map(({ asset }): [string, ZipContent] => [assetKey(asset.sha256), { content: asset.bytes, stored: true }]),
  ]);
}

/** What the engine would say of the template as it is packed. */
function packedProblems(manifest: Manifest, { template, taken }: PointedTemplate): readonly Problem[] {
  const reading = readTemplateFile(document(template), TEMPLATE);
  if ('problems' in reading) return reading.problems;
  const assets = taken.map(({ asset }) => assetKey(asset.sha256));
  return templateProblems(reading.template, manifest, assets);
}

/** The template that the manifest names, or what `sam build` made of it. */
function templateOf(folder: string, name: string): { readonly file: string; readonly template: Template } {
  const written = templateIn(join(folder, name), name);
  const built = builtTemplate(folder);
  if (built === undefined) return { file: join(folder, name), template: written };
  const template = templateIn(built, 'template.yaml');
  const problems = buildProblems(built, template, written);
  if (problems.length > 0) throw refused(folder, problems);
  return { file: built, template };
}

function manifestIn(folder: string): Manifest {
  const path = join(folder, manifestName);
  const bytes = fileOf(path, `every service has its ${manifestName} (docs/cli.md)`);
  const reading = readManifestFile(bytes);
  if ('manifest' in reading) return reading.manifest;
  throw refused(path, reading.problems);
}

function templateIn(path: string, name: string): Template {
  const bytes = fileOf(path, `${manifestName} names it as the template`);
  if (bytes.length > limits.templateBytes) {
    const sentence = `"${name}" has ${bytes.length} bytes, and CloudFormation allows ${limits.templateBytes}: split it.`;
    throw refused(path, [problem('artifact.template-too-large', name, sentence)]);
  }
  const reading = readTemplateFile(bytes, name);
  if ('template' in reading) return reading.template;
  throw refused(path, reading.problems);
}

function fileOf(path: string, reason: string): Uint8Array {
  if (existsSync(path) && statSync(path).isFile()) return readFileSync(path);
  throw new CommandError(`There is no file ${path}: ${reason}.`, exitCode.badInput);
}

function refused(path: string, problems: readonly Problem[]): CommandError {
  const told = truncateProblems(problems);
  const lines = told.map(problemLine);
  return new CommandError(`${path} is wrong:\n${lines.join('\n')}`, exitCode.badInput, { problems: told });
}

function document(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(sorted(value), undefined, 2)}\n`, 'utf8');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
