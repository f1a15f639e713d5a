import { existsSync, readFileSync, statSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { readManifestFile } from '../core/artifact/contents.ts';
import { artifactLimits as limits, manifestName } from '../core/artifact/limits.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import { problemLine } from '../core/values/problems.ts';
import { CommandError, exitCode } from './exit-codes.ts';

/** An artifact and its manifest, as far as the engine would read them. @throws CommandError */
export function readArtifact(file: string): { readonly bytes: Uint8Array; readonly manifest: Manifest } {
  const bytes = read(file);
  return { bytes, manifest: readManifest(bytes, file) };
}

function read(file: string): Uint8Array {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new CommandError(`There is no file ${file}.`, exitCode.badInput, { code: 'cli.file-missing' });
  const { size } = statSync(file);
  if (size <= limits.totalBytes) return readFileSync(file);
  const sentence = `${file} has ${size} bytes; the limit is ${limits.totalBytes}: make the artifact smaller.`;
  throw new CommandError(sentence, exitCode.badInput, { code: 'cli.artifact-too-large' });
}

function readManifest(bytes: Uint8Array, file: string): Manifest {
  const packed = manifestOf(bytes, file);
  if (packed === undefined)
    throw new CommandError(
      `${file} has no ${manifestName} that the engine would read: make it by "sluice pack".`,
      exitCode.badInput,
      { code: 'cli.artifact-without-manifest' },
    );
  const reading = readManifestFile(packed);
  if ('manifest' in reading) return reading.manifest;
  const lines = reading.problems.map(problemLine);
  throw new CommandError(`The manifest in ${file} is wrong:\n${lines.join('\n')}`, exitCode.badInput, {
    code: 'cli.manifest-wrong',
    problems: reading.problems,
  });
}

function manifestOf(bytes: Uint8Array, file: string): Uint8Array | undefined {
  try {
    const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean =>
      name === manifestName && originalSize <= limits.manifestBytes;
    return unzipSync(bytes, { filter })[manifestName];
  } catch (error) {
    throw new CommandError(`${file} is no zip: ${sentenceOf(error)}`, exitCode.badInput, { code: 'cli.file-not-zip' });
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
