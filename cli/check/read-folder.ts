import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readManifestFile } from '../../core/artifact/contents.ts';
import { artifactLimits as limits, manifestName } from '../../core/artifact/limits.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { readTemplateFile } from '../../core/template/parse.ts';
import { problemSchema } from '../../core/values/problems.ts';
import { CommandError } from '../exit-codes.ts';
import { pack, type PackOptions } from '../pack/pack.ts';
import { readArtifact, type ReadArtifact } from './read-artifact.ts';

/** The template as its team has it, to name lines of it. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface ReadFolder extends ReadArtifact {
  readonly source?: Source;
}

const refusal = z.object({ problems: z.array(problemSchema).min(1) });

/**
 * Packs a folder in memory and judges what comes of it. A folder that cannot be packed is judged as it is, besides what keeps it from
 * being packed.
 */
export function readFolder(folder: string, options: PackOptions): ReadFolder {
  const manifest = manifestIn(folder);
  const source = manifest === undefined ? undefined : sourceIn(folder, manifest.template);
  const named = source === undefined ? {} : { source };
  try {
    const { bytes, key } = pack(folder, options);
    return { ...readArtifact(bytes, key), ...named };
  } catch (error) {
    const problems = refusal.safeParse(error instanceof CommandError ? error.details : undefined).data?.problems;
    if (problems === undefined) throw error;
    const reading = source === undefined ? undefined : readTemplateFile(Buffer.from(source.text), source.file);
    return {
      ...(manifest === undefined ? {} : { manifest }),
      ...(reading !== undefined && 'template' in reading ? { template: reading.template } : {}),
      problems,
      ...named,
    };
  }
}

function manifestIn(folder: string): Manifest | undefined {
  const bytes = contentOf(join(folder, manifestName));
  const reading = bytes === undefined ? undefined : readManifestFile(bytes);
  return reading === undefined ? undefined : 'manifest' in reading ? reading.manifest : reading.legible;
}

function sourceIn(folder: string, name: string): Source | undefined {
  const bytes = contentOf(join(folder, name));
  return bytes === undefined ? undefined : { file: name, text: bytes.toString('utf8') };
}

function contentOf(path: string): Buffer | undefined {
  const isRead = existsSync(path) && statSync(path).isFile() && statSync(path).size <= limits.templateBytes;
  return isRead ? readFileSync(path) : undefined;
}
