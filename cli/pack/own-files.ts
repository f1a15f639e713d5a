import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { unzipSync } from 'fflate';
import { readJson } from '../../core/artifact/json-text.ts';
import { artifactLimits as limits, manifestName } from '../../core/artifact/limits.ts';
import { recordOf } from '../../core/values/records.ts';
import { editorSchemaFile } from '../init/editor-schema.ts';

/** With which a zip begins that holds files. */
const ZIP_START = Buffer.from('PK\u0003\u0004', 'latin1');

/**
 * Is a file Sluice's own: a manifest, its schema, or an artifact? Taken in as code, it would give each version other code than the one
 * before, and an artifact would hold all earlier ones. What it holds decides: files of other meaning may have these names, and artifacts
 * have any.
 * @param size in bytes
 */
export function isOwnFile(path: string, size: number): boolean {
  const name = basename(path);
  if (name === manifestName) return size <= limits.manifestBytes && isManifest(readFileSync(path));
  if (name === editorSchemaFile) return hasMembers(recordOf(documentOf(readFileSync(path)))['properties']);
  return size <= limits.totalBytes && beginsAsZip(path) && isArtifact(readFileSync(path));
}

/** Names of Sluice's own files that a zip of code holds, which others made. @param archive a zip that can be read */
export function ownEntries(archive: Uint8Array): string[] {
  const found = unzipSync(archive, {
    filter: ({ name, originalSize }) =>
      (basename(name) === manifestName && originalSize <= limits.manifestBytes) ||
      (name.endsWith('.zip') && originalSize <= limits.totalBytes),
  });
  return Object.entries(found)
    .filter(([name, bytes]) => (basename(name) === manifestName ? isManifest(bytes) : isArtifact(bytes)))
    .map(([name]) => name);
}

function isManifest(bytes: Uint8Array): boolean {
  return hasMembers(documentOf(bytes));
}

/** What every manifest has, and every schema of it describes. */
function hasMembers(document: unknown): boolean {
  const members = recordOf(document);
  return ['service', 'version', 'template'].every((name) => members[name] !== undefined);
}

function isArtifact(bytes: Uint8Array): boolean {
  try {
    const manifest = unzipSync(bytes, {
      filter: ({ name, originalSize }) => name === manifestName && originalSize <= limits.manifestBytes,
    })[manifestName];
    return manifest !== undefined && isManifest(manifest);
  } catch {
    // It is no zip that can be read, and so nobody's artifact.
    return false;
  }
}

function beginsAsZip(path: string): boolean {
  const start = Buffer.alloc(ZIP_START.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, start);
    return start.equals(ZIP_START);
  } finally {
    closeSync(file);
  }
}

function documentOf(bytes: Uint8Array): unknown {
  const reading = readJson(bytes);
  return 'fault' in reading ? undefined : reading.document;
}
