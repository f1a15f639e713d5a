import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CommandError, exitCode } from '../exit-codes.ts';
import { lookBefore, releaseAfter } from '../push.ts';
import { readArtifact } from '../read-artifact.ts';
import { requireSuccess, watchRelease } from '../watch.ts';
import { describeRelease } from './releases.ts';
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
      const { key, sha256, template, taken } = artifact;
      const { buildNotes, propertyNotes, sourceNotes } = artifact;
      const notes = [...buildNotes, ...artifact.notes, ...propertyNotes, ...sourceNotes];
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
    .option('--watch', 'follow its release to the end, as "watch" does')
    .description('drop an artifact into the release bucket, and say which release it has')
    .action(async (file: string, { watch }: { watch?: true }) => push(session, file, watch === true));
}

async function push(session: Session, file: string, watch: boolean): Promise<void> {
  const { bytes, manifest } = readArtifact(file);
  const { service, version } = manifest;
  const engine = await session.engine();
  const output = session.output();
  const pushed = { service, version, sha256: createHash('sha256').update(bytes).digest('hex') };
  const before = await lookBefore(engine, pushed);
  const dropped = await engine.push(`${service}/${version}.zip`, bytes);
  const told = `Dropped ${dropped.key} (object version ${dropped.versionId}, sha256 ${dropped.sha256}).`;
  if (before.kind === 'unreadable') {
    if (watch) throw new CommandError(before.why, exitCode.denied, { code: 'cli.engine-denied', ...dropped });
    output.result({ ...dropped, unread: before.why }, ({ unread }) => `${told}\nIts release is not named: ${unread}`);
    return;
  }
  const { release, begun } = await releaseAfter(engine, pushed, before);
  const says = begun
    ? `Its release is ${release.id}.`
    : `These bytes are released by ${release.id} already: it is ${release.status}.`;
  if (watch) {
    output.progress.write(`${told}\n${says}\n`);
    return watchRelease(engine, release.id, output, describeRelease);
  }
  output.result({ ...dropped, release: release.id, status: release.status, begun }, () => `${told}\n${says}`);
  if (release.status === 'Rejected') requireSuccess(release);
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
    throw new CommandError(`${file} cannot be written: ${sentenceOf(error)}`, exitCode.badInput, {
      code: 'cli.file-not-written',
    });
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
