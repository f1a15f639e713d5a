import type { Command } from 'commander';
import { type MeasuredDocument, metricsDocument, type MetricsDocument } from '../../core/contract/api/metrics.ts';
import { NOTHING, tellMeasures, whyNothing } from '../../core/metrics/tell.ts';
import { table } from '../output.ts';
import type { Session } from '../session.ts';

interface Asked {
  readonly environment?: string;
  readonly weeks?: string;
  readonly until?: string;
}

/** `sluice metrics`. */
export function addMetricsCommand(program: Command, session: Session): void {
  program
    .command('metrics')
    .argument('<service>')
    .description("show a service's deployment frequency, lead time, change failure rate and time to restore, by week")
    .option('--environment <name>', "the last environment of the service's releases when not given")
    .option('--weeks <number>', '1 to 26; 12 when not given')
    .option('--until <day>', 'a day of the last week, such as 2026-11-20; today when not given')
    .action(async (service: string, asked: Asked) => {
      const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const query = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
      const path = `/v1/services/${encodeURIComponent(service)}/metrics${query}`;
      const found = await (await session.engine()).call(metricsDocument, 'GET', path);
      session.output().result(found, describeMetrics);
    });
}

const HEAD = ['week of', 'deployments', 'failed', 'lead time', 'time to restore'];

function describeMetrics({ service, environment, weeks, total, earlier }: MetricsDocument): string {
  const rows = weeks.map((week) => [`${week.week}${week.underWay === true ? ' *' : ''}`, ...cellsOf(week)]);
  return [
    `${service} in ${environment}`,
    '',
    table(HEAD, [...rows, ['all', ...cellsOf(total)]]),
    '',
    ...notes({ weeks, total, ...(earlier === undefined ? {} : { earlier }) }),
  ].join('\n');
}

function cellsOf(measured: MeasuredDocument): string[] {
  const { deployments, failed, leadTime, timeToRestore } = tellMeasures(measured);
  return [deployments, failed, leadTime, timeToRestore];
}

function notes({ weeks, total, earlier }: Pick<MetricsDocument, 'weeks' | 'total' | 'earlier'>): string[] {
  const { deployments, deploymentsPerWeek, leadTime, unrestored } = total;
  return [
    ...(deployments === 0
      ? ['Nothing was deployed in these weeks, as far as releases have ended.']
      : [`${deploymentsPerWeek} deployments a week. Lead time and time to restore are medians.`]),
    ...(deployments === 0 && earlier !== undefined ? [`There are deployments before: --until ${earlier}.`] : []),
    ...(leadTime === undefined ? [] : [leadSentence(leadTime)]),
    ...(unrestored === 0 ? [] : [`Not restored yet: ${unrestored}.`]),
    ...([...weeks, total].some((one) => cellsOf(one).includes(NOTHING)) ? [`${NOTHING} ${whyNothing}`] : []),
    ...(weeks.some(({ underWay }) => underWay === true) ? ['* This week is not over.'] : []),
  ];
}

function leadSentence({ sinceCommit, sinceUpload }: NonNullable<MeasuredDocument['leadTime']>): string {
  if (sinceUpload === 0) return 'Lead time counts from the commit.';
  if (sinceCommit === 0) return 'Lead time counts from the upload: the manifests name no time of a commit.';
  return `Lead time counts from the commit for ${sinceCommit}, from the upload for ${sinceUpload}.`;
}
