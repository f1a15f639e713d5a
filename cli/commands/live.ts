import type { Command } from 'commander';
import { liveList, type LiveDocument } from '../../core/contract/api/documents.ts';
import { describeShares } from '../../core/contract/api/live.ts';
import { liveAtList, type ServedDocument } from '../../core/contract/api/live-at.ts';
import { hintFor } from '../hints.ts';
import { momentOf } from '../moment.ts';
import { table } from '../output.ts';
import { everyPage } from '../pages.ts';
import type { Session } from '../session.ts';

interface Asked {
  readonly service?: string;
  readonly account?: string;
  readonly at?: string;
}

/** `sluice live`. */
export function addLiveCommand(program: Command, session: Session): void {
  program
    .command('live')
    .description('list what serves where, or what served at a moment, who let it through and on what evidence')
    .option('--service <name>')
    .option('--account <number>')
    .option(
      '--at <time>',
      'a moment of the past, such as 2026-11-20T09:00:00Z; without a zone in UTC, and with a date alone its beginning',
    )
    .action(async ({ at, ...filter }: Asked) => {
      const engine = await session.engine();
      if (at === undefined) {
        const live = await everyPage(engine, liveList, '/v1/live', { ...filter }, (page) => page.live);
        session.output().result({ live }, (shown) => describeLive(shown.live));
        return noteNames(session, live, filter);
      }
      const query = { ...filter, at: momentOf(at) };
      const live = await everyPage(engine, liveAtList, '/v1/live', query, (page) => page.live);
      session.output().result({ at: query.at, live }, (shown) => describeServed(shown.live, shown.at));
      return noteNames(session, live, filter);
    });
}

/** Where nothing is live by a name, says which may be meant. */
async function noteNames(session: Session, live: readonly unknown[], { service }: Asked): Promise<void> {
  const hint = live.length === 0 ? await hintFor(await session.engine(), { service }) : undefined;
  if (hint !== undefined) session.output().note(hint);
}

function describeLive(live: readonly LiveDocument[]): string {
  return live.length === 0 ? 'Nothing is live.' : table(HEAD, live.map(rowOf));
}

const HEAD = ['service', 'version', 'environment', 'account', 'region', 'since'];

function rowOf(one: LiveDocument): string[] {
  return [one.service, describeShares(one), one.environment, one.account, one.region, one.since];
}

function describeServed(live: readonly ServedDocument[], at: string): string {
  if (live.length === 0) return `Nothing was live at ${at}.`;
  return [`At ${at}:`, table(HEAD, live.map(rowOf)), ...live.map(whyLive)].join('\n\n');
}

function whyLive(one: ServedDocument): string {
  const { service, environment, account, region, cause, by, approvals, evidence } = one;
  return [
    `${service} in ${environment} ${account}/${region}: ${cause} by ${by}`,
    ...approvals.map((given) => `  approved by ${given.by} at ${given.at}${reasonOf(given.reason)}`),
    ...(approvals.length === 0 ? ['  nobody was asked'] : []),
    ...evidence.map((found) => `  ${found.type} (#${found.transition} at ${found.at}): ${found.checks}`),
  ].join('\n');
}

function reasonOf(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${reason}`;
}
