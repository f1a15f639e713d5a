import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CommandError, exitCode } from '../exit-codes.ts';
import { readArtifact } from '../read-artifact.ts';
import type { PackedArtifact, PackOptions } from '../pack/pack.ts';
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
    .action(async (folder: string, options: PackOptions & { output?: string; explain?: boolean }) => {
      const { pack } = await import('../pack/pack.ts');
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
      const { bytes, manifest } = readArtifact(file);
      const key = `${manifest.service}/${manifest.version}.zip`;
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

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
