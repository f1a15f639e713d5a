import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { manifestName } from '../../core/artifact/limits.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { readTemplateFile } from '../../core/template/parse.ts';
import { problemSchema } from '../../core/values/problems.ts';
import { CommandError } from '../exit-codes.ts';
import { pack, type PackOptions } from '../pack/pack.ts';
import { openApplication } from '../pack/open-application.ts';
import { manifestIn } from '../pack/read-manifest.ts';
import { sourcesOf } from '../pack/sources.ts';
import { findablesOf, type Sources } from '../locate/locate.ts';
import { readArtifact, type ReadArtifact } from './read-artifact.ts';

export interface ReadFolder extends ReadArtifact {
  /** What packing says of it. */
  readonly notes?: readonly string[];
}

const refusal = z.object({ problems: z.array(z.object(problemSchema.shape)).min(1) });

/**
 * Packs a folder in memory and judges what comes of it. A folder that cannot be packed is judged as it is, besides what keeps it from
 * being packed.
 */
export function readFolder(folder: string, options: PackOptions): ReadFolder {
  const sources = sourcesIn(folder, options);
  try {
    const { bytes, key, notes, buildNotes } = pack(folder, options);
    const { manifest, ...read } = readArtifact(bytes, key);
    return {
      ...read,
      ...(manifest === undefined ? {} : { manifest: asWritten(manifest, sources) }),
      ...{ documents: findablesOf(sources), notes: [...buildNotes, ...notes] },
    };
  } catch (error) {
    const problems = refusal.safeParse(error instanceof CommandError ? error.details : undefined).data?.problems;
    if (problems === undefined) throw error;
    const { manifest, template: source } = sources;
    const reading = source === undefined ? undefined : readTemplateFile(Buffer.from(source.text), source.file, 'last');
    const template = reading === undefined || 'template' in reading ? reading?.template : reading.legible;
    return {
      ...(manifest === undefined ? {} : legibleOf(folder, sources)),
      ...(template === undefined ? {} : { template }),
      problems,
      documents: findablesOf(sources),
    };
  }
}

function legibleOf(folder: string, sources: Sources): Pick<ReadArtifact, 'manifest' | 'leftOut'> {
  const { manifest, leftOut } = manifestIn(folder);
  return { manifest: asWritten(manifest, sources), leftOut };
}

/** The manifest that names the template as its team has it, so that what is told of it names that, too. */
function asWritten(manifest: Manifest, { template }: Sources): Manifest {
  return template === undefined ? manifest : { ...manifest, template: template.file };
}

function sourcesIn(folder: string, options: PackOptions): Sources {
  if (!existsSync(join(folder, manifestName))) return {};
  const given = manifestIn(folder);
  return sourcesOf(given, openApplication(folder, given.template, options), (path) => relative(folder, path));
}
