import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { unzipSync } from 'fflate';
import { readManifestFile } from '../../core/artifact/contents.ts';
import { artifactLimits as limits, manifestName } from '../../core/artifact/limits.ts';
import { problemLine } from '../../core/values/problems.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { pack, type PackedArtifact, type PackOptions } from '../pack/pack.ts';
import type { Session } from '../session.ts';

/** `sluice pack`, `push`. */
export function addArtifactCommands(program: Command, session: Session): void {
  program
    .command('pack')
    .argument('[folder]', 'holds release.json, and the template with its code or what a build tool wrote', '.')
    .option('-o, --output <file>', 'where to write; <service>-<version>.zip when left out')
    .option('--root <folder>', 'all code is inside of it; the repository that the folder is in when left out')
    .option('--app <folder>', 'what "cdk synth" or "serverless package" wrote; cdk.out or .serverless when left out')
    .option('--stack <name>', 'the stack of a CDK app that has several')
    .option('--explain', 'list what went in, and which property of the template names it')
    .description('pack a folder into an artifact; the same input gives the same bytes on any machine')
    .action((folder: string, options: PackOptions & { output?: string; explain?: boolean }) => {
      const artifact = pack(folder, options);
      const file = options.output ?? `${artifact.service}-${artifact.version}.zip`;
      write(file, artifact.bytes);
      const { key, sha256, template, taken, notes } = artifact;
      const explained = options.explain === true ? { template, taken } : {};
      session
        .output()
        .result({ file, key, sha256, bytes: artifact.bytes.length, notes, ...explained }, (shown) =>
          [
            `${shown.file} (${shown.key}, sha256 ${shown.sha256})`,
            ...explain(shown),
            ...notes.map((note) => `Note: ${note}`),
          ].join('\n'),
        );
    });

  program
    .command('push')
    .argument('<file>', 'an artifact')
    .description('drop an artifact into the release bucket, which starts its release')
    .action(async (file: string) => {
      const bytes = read(file);
      const key = keyOf(bytes, file);
      const dropped = await (await session.engine()).push(key, bytes);
      session
        .output()
        .result(dropped, ({ key: shown, versionId, sha256 }) =>
          [
            `Dropped ${shown} (object version ${versionId}, sha256 ${sha256}).`,
            `Its release appears within seconds: sluice list --service ${shown.split('/')[0] ?? ''}`,
          ].join('\n'),
        );
    });
}

/** What went in, one line each. */
function explain({ template, taken = [] }: Partial<Pick<PackedArtifact, 'template' | 'taken'>>): string[] {
  if (template === undefined) return [];
  const lines = taken.map(({ place, path, asset, bytes }) => `  ${place}: ${path} → ${asset} (${bytes} bytes)`);
  return [`  template: ${template}`, ...lines];
}

function write(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${sentenceOf(error)}`, exitCode.badInput);
  }
}

function read(file: string): Uint8Array {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new CommandError(`There is no file ${file}.`, exitCode.badInput);
  const { size } = statSync(file);
  if (size <= limits.totalBytes) return readFileSync(file);
  const sentence = `${file} has ${size} bytes; the limit is ${limits.totalBytes}: make the artifact smaller.`;
  throw new CommandError(sentence, exitCode.badInput);
}

/** `<service>/<version>.zip`, from the manifest inside. */
function keyOf(bytes: Uint8Array, file: string): string {
  const packed = manifestOf(bytes, file);
  if (packed === undefined)
    throw new CommandError(
      `${file} has no ${manifestName} that the engine would read: make it by "sluice pack".`,
      exitCode.badInput,
    );
  const reading = readManifestFile(packed);
  if ('manifest' in reading) return `${reading.manifest.service}/${reading.manifest.version}.zip`;
  const lines = reading.problems.map(problemLine);
  throw new CommandError(`The manifest in ${file} is wrong:\n${lines.join('\n')}`, exitCode.badInput, {
    problems: reading.problems,
  });
}

function manifestOf(bytes: Uint8Array, file: string): Uint8Array | undefined {
  try {
    const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean =>
      name === manifestName && originalSize <= limits.manifestBytes;
    return unzipSync(bytes, { filter })[manifestName];
  } catch (error) {
    throw new CommandError(`${file} is no zip: ${sentenceOf(error)}`, exitCode.badInput);
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
