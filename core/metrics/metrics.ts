import { median } from 'simple-statistics';
import type { Deployment, WeekItem } from './items.ts';
import { WEEK, weeksFrom } from './weeks.ts';

/** DORA's four metrics of the deployments of some time. https://dora.dev/guides/dora-metrics/ */
interface Measured {
  readonly deployments: number;
  /** Deployments that came out to be bad. */
  readonly failures: number;
  /** Whole percent and a tenth; absent where nothing was deployed. */
  readonly changeFailurePercent?: number;
  /** Median, in seconds; absent where no deployment came to all users. */
  readonly leadTime?: LeadTime;
  /** Median, in seconds; absent where nothing had to be restored, or nothing is yet. */
  readonly timeToRestore?: TimeToRestore;
  /** Bad deployments that some users are still on, as far as the ledger knows. */
  readonly unrestored: number;
}

interface LeadTime {
  readonly seconds: number;
  /** How many of the deployments are counted from their commit, and how many from the upload, since the manifest names no time. */
  readonly sinceCommit: number;
  readonly sinceUpload: number;
}

interface TimeToRestore {
  readonly seconds: number;
  /** Bad deployments of which users have a good version again. */
  readonly restored: number;
}

/** The metrics of one week. */
interface MeasuredWeek extends Measured {
  /** Its Monday. */
  readonly week: string;
  /** It is not over. */
  readonly underWay?: true;
}

/** The metrics of some weeks, one by one, the oldest first, and together. */
export interface Metrics {
  readonly weeks: readonly MeasuredWeek[];
  readonly total: Measured & {
    /** On average over the weeks since the service's first deployment, the one under way counted as far as it has passed. */
    readonly deploymentsPerWeek: number;
  };
}

/** Which weeks. */
export interface Span {
  /** Monday of the last. */
  readonly last: string;
  readonly count: number;
}

/** The first week of a span. */
export function firstOf({ last, count }: Span): string {
  return weeksFrom(last, 1 - count);
}

/** @param items of the span, and one before it if there is one; weeks in which nothing was deployed have none */
export function metricsOf(items: readonly WeekItem[], span: Span, now: string): Metrics {
  const names = Array.from({ length: span.count }, (_, index) => weeksFrom(firstOf(span), index));
  const own = items.filter(({ week }) => names.includes(week));
  const weeks = names.map((week): MeasuredWeek => {
    const underWay = Date.parse(week) + WEEK > Date.parse(now);
    const item = own.filter((one) => one.week === week);
    return { week, ...(underWay ? { underWay } : {}), ...measure(item) };
  });
  const all = measure(own);
  const [begun = firstOf(span)] = items.map(({ week }) => week).sort();
  const passed = names.filter((week) => week >= begun).reduce((sum, week) => sum + shareOf(week, now), 0);
  // Of less than a week, nobody can tell how many a week they are.
  return { weeks, total: { ...all, deploymentsPerWeek: tenth(all.deployments / Math.max(1, passed)) } };
}

/** How much of a week has passed, between 0 and 1. */
function shareOf(week: string, now: string): number {
  return Math.min(1, Math.max(0, (Date.parse(now) - Date.parse(week)) / WEEK));
}

function measure(items: readonly WeekItem[]): Measured {
  const kept = items.flatMap(({ deployments }) => deployments);
  const deployments = items.reduce((sum, { further }) => sum + further, kept.length);
  const failures = items.reduce(
    (sum, { furtherFailed }) => sum + furtherFailed,
    kept.filter(({ failure }) => failure !== undefined).length,
  );
  return {
    deployments,
    failures,
    ...(deployments === 0 ? {} : { changeFailurePercent: tenth((100 * failures) / deployments) }),
    ...leadTimeOf(kept),
    ...timeToRestoreOf(kept),
    unrestored: kept.filter(({ failure }) => failure?.unrestored === true).length,
  };
}

function leadTimeOf(deployments: readonly Deployment[]): Pick<Measured, 'leadTime'> {
  const leads = deployments.flatMap(({ lead }) => lead ?? []);
  if (leads.length === 0) return {};
  const sinceCommit = leads.filter(({ since }) => since === 'commit').length;
  return {
    leadTime: {
      seconds: Math.round(median(leads.map(({ seconds }) => seconds))),
      sinceCommit,
      sinceUpload: leads.length - sinceCommit,
    },
  };
}

function timeToRestoreOf(deployments: readonly Deployment[]): Pick<Measured, 'timeToRestore'> {
  const times = deployments.flatMap(({ failure }) =>
    failure?.restoredAt === undefined ? [] : [Date.parse(failure.restoredAt) - Date.parse(failure.seenAt)],
  );
  if (times.length === 0) return {};
  return { timeToRestore: { seconds: Math.round(Math.max(0, median(times)) / 1000), restored: times.length } };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
