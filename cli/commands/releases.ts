import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ReleaseDocument, ReleaseSummary } from '../../core/api/documents.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { allTransitions, followRelease, listReleases, oneRelease } from '../follow.ts';
import { table } from '../output.ts';
import { timelineLine } from '../timeline.ts';
import type { Session } from '../session.ts';

const POLL_MILLISECONDS = 2_000;

/** `sluice list`, `show`, `watch`. */
export function addReleaseCommands(program: Command, session: Session): void {
  program
    .command('list')
    .description('list releases, newest first')
    .option('--service <name>')
    .option('--environment <name>', 'releases that are in, or ended in, this environment')
    .option('--status <status>')
    .option('--cursor <cursor>', 'go on where the last page ended')
    .action(async (filter: Record<string, string>) => {
      const page = await listReleases(await session.engine(), filter);
      session.output().result(page, () => describeList(page.releases, page.cursor));
    });

  program
    .command('show')
    .argument('<release>')
    .description('show one release and its transitions')
    .action(async (id: string) => {
      const engine = await session.engine();
      const [release, transitions] = [await oneRelease(engine, id), await allTransitions(engine, id)];
      session
        .output()
        .result({ ...release, transitions }, () =>
          [describe(release), ...transitions.map((one) => timelineLine(one, release.startedAt))].join('\n'),
        );
    });

  program
    .command('watch')
    .argument('<release>')
    .description('follow a release to its end; exit code 3 when it does not end Succeeded')
    .action(async (id: string) => {
      const engine = await session.engine();
      const output = session.output();
      const release = await followRelease(
        engine,
        id,
        (transition, startedAt) => output.progress(timelineLine(transition, startedAt)),
        () => wait(POLL_MILLISECONDS),
      );
      output.result(release, () => describe(release));
      if (release.status !== 'Succeeded') {
        throw new CommandError(`${id} ended ${release.status}. ${release.advice}`, exitCode.notSucceeded);
      }
    });
}

function describe(release: ReleaseDocument): string {
  const where = release.environments.map(({ name, phase }) => `${name} ${phase}`).join(', ');
  const why = release.failure === undefined ? '' : `\n${release.failure.error}: ${release.failure.reason}`;
  return `${release.id}: ${release.status}${where === '' ? '' : ` (${where})`}${why}\n${release.advice}`;
}

function describeList(releases: readonly ReleaseSummary[], cursor: string | undefined): string {
  if (releases.length === 0) return 'No releases.';
  const rows = releases.map((one) => [one.id, one.status, one.environment ?? '', one.startedAt, one.author ?? '']);
  const drawn = table(['release', 'status', 'environment', 'started', 'author'], rows);
  return cursor === undefined ? drawn : `${drawn}\nMore: --cursor ${cursor}`;
}
