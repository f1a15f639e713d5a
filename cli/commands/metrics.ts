import type { Command } from 'commander';
import { type MeasuredDocument, metricsDocument, type MetricsDocument } from '../../core/contract/api/metrics.ts';
import { spellSeconds } from '../../core/values/duration.ts';
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

function describeMetrics({ service, environment, weeks, total }: MetricsDocument): string {
  const rows = weeks.map((week) => [`${week.week}${week.underWay === true ? ' *' : ''}`, ...cellsOf(week)]);
  return [
    `${service} in ${environment}`,
    '',
    table(HEAD, [...rows, ['all', ...cellsOf(total)]]),
    '',
    ...notes({ weeks, total }),
  ].join('\n');
}

function cellsOf({ deployments, failures, changeFailurePercent, leadTime, timeToRestore }: MeasuredDocument): string[] {
  if (deployments === 0) return ['0', '', '', ''];
  const failed = failures === 0 ? '0' : `${failures} (${changeFailurePercent ?? 0} %)`;
  const [lead, restore] = [leadTime, timeToRestore].map((one) => (one === undefined ? '–' : shortTime(one.seconds)));
  return [String(deployments), failed, lead ?? '', failures === 0 ? '' : (restore ?? '')];
}

function notes({ weeks, total }: Pick<MetricsDocument, 'weeks' | 'total'>): string[] {
  const { deploymentsPerWeek, leadTime, unrestored } = total;
  return [
    `${deploymentsPerWeek} deployments a week. Lead time and time to restore are medians.`,
    ...(leadTime === undefined ? [] : [leadSentence(leadTime)]),
    ...(unrestored === 0 ? [] : [`Not restored yet: ${unrestored}.`]),
    ...(weeks.some(({ underWay }) => underWay === true) ? ['* This week is not over.'] : []),
  ];
}

function leadSentence({ sinceCommit, sinceUpload }: NonNullable<MeasuredDocument['leadTime']>): string {
  if (sinceUpload === 0) return 'Lead time counts from the commit.';
  if (sinceCommit === 0) return 'Lead time counts from the upload: the manifests name no time of a commit.';
  return `Lead time counts from the commit for ${sinceCommit}, from the upload for ${sinceUpload}.`;
}

/** The two largest units are enough: `1 d 4 h`. */
function shortTime(seconds: number): string {
  const parts = spellSeconds(seconds).split(' ');
  return parts.slice(0, 4).join(' ');
}
