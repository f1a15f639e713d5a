import * as z from 'zod';
import type { Metrics } from '../../metrics/metrics.ts';
import { environmentName, serviceName } from '../../values/identifiers.ts';

/** DORA's four metrics of a service in an environment, by week. */

/** Weeks that one answer has, when it is not said, and at most. */
const WEEKS = 12;
const MOST_WEEKS = 26;

/** Days outside of these are mistakes. */
const [FIRST_DAY, LAST_DAY] = ['2020-01-01', '2199-12-31'];
const DAY = 'must be a day such as "2026-11-20"';

/** `GET /v1/services/{service}/metrics`: query. */
export const metricsQuery = z.strictObject({
  /** The last environment that the service's releases pass, when it is not given. */
  environment: environmentName.exactOptional(),
  weeks: z.coerce.number().int().min(1).max(MOST_WEEKS).default(WEEKS),
  /** A day of the last week, in UTC; today when it is not given. */
  until: z.iso
    .date({ error: DAY })
    .refine((day) => day >= FIRST_DAY && day <= LAST_DAY, { error: DAY })
    .exactOptional(),
});

const count = z.int().min(0);
const seconds = z.int().min(0);

const measured = z.strictObject({
  deployments: count,
  /** Deployments that came out to be bad: rolled back, by themselves or by people, or replaced by a hotfix. */
  failures: count,
  changeFailurePercent: z.number().min(0).max(100).exactOptional(),
  /** Median from the commit – from the upload, where the manifest names no time – until all users were on it. */
  leadTime: z.strictObject({ seconds, sinceCommit: count, sinceUpload: count }).exactOptional(),
  /** Median from when a deployment was seen to be bad until no user was on it. */
  timeToRestore: z.strictObject({ seconds, restored: count }).exactOptional(),
  /** Bad deployments that some users are still on, as far as the ledger knows. */
  unrestored: count,
});

const measuredWeek = measured.extend({
  /** Its Monday; it begins at 00:00 UTC. */
  week: z.iso.date(),
  underWay: z.literal(true).exactOptional(),
});

/** `GET /v1/services/{service}/metrics`. */
export const metricsDocument = z.strictObject({
  service: serviceName,
  environment: environmentName,
  /** Environments that metrics can be asked for, in the order in which releases pass them. */
  environments: z.array(environmentName),
  /** The oldest first. */
  weeks: z.array(measuredWeek),
  total: measured.extend({ deploymentsPerWeek: z.number().min(0) }),
  /** `until` for the weeks before these, where one of them has a deployment. */
  earlier: z.iso.date().exactOptional(),
});
export type MetricsDocument = z.infer<typeof metricsDocument>;
export type MeasuredDocument = z.infer<typeof measured>;

/** The metrics as the API shows them. @param earlier the week before the first, where anything was deployed before it */
export function describeMetrics(
  place: Pick<MetricsDocument, 'service' | 'environment' | 'environments'>,
  { weeks, total }: Metrics,
  earlier: string | undefined,
): MetricsDocument {
  return { ...place, weeks: [...weeks], total, ...(earlier === undefined ? {} : { earlier }) };
}
