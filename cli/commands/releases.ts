import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ReleaseDocument, type ReleaseSummary } from '../../core/contract/api/documents.ts';
import { visibleLine } from '../../core/values/text.ts';
import { describeUnreached } from '../../core/notify/unreached.ts';
import { releaseStatuses, type ReleaseStatus } from '../../core/release/status.ts';
import type { Engine } from '../engine.ts';
import { allTransitions, listReleases, oneRelease } from '../follow.ts';
import { hintFor } from '../hints.ts';
import { didYouMean } from '../like.ts';
import { table } from '../output.ts';
import { timelineLine } from '../timeline.ts';
import { requireSuccess, watchRelease } from '../watch.ts';
import type { Session } from '../session.ts';
import { describeObstacles, openingHere, oneEnvironment } from './environments.ts';

/** A page skips at most a month without releases: after so many pages, no more are expected. */
const PAGES = 12;

/** `sluice list`, `show`, `watch`. */
export function addReleaseCommands(program: Command, session: Session): void {
  program
    .command('list')
    .description('list releases, newest first')
    .option('--service <name>')
    .option('--environment <name>', 'releases that are in, or ended in, this environment')
    .addOption(new Option('--status <status>', `one of ${releaseStatuses.join(', ')}`).argParser(readStatus))
    .option('--author <text>', 'releases whose author has this text in it, such as an e-mail address')
    .option('--oldest', 'the oldest first')
    .option('--limit <number>', 'releases on a page, 100 at most; 20 when left out')
    .option('--cursor <cursor>', 'continue after the last page')
    .action(async ({ oldest, ...filter }: Readonly<Record<string, string | true>>) => {
      const asked: Record<string, string> = oldest === undefined ? {} : { order: 'oldest' };
      for (const [name, value] of Object.entries(filter)) asked[name] = String(value);
      const page = await firstPage(await session.engine(), asked);
      session
        .output()
        .result(page, ({ releases, cursor }) =>
          describeList(releases, cursor, oldest === undefined ? 'Older' : 'Newer'),
        );
      if (page.releases.length > 0) return;
      const { service, environment } = asked;
      const hint = await hintFor(await session.engine(), { service, environment });
      if (hint !== undefined) session.output().note(hint);
    });

  program
    .command('show')
    .argument('<release>', 'such as orders-1.4.2-a1')
    .option('--exit-code', 'end by how the release stands, as "watch" does; with 9 while it is under way')
    .description('show one release and its transitions')
    .action(async (id: string, { exitCode: byStatus }: { exitCode?: true }) => {
      const engine = await session.engine();
      const [release, transitions] = [await oneRelease(engine, id), await allTransitions(engine, id)];
      const obstacles = (await obstaclesOf(engine, release)).map(visibleLine);
      session
        .output()
        .result({ ...release, transitions }, ({ transitions: shown, ...head }) =>
          [
            describeRelease({ ...head, transitions: shown.length }),
            ...obstacles,
            ...shown.map((one) => timelineLine(one, head.startedAt, session.output().paint)),
          ].join('\n'),
        );
      if (byStatus === true) requireSuccess(release);
    });

  program
    .command('watch')
    .argument('<release>', 'such as orders-1.4.2-a1')
    .description('follow a release to its end; the exit code says which')
    .action(async (id: string) => watchRelease(await session.engine(), id, session.output(), describeRelease));
}

/** A status as somebody writes it. @throws InvalidArgumentError that says which may be meant */
function readStatus(text: string): ReleaseStatus {
  const found = releaseStatuses.find((one) => one.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw new InvalidArgumentError(didYouMean(text, releaseStatuses) ?? `There are ${releaseStatuses.join(', ')}.`);
}

/** What keeps a waiting release, or those after one that ended Failed, out of the environment. */
async function obstaclesOf(
  engine: Engine,
  { status, service, environment, closed }: ReleaseDocument,
): Promise<string[]> {
  if (environment === undefined) return [];
  // Its advice says until when; here, by the reader's own clocks.
  if (closed !== undefined) return openingHere(closed);
  if (status !== 'AwaitingTurn' && status !== 'Failed') return [];
  const found = await oneEnvironment(engine, service, environment);
  const why = status === 'AwaitingTurn' && found.waitsFor !== undefined ? [`The newest waits: ${found.waitsFor}`] : [];
  return [...describeObstacles(found), ...why];
}

/** The first page with a release, or the last: a page without a matching release may still have others after it. */
async function firstPage(
  engine: Engine,
  filter: Readonly<Record<string, string>>,
): Promise<{ releases: ReleaseSummary[]; cursor?: string }> {
  let page = await listReleases(engine, filter);
  for (let read = 1; page.releases.length === 0 && page.cursor !== undefined && read < PAGES; read += 1)
    page = await listReleases(engine, { ...filter, cursor: page.cursor });
  return page;
}

export function describeRelease(release: ReleaseDocument): string {
  const where = release.environments.map(({ name, phase }) => `${name} ${phase}`).join(', ');
  const why = release.failure === undefined ? '' : `\n${release.failure.error}: ${release.failure.reason}`;
  const missed = (release.unreached ?? []).map(describeUnreached);
  return `${release.id}: ${release.status}${where === '' ? '' : ` (${where})`}${why}\n${[release.advice, ...missed].join('\n')}`;
}

function describeList(releases: readonly ReleaseSummary[], cursor: string | undefined, further: string): string {
  const rows = releases.map((one) => [one.id, one.status, one.environment ?? '', one.startedAt, one.author ?? '']);
  const head = ['release', 'status', 'environment', 'started', 'author'];
  const drawn = rows.length === 0 ? 'No releases.' : table(head, rows);
  return cursor === undefined ? drawn : `${drawn}\n${further}: --cursor ${cursor}`;
}
