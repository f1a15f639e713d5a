import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../../core/artifact/json-text.ts';
import { readManifestFile } from '../../core/artifact/contents.ts';
import { manifestName } from '../../core/artifact/limits.ts';
import { lacks } from '../../core/manifest/legible.ts';
import { readManifest, type Manifest, type ManifestReading } from '../../core/manifest/manifest.ts';
import { recordOf } from '../../core/values/records.ts';
import type { Problem } from '../../core/values/problems.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { isFile } from './read-template.ts';
import { type SourceByGit, sourceByGit } from './source.ts';

/** A manifest, or as much of it as holds, so that the rest of the application can be judged, too. */
export interface FolderManifest {
  readonly file: string;
  readonly manifest: Manifest;
  /** What of it is wrong, and is missing or stood in for. Nothing is packed by it. */
  readonly leftOut: readonly string[];
  /** Of the template; undefined where the manifest does not say. */
  readonly template: string | undefined;
  readonly problems: readonly Problem[];
  /** What of "source" the manifest leaves to git. */
  readonly byGit: SourceByGit;
}

/** Reads `release.json` of a folder. @throws CommandError where there is none */
export function manifestIn(folder: string): FolderManifest {
  const file = join(folder, manifestName);
  if (!isFile(file))
    throw new CommandError(
      `There is no file ${file}: every service has its ${manifestName}, which "sluice init" drafts.`,
      exitCode.badInput,
      { code: 'cli.manifest-missing' },
    );
  const bytes = readFileSync(file);
  const document = documentOf(bytes);
  const byGit = sourceByGit(folder, document['source']);
  const reading = readFilled(bytes, document, byGit);
  if ('manifest' in reading) {
    const { manifest } = reading;
    return { file, manifest, leftOut: [], template: manifest.template, problems: [], byGit };
  }
  const { problems, legible } = reading;
  const template = lacks(legible.leftOut, 'template') ? undefined : legible.manifest.template;
  return { file, ...legible, template, problems, byGit };
}

/** The manifest with what it leaves to git. */
function readFilled(bytes: Uint8Array, document: Members, { filled }: SourceByGit): ManifestReading {
  const asWritten = readManifestFile(bytes);
  const given = document['source'] ?? {};
  if (Object.keys(filled).length === 0 || typeof given !== 'object') return withAdvice(asWritten);
  const others = 'problems' in asWritten ? asWritten.problems.filter((one) => !isOpenSource(one)) : [];
  if (others.length > 0 && 'problems' in asWritten) return { problems: others, legible: asWritten.legible };
  return withAdvice(readManifest({ ...document, source: { ...recordOf(given), ...filled } }));
}

/** Members of `source` that git may say. */
function isOpenSource({ path, code }: Problem): boolean {
  return code === 'manifest.missing-field' && (path === 'source' || path === 'source.author');
}

function withAdvice(reading: ManifestReading): ManifestReading {
  if ('manifest' in reading) return reading;
  const { problems, legible } = reading;
  return { problems: problems.map((one) => (isOpenSource(one) ? { ...one, message: NO_AUTHOR } : one)), legible };
}

const NO_AUTHOR =
  '"source.author" is missing, and git does not say who made this: add it, such as "Ada <ada@example.com>", or pack in a clone of the repository that belongs to whoever packs.';

type Members = Readonly<Record<string, unknown>>;

function documentOf(bytes: Uint8Array): Members {
  const reading = readJson(bytes);
  return 'fault' in reading ? {} : recordOf(reading.document);
}
