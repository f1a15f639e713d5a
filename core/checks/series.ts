import type { MeasuredSlice, MeasuredVersion } from './evidence.ts';
import { Latencies } from './latencies.ts';
import type { Measurement, MeasuredVersions } from './measurement-schema.ts';
import { checkName, type TrafficCheck } from './schema.ts';
import { percentilesOf } from './synthetic-traffic.ts';
import type { Verdict } from './verdict.ts';

/** What an alias serves: one version, and what share of the requests goes to another. */
interface ServedAlias {
  readonly version: string;
  /** Between 0 and 1, by version. */
  readonly weights: Readonly<Record<string, number>>;
}

/** What one check measured in a slice, and in percent how many of the users came to the new version. */
export interface MeasuredCheck {
  readonly measured: MeasuredVersions;
  readonly weight: number | undefined;
}

/** A slice as the series keeps it: numbers for each check and version, of the size of a chart's points. */
export function describeSlice(
  { slice, at }: { readonly slice: number; readonly at: string },
  checks: readonly {
    readonly check: TrafficCheck;
    readonly seen: MeasuredCheck;
    readonly verdict?: Verdict['verdict'] | undefined;
  }[],
): MeasuredSlice {
  return {
    slice,
    at,
    checks: checks.map(({ check, seen: { measured, weight }, verdict }) => ({
      check: checkName(check),
      ...(weight === undefined ? {} : { weight }),
      ...(verdict === undefined ? {} : { verdict }),
      newVersion: pointOf(measured.newVersion),
      oldVersion: pointOf(measured.oldVersion),
    })),
  };
}

function pointOf({ sent, errors, latencies }: Measurement): MeasuredVersion {
  return { requests: sent, errors, latencies: percentilesOf(Latencies.parse(latencies)) };
}

/** Percent of an alias's users who come to a version. */
export function weightOf({ version, weights }: ServedAlias, wanted: string): number {
  const others = Object.values(weights).reduce((sum, one) => sum + one, 0);
  const share = version === wanted ? 1 - others : (weights[wanted] ?? 0);
  return Math.round(share * 10_000) / 100;
}
