import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { contentProblems, readManifestFile } from '../../core/artifact/contents.ts';
import { artifactLimits as limits, manifestName } from '../../core/artifact/limits.ts';
import { truncateProblems, listingProblems } from '../../core/artifact/listing.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { problem, problemLine, type Problem } from '../../core/values/problems.ts';
import { assetKey } from '../../core/template/asset-bucket.ts';
import { readTemplateFile } from '../../core/template/parse.ts';
import { templateProblems } from '../../core/template/rules.ts';
import { templateSchema, type Template } from '../../core/template/template.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { localCode, pointToAssets, sorted, type TemplateDocument } from './template.ts';
import { listingOf, zip, zipFolder } from './zip.ts';

/** A packed artifact, ready to be dropped. */
export interface PackedArtifact {
  /** `<service>/<version>.zip` */
  readonly key: string;
  readonly service: string;
  readonly version: string;
  readonly bytes: Uint8Array;
  /** Of the bytes, in hex. */
  readonly sha256: string;
}

const TEMPLATE = 'template.json';

/**
 * Packs a folder: its `release.json`, its template, and the code folders the template names. The same input gives the same
 * bytes on any machine. The artifact is checked by the engine's own rules, except those that need the policy.
 * @throws CommandError listing everything that is wrong
 */
export function pack(folder: string): PackedArtifact {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new CommandError(`There is no folder ${folder}.`, exitCode.badInput);
  const manifest = manifestIn(folder);
  const { template, assets } = withAssets(folder, templateIn(folder, manifest.template));
  const packed = { ...manifest, template: TEMPLATE };
  const bytes = zip(
    new Map([
      [manifestName, { content: document(packed) }],
      [TEMPLATE, { content: document(template) }],
      ...[...assets].map(([name, content]): [string, { content: Uint8Array }] => [name, { content }]),
    ]),
  );
  const { service, version } = manifest;
  const key = `${service}/${version}.zip`;
  const listing = listingOf(bytes);
  const problems = [
    ...listingProblems(listing),
    ...contentProblems(key, packed, listing.entries),
    ...templateProblems(templateSchema.parse(template), packed, [...assets.keys()]),
  ];
  if (problems.length > 0) throw refused(folder, problems);
  return { key, service, version, bytes, sha256: sha256(bytes) };
}

function manifestIn(folder: string): Manifest {
  const path = join(folder, manifestName);
  const bytes = fileOf(path, `every service has its ${manifestName} (docs/cli.md)`);
  const reading = readManifestFile(bytes);
  if ('manifest' in reading) return reading.manifest;
  throw refused(path, reading.problems);
}

function templateIn(folder: string, name: string): Template {
  const path = join(folder, name);
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

/** The template with its local code zipped: assets by their names in the artifact. */
function withAssets(
  folder: string,
  template: Template,
): { readonly template: TemplateDocument; readonly assets: ReadonlyMap<string, Uint8Array> } {
  const assets = new Map<string, Uint8Array>();
  const digests = new Map<string, string>();
  for (const { logicalId, folder: code } of localCode(template)) {
    const zipped = zipFolder(codeFolder(folder, code, logicalId));
    const digest = sha256(zipped);
    assets.set(assetKey(digest), zipped);
    digests.set(logicalId, digest);
  }
  return { template: pointToAssets(template, digests), assets };
}

function codeFolder(root: string, code: string, logicalId: string): string {
  const path = resolve(root, code);
  if (isAbsolute(code) || relative(root, path).startsWith('..')) {
    throw new CommandError(
      `The code of ${logicalId}, ${code}, is outside of ${root}: name a folder inside.`,
      exitCode.badInput,
    );
  }
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    throw new CommandError(`The code of ${logicalId}, ${code}, is no folder in ${root}.`, exitCode.badInput);
  }
  return path;
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
