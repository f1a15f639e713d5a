import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Command } from 'commander';
import type { ReleaseDocument } from '../../core/contract/api/documents.ts';
import type { Engine } from '../engine.ts';
import { oneRelease } from '../follow.ts';
import { describeLine } from '../logs/describe-line.ts';
import { insightsLink, insightsQuery } from '../logs/insights-link.ts';
import { logGroups, type ReadLogs, ReleaseLogs } from '../logs/read-logs.ts';
import type { EngineLine } from '../logs/select-lines.ts';
import { sinceWhen } from '../logs/since.ts';
import type { Output } from '../output.ts';
import { growingPauses } from '../pauses.ts';
import type { Session } from '../session.ts';

interface Asked {
  readonly since?: string;
  readonly follow?: true;
  readonly link?: true;
}

/** Milliseconds by which a line may be older than the first transition, and younger than the last: people are told of an end after it. */
const BEFORE = 60_000;
const AFTER = 300_000;
/** Lines come into CloudWatch Logs some time after they were written, and not in their order. */
const LATE = 60_000;
/** So long after the end of a release its last lines are there. */
const SETTLED = 15_000;

/** `sluice logs`. */
export function addLogsCommand(program: Command, session: Session): void {
  program
    .command('logs')
    .argument('<release>', 'such as orders-1.4.2-a1')
    .option('--since <time>', 'a length of time until now, such as 15m or 2h, or a moment; all of it when left out')
    .option('-f, --follow', 'go on until the release has ended')
    .option('--link', 'print a link to CloudWatch Logs Insights with the same query, and read nothing')
    .description('show what the functions and state machines of the engine logged about a release')
    .action(async (id: string, { since, follow, link }: Asked) => {
      const engine = await session.engine();
      const output = session.output();
      const release = await oneRelease(engine, id);
      const begin = Date.parse(release.startedAt) - BEFORE;
      const asked = since === undefined ? begin : sinceWhen(since, engine.now());
      const after = isAfterEnd(asked, release);
      // A link to a time that ends before it begins leads to nothing.
      const about = { engine, id, from: after ? begin : asked };
      if (after) output.note(endedBefore(release, asked));
      if (link === true) {
        output.result({ release: id, insights: linkTo(about, release) }, ({ insights }) => insights);
        return;
      }
      if (after) return resultOfNothing(about, release, output);
      const logs = new ReleaseLogs(clientOf(engine), id);
      const { lines, missing } =
        follow === true
          ? await followed(logs, about, (line) => output.progress.write(`${describeLine(line, output.paint)}\n`))
          : await logs.read(about.from, endOf(release));
      const document = { release: id, lines, missing, insights: linkTo(about, release) };
      if (follow === true && !output.json) return tellNothing(lines, output, id);
      output.result(document, () => lines.map((line) => describeLine(line, output.paint)).join('\n') || nothingOf(id));
    });
}

interface About {
  readonly engine: Engine;
  readonly id: string;
  readonly from: number;
}

function clientOf({ settings }: Engine): CloudWatchLogsClient {
  return new CloudWatchLogsClient({ ...settings, retryMode: 'adaptive', maxAttempts: 8 });
}

/** Milliseconds since the epoch after which nothing more is logged about a release; undefined while it is under way. */
function endOf({ endedAt }: ReleaseDocument): number | undefined {
  return endedAt === undefined ? undefined : Date.parse(endedAt) + AFTER;
}

function isAfterEnd(from: number, release: ReleaseDocument): boolean {
  const end = endOf(release);
  return end !== undefined && from > end;
}

function endedBefore({ id, endedAt = '' }: ReleaseDocument, from: number): string {
  return `${id} ended at ${endedAt}, before ${new Date(from).toISOString()}, and nothing is logged about it so long after: leave --since out for all of it.`;
}

/** Scripts have their document in any case; people were told. */
function resultOfNothing(about: About, release: ReleaseDocument, output: Output): void {
  if (!output.json) return;
  output.result({ release: about.id, lines: [], missing: [], insights: linkTo(about, release) }, () => '');
}

function linkTo({ engine, id, from }: About, release: ReleaseDocument): string {
  const [start, end] = [from, endOf(release) ?? engine.now()].map((at) => new Date(at).toISOString());
  const times = { from: start ?? '', until: end ?? '' };
  return insightsLink({ region: engine.settings.region, groups: logGroups, query: insightsQuery(id), ...times });
}

/** Reads until the release has ended and once more, as its last lines come late; each line is told once. */
async function followed(
  logs: ReleaseLogs,
  { engine, id, from }: About,
  tell: (line: EngineLine) => void,
): Promise<ReadLogs> {
  const seen = new Map<string, EngineLine>();
  const pause = growingPauses();
  for (let start = from; ;) {
    const { endedAt } = await oneRelease(engine, id);
    const { lines, missing } = await logs.read(start);
    const fresh = lines.filter((line) => !seen.has(keyOf(line)));
    for (const line of fresh) {
      seen.set(keyOf(line), line);
      tell(line);
    }
    const settled = endedAt !== undefined && engine.now() > Date.parse(endedAt) + SETTLED;
    if (settled && fresh.length === 0) return { lines: [...seen.values()], missing };
    const last = lines.at(-1)?.at;
    if (last !== undefined) start = Math.max(start, Date.parse(last) - LATE);
    await pause(fresh.length > 0);
  }
}

/** Ids are of CloudWatch Logs, one for each line of a group. */
function keyOf({ source, id }: EngineLine): string {
  return `${source} ${id}`;
}

function nothingOf(id: string): string {
  return `The engine has logged nothing about ${id} in this time.`;
}

function tellNothing(lines: readonly EngineLine[], output: Output, id: string): void {
  if (lines.length === 0) output.note(nothingOf(id));
}
