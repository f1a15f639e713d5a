import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { unzipSync } from 'fflate';
import { readManifest } from '../../core/manifest.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { pack } from '../pack/pack.ts';
import type { Session } from '../session.ts';

/** `sluice pack`, `push`. */
export function addArtifactCommands(program: Command, session: Session): void {
  program
    .command('pack')
    .argument('<folder>', 'holds release.json, the template and the code it names')
    .option('-o, --output <file>', 'where to write; <service>-<version>.zip when left out')
    .description('pack a folder into an artifact; the same input gives the same bytes on any machine')
    .action((folder: string, options: { output?: string }) => {
      const artifact = pack(folder);
      const file = options.output ?? `${artifact.service}-${artifact.version}.zip`;
      writeFileSync(file, artifact.bytes);
      const { key, sha256 } = artifact;
      session
        .output()
        .result({ file, key, sha256, bytes: artifact.bytes.length }, () => `${file} (${key}, sha256 ${sha256})`);
    });

  program
    .command('push')
    .argument('<file>', 'an artifact')
    .description('drop an artifact into the release bucket, which starts its release')
    .action(async (file: string) => {
      if (!existsSync(file)) throw new CommandError(`There is no file ${file}.`, exitCode.badInput);
      const bytes = readFileSync(file);
      const dropped = await (await session.engine()).push(keyOf(bytes, file), bytes);
      session
        .output()
        .result(dropped, () => `Dropped ${dropped.key} (version ${dropped.versionId}, sha256 ${dropped.sha256}).`);
    });
}

/** `<service>/<version>.zip`, from the manifest inside. */
function keyOf(bytes: Uint8Array, file: string): string {
  let manifest: Uint8Array | undefined;
  try {
    manifest = unzipSync(bytes, {
      filter: ({ name, originalSize }) => name === 'release.json' && originalSize < 1 << 20,
    })['release.json'];
  } catch (error) {
    throw new CommandError(
      `${file} is no zip: ${error instanceof Error ? error.message : String(error)}`,
      exitCode.badInput,
    );
  }
  if (manifest === undefined)
    throw new CommandError(`${basename(file)} has no release.json: make it by "sluice pack".`, exitCode.badInput);
  const document: unknown = JSON.parse(Buffer.from(manifest).toString('utf8'));
  const reading = readManifest(document);
  if ('manifest' in reading) return `${reading.manifest.service}/${reading.manifest.version}.zip`;
  throw new CommandError(
    `The manifest in ${file} is wrong: ${reading.problems.map(({ message }) => message).join(' ')}`,
    exitCode.badInput,
  );
}
