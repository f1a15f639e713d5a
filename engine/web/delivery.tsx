import type { MeasuredDocument, MetricsDocument } from '../../core/contract/api/metrics.ts';
import { NOTHING, tellMeasures, whyNothing } from '../../core/metrics/tell.ts';
import { spellSeconds } from '../../core/values/duration.ts';
import { Bars, type BarsView } from './bars.tsx';
import { Wide } from './layout.tsx';
import { servicePath, withQuery } from './paths.ts';

/** DORA's four metrics of a service in one environment: drawn, with the numbers under them, and week by week. */
export function Delivery({ metrics }: { readonly metrics: MetricsDocument }) {
  const { service, environment, environments, earlier, weeks, total } = metrics;
  const others = environments.filter((one) => one !== environment);
  return (
    <>
      <h2>Delivery to {environment}</h2>
      {others.length === 0 ? null : (
        <p>
          Other environments:{' '}
          {others.map((one) => (
            <>
              <a href={withQuery(servicePath(service), { environment: one })}>{one}</a>{' '}
            </>
          ))}
        </p>
      )}
      {total.deployments > 0 ? null : (
        <p>
          Nothing was deployed to {environment} in these weeks, as far as releases have ended.
          {earlier === undefined ? '' : ' There are deployments before.'}
        </p>
      )}
      <div class="charts four">
        <Bars {...frequency(metrics)} />
        <Bars {...leadTime(metrics)} />
        <Bars {...failureRate(metrics)} />
        <Bars {...timeToRestore(metrics)} />
      </div>
      <details id="weeks">
        <summary>Week by week</summary>
        <Weeks weeks={weeks} />
        <p class="soft">
          {NOTHING} {whyNothing}
        </p>
      </details>
      <p>
        {earlier === undefined ? null : (
          <a rel="prev" href={withQuery(servicePath(service), { environment, until: earlier })}>
            Earlier weeks
          </a>
        )}{' '}
        {weeks.at(-1)?.underWay === true ? null : (
          <a href={withQuery(servicePath(service), { environment })}>The latest weeks</a>
        )}
      </p>
    </>
  );
}

function frequency({ weeks, total }: MetricsDocument): BarsView {
  return {
    title: 'Deployment frequency',
    tone: 'count',
    bars: weeks.map(({ week, deployments, failures }) => ({
      name: week,
      value: deployments,
      bad: failures,
      told: `${countOf(deployments, 'deployment')}, ${failures} failed`,
    })),
    top: String(Math.max(...weeks.map(({ deployments }) => deployments))),
    all: `${total.deploymentsPerWeek} a week`,
    note: countOf(total.deployments, 'deployment'),
  };
}

function leadTime({ weeks, total }: MetricsDocument): BarsView {
  return {
    title: 'Lead time for changes',
    tone: 'time',
    ...timesOf(weeks, ({ leadTime: one }) => one?.seconds, 'No deployment came to all users'),
    all: total.leadTime === undefined ? '–' : shortTime(total.leadTime.seconds),
    note:
      total.leadTime === undefined
        ? noneOr(total, 'No deployment came to all users')
        : `median ${sinceOf(total.leadTime)}`,
  };
}

function sinceOf({ sinceCommit, sinceUpload }: NonNullable<MeasuredDocument['leadTime']>): string {
  if (sinceUpload === 0) return 'from the commit to all users';
  if (sinceCommit === 0) return 'from the upload to all users: the manifests name no time of a commit';
  return `to all users, ${sinceCommit} from the commit, ${sinceUpload} from the upload`;
}

function failureRate({ weeks, total }: MetricsDocument): BarsView {
  const told = weeks.map(({ changeFailurePercent }) => changeFailurePercent);
  return {
    title: 'Change failure rate',
    tone: 'bad',
    bars: weeks.map(({ week, changeFailurePercent: value }) => ({
      name: week,
      value,
      told: value === undefined ? 'Nothing was deployed' : `${value} %`,
    })),
    top: `${Math.max(0, ...told.flatMap((one) => one ?? []))} %`,
    all: total.changeFailurePercent === undefined ? '–' : `${total.changeFailurePercent} %`,
    note: noneOr(total, `${total.failures} of ${countOf(total.deployments, 'deployment')} failed`),
  };
}

function timeToRestore({ weeks, total }: MetricsDocument): BarsView {
  const { timeToRestore: all, unrestored } = total;
  return {
    title: 'Time to restore',
    tone: 'time',
    ...timesOf(weeks, ({ timeToRestore: one }) => one?.seconds, 'Nothing was restored'),
    all: all === undefined ? '–' : shortTime(all.seconds),
    note: [
      all === undefined
        ? noneOr(total, total.failures === 0 ? 'Nothing failed' : 'Nothing is restored')
        : `median of ${all.restored}`,
      ...(unrestored === 0 ? [] : [`${unrestored} not restored yet`]),
    ].join(', '),
  };
}

function noneOr({ deployments }: MeasuredDocument, note: string): string {
  return deployments === 0 ? 'Nothing was deployed' : note;
}

function timesOf(
  weeks: MetricsDocument['weeks'],
  measure: (week: MeasuredDocument) => number | undefined,
  none: string,
): Pick<BarsView, 'bars' | 'top'> {
  const values = weeks.map((week) => measure(week));
  return {
    bars: weeks.map((week) => {
      const value = measure(week);
      return { name: week.week, value, told: value === undefined ? noneOr(week, none) : spellSeconds(value) };
    }),
    top: shortTime(Math.max(0, ...values.flatMap((value) => value ?? []))),
  };
}

function Weeks({ weeks }: Pick<MetricsDocument, 'weeks'>) {
  return (
    <Wide label="Week by week">
      <table>
        <thead>
          <tr>
            <th scope="col">Week of</th>
            <th scope="col">Deployments</th>
            <th scope="col">Failed</th>
            <th scope="col">Lead time</th>
            <th scope="col">Time to restore</th>
          </tr>
        </thead>
        <tbody>
          {[...weeks].reverse().map((one) => (
            <tr>
              <td>
                <span class="date">{one.week}</span>
                {one.underWay === true ? ' (not over)' : ''}
              </td>
              {cellsOf(one).map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function cellsOf(week: MeasuredDocument): string[] {
  const { deployments, failed, leadTime: lead, timeToRestore: restore } = tellMeasures(week);
  return [deployments, failed, lead, restore];
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The largest unit, and the next where the first is small: `3 d`, `1 h 20 min`. */
function shortTime(seconds: number): string {
  const [count = '0', unit = 's', ...next] = spellSeconds(seconds).split(' ');
  return Number(count) > 9 ? `${count} ${unit}` : [count, unit, ...next.slice(0, 2)].join(' ');
}
