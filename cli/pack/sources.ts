import { readFileSync, statSync } from 'node:fs';
import { readUtf8 } from '../../core/artifact/json-text.ts';
import { artifactLimits as limits } from '../../core/artifact/limits.ts';
import type { Source, Sources } from '../locate/locate.ts';
import type { ApplicationReading } from './application.ts';
import type { FolderManifest } from './read-manifest.ts';
import { isFile } from './read-template.ts';

/**
 * Manifest and template as the team has them, to name lines of them; of a built application, the template that was built where nobody
 * wrote one.
 * @param nameOf how a person names the file of a path
 */
export function sourcesOf(
  { file }: Pick<FolderManifest, 'file'>,
  application: ApplicationReading,
  nameOf: (path: string) => string,
): Sources {
  const manifest = sourceAt(file, nameOf);
  const template = sourceAt(writtenIn(application), nameOf);
  return { ...(manifest === undefined ? {} : { manifest }), ...(template === undefined ? {} : { template }) };
}

/** The template that people change. */
export function writtenIn({ written, file }: ApplicationReading): string {
  return written ?? file;
}

function sourceAt(path: string, nameOf: (path: string) => string): Source | undefined {
  const text = isFile(path) && statSync(path).size <= limits.templateBytes ? readUtf8(readFileSync(path)) : undefined;
  return text === undefined ? undefined : { file: nameOf(path), text };
}
