import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { readManifest, type Manifest } from '../../core/manifest.ts';
import type { Problem } from '../../core/problems.ts';
import { assetKey } from '../../core/template/asset-bucket.ts';
import { parseTemplate } from '../../core/template/parse.ts';
import type { Template } from '../../core/template/template.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { localCode, pointToAssets, sorted } from './template.ts';
import { zip, zipFolder } from './zip.ts';

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

const MANIFEST = 'release.json';
const TEMPLATE = 'template.json';

/**
 * Packs a folder: its `release.json`, its template, and the code folders the template names. The same input gives the same
 * bytes on any machine. @throws CommandError listing everything that is wrong
 */
export function pack(folder: string): PackedArtifact {
  const manifest = readManifestFile(join(folder, MANIFEST));
  const template = readTemplateFile(folder, manifest.template);
  const assets = new Map<string, Uint8Array>();
  const digests = new Map<string, string>();
  for (const { logicalId, folder: code } of localCode(template)) {
    const zipped = zipFolder(codeFolder(folder, code, logicalId));
    const digest = sha256(zipped);
    assets.set(assetKey(digest), zipped);
    digests.set(logicalId, digest);
  }
  const files = new Map<string, { content: Uint8Array }>([
    [MANIFEST, { content: document({ ...manifest, template: TEMPLATE }) }],
    [TEMPLATE, { content: document(pointToAssets(template, digests)) }],
    ...[...assets].map(([name, content]): [string, { content: Uint8Array }] => [name, { content }]),
  ]);
  const bytes = zip(files);
  const { service, version } = manifest;
  return { key: `${service}/${version}.zip`, service, version, bytes, sha256: sha256(bytes) };
}

function readManifestFile(path: string): Manifest {
  if (!existsSync(path))
    throw new CommandError(`There is no ${path}: every service has its ${MANIFEST} (docs/cli.md).`, exitCode.badInput);
  const reading = readManifest(parseJson(path));
  if ('manifest' in reading) return reading.manifest;
  throw refused(path, reading.problems);
}

function readTemplateFile(folder: string, name: string): Template {
  const path = join(folder, name);
  if (!existsSync(path))
    throw new CommandError(`There is no ${path}, which ${MANIFEST} names as the template.`, exitCode.badInput);
  const reading = parseTemplate(readFileSync(path, 'utf8'), name);
  if ('template' in reading) return reading.template;
  throw refused(path, reading.problems);
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
  const lines = problems.map(({ code, message }) => `- ${message} [${code}]`);
  return new CommandError(`${path} is wrong:\n${lines.join('\n')}`, exitCode.badInput, { problems });
}

function parseJson(path: string): unknown {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return parsed;
  } catch (error) {
    throw new CommandError(
      `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      exitCode.badInput,
    );
  }
}

function document(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(sorted(value), undefined, 2)}\n`, 'utf8');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
