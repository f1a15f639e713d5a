import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../../core/artifact/json-text.ts';
import { readManifestFile } from '../../core/artifact/contents.ts';
import { manifestName } from '../../core/artifact/limits.ts';
import { readManifest, type Manifest } from '../../core/manifest/manifest.ts';
import { recordOf } from '../../core/values/records.ts';
import type { Problem } from '../../core/values/problems.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { isFile } from './read-template.ts';

/** A manifest, or as much of it as holds, so that the rest of the application can be judged, too. */
export interface FolderManifest {
  readonly file: string;
  readonly manifest: Manifest;
  /** Of the template; undefined where the manifest does not say. */
  readonly template: string | undefined;
  readonly problems: readonly Problem[];
}

/** What is needed of a manifest where it says nothing that holds. Nothing is packed by it. */
const standIn = { service: 'service', version: '0.0.0', source: { author: '-' }, template: 'template.json' };

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
  const reading = readManifestFile(bytes);
  if ('manifest' in reading) {
    const { manifest } = reading;
    return { file, manifest, template: manifest.template, problems: [] };
  }
  const { problems } = reading;
  const document = membersThatHold(bytes, problems);
  const holding = readManifest({ ...standIn, ...document });
  const manifest = 'manifest' in holding ? holding.manifest : fallback();
  const { template } = document;
  return { file, manifest, template: typeof template === 'string' ? template : undefined, problems };
}

/** The manifest's own members, without those in which something is wrong. */
function membersThatHold(bytes: Uint8Array, problems: readonly Problem[]): Readonly<Record<string, unknown>> {
  const wrong = new Set(problems.map(({ path }) => path.split(/[.[]/)[0]));
  return Object.fromEntries(Object.entries(documentOf(bytes)).filter(([name]) => !wrong.has(name)));
}

function documentOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const reading = readJson(bytes);
  return 'fault' in reading ? {} : recordOf(reading.document);
}

function fallback(): Manifest {
  const reading = readManifest(standIn);
  if ('manifest' in reading) return reading.manifest;
  throw new Error('The stand-in for a manifest is none.');
}
