import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { readManifestFile } from '../../core/artifact/contents.ts';
import { readUtf8 } from '../../core/artifact/json-text.ts';
import { artifactLimits as limits, manifestName } from '../../core/artifact/limits.ts';
import { readTemplateFile } from '../../core/template/parse.ts';
import { problemSchema } from '../../core/values/problems.ts';
import { CommandError } from '../exit-codes.ts';
import { pack, type PackOptions } from '../pack/pack.ts';
import { openApplication } from '../pack/open-application.ts';
import { manifestIn } from '../pack/read-manifest.ts';
import type { Source, Sources } from './locate.ts';
import { readArtifact, type ReadArtifact } from './read-artifact.ts';

export interface ReadFolder extends ReadArtifact {
  readonly sources?: Sources;
  /** What packing says of it. */
  readonly notes?: readonly string[];
}

const refusal = z.object({ problems: z.array(problemSchema).min(1) });

/**
 * Packs a folder in memory and judges what comes of it. A folder that cannot be packed is judged as it is, besides what keeps it from
 * being packed.
 */
export function readFolder(folder: string, options: PackOptions): ReadFolder {
  const sources = sourcesIn(folder, options);
  try {
    const { bytes, key, notes, buildNotes } = pack(folder, options);
    return { ...readArtifact(bytes, key), sources, notes: [...buildNotes, ...notes] };
  } catch (error) {
    const problems = refusal.safeParse(error instanceof CommandError ? error.details : undefined).data?.problems;
    if (problems === undefined) throw error;
    const { manifest, template: source } = sources;
    const reading = source === undefined ? undefined : readTemplateFile(Buffer.from(source.text), source.file, 'last');
    const template = reading === undefined || 'template' in reading ? reading?.template : reading.legible;
    return {
      ...(manifest === undefined ? {} : judged(folder, manifest.text)),
      ...(template === undefined ? {} : { template }),
      problems,
      sources,
    };
  }
}

function judged(folder: string, text: string): Pick<ReadArtifact, 'manifest'> {
  const given = manifestIn(folder);
  if (given.problems.length === 0) return { manifest: given.manifest };
  const reading = readManifestFile(Buffer.from(text));
  const manifest = 'manifest' in reading ? reading.manifest : reading.legible;
  return manifest === undefined ? {} : { manifest };
}

/** Manifest and template as the team has them; of a built application, the template that was built. */
function sourcesIn(folder: string, options: PackOptions): Sources {
  const manifest = sourceIn(folder, join(folder, manifestName));
  if (manifest === undefined) return {};
  const { template: name } = manifestIn(folder);
  const own = name === undefined ? undefined : sourceIn(folder, join(folder, name));
  const template = own ?? sourceIn(folder, openApplication(folder, name, options).file);
  return { manifest, ...(template === undefined ? {} : { template }) };
}

function sourceIn(folder: string, path: string): Source | undefined {
  const isRead = existsSync(path) && statSync(path).isFile() && statSync(path).size <= limits.templateBytes;
  const text = isRead ? readUtf8(readFileSync(path)) : undefined;
  return text === undefined ? undefined : { file: relative(folder, path), text };
}
