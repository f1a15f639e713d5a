import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readUtf8 } from '../../core/artifact/json-text.ts';
import { artifactLimits as limits } from '../../core/artifact/limits.ts';
import { recordOf } from '../../core/values/records.ts';
import type { Source, Sources } from '../locate/locate.ts';
import type { Part } from '../locate/parts.ts';
import type { ApplicationReading, WrittenLine } from './application.ts';
import { includedIn } from './include.ts';
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
  return {
    ...(manifest === undefined ? {} : { manifest }),
    ...(template === undefined ? {} : { template: { ...template, parts: partsOf(application, nameOf) } }),
  };
}

/** Parts of a template that are written elsewhere: files that it includes, and code of a CDK app. */
function partsOf(application: ApplicationReading, nameOf: (path: string) => string): readonly Part[] {
  if (application.template === undefined) return [];
  const { template, base, lines = new Map<string, WrittenLine>() } = application;
  return [
    ...includedIn(template).flatMap(({ path, location }): Part[] => {
      const source = sourceAt(resolve(base, location), nameOf);
      return source === undefined ? [] : [{ path, file: source.file, by: { text: source.text } }];
    }),
    ...[...lines].flatMap(([logicalId, { path, line, column }]) =>
      // No two have one logical id, whatever they are.
      Object.keys(template)
        .filter((section) => Object.hasOwn(recordOf(template[section]), logicalId))
        .map((section): Part => ({
          path: [section, logicalId],
          file: nameOf(path),
          by: { position: { line, column } },
        })),
    ),
  ];
}

/** The template that people change. */
export function writtenIn({ written, file }: ApplicationReading): string {
  return written ?? file;
}

function sourceAt(path: string, nameOf: (path: string) => string): Source | undefined {
  const text = isFile(path) && statSync(path).size <= limits.templateBytes ? readUtf8(readFileSync(path)) : undefined;
  return text === undefined ? undefined : { file: nameOf(path), text };
}
