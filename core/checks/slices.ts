import { judgeBaseline } from './baseline.ts';
import { Latencies } from './latencies.ts';
import { type Measurement, nothingMeasured, type MeasuredVersions } from './measurement-schema.ts';
import { measure, mergeMeasurements, type Sample } from './measurement.ts';
import type { TrafficCheck } from './schema.ts';
import { judgeSyntheticTraffic } from './synthetic-traffic.ts';
import { overallVerdict, type Verdict } from './verdict.ts';

const nothingMeasuredYet: MeasuredVersions = { newVersion: nothingMeasured, oldVersion: nothingMeasured };

/** How one request of a slice reaches the function. */
export type Route = 'alias' | 'newVersion' | 'oldVersion';

/**
 * The routes that a check's requests take in turn: the alias, as for users; the new version by its number, which few users
 * reach at first; and the old one where the check compares with it. A URL has one route only.
 */
export function routesOf(check: TrafficCheck): readonly [Route, ...Route[]] {
  if ('http' in check) return ['alias'];
  return check.baseline === undefined ? ['alias', 'newVersion'] : ['alias', 'newVersion', 'oldVersion'];
}

/** A sample and the version that answered; absent when it is unknown, as for a URL, or when nothing answered. */
export interface VersionedSample {
  readonly version?: string;
  readonly sample: Sample;
}

/**
 * Sorts samples by version. A sample that is not certainly the old version's counts as the new one's, which has to prove
 * itself.
 */
export function sortSamples(samples: readonly VersionedSample[], oldVersion: string | undefined): MeasuredVersions {
  const isOld = ({ version }: VersionedSample): boolean => version !== undefined && version === oldVersion;
  return {
    newVersion: measure(samples.filter((one) => !isOld(one)).map(({ sample }) => sample)),
    oldVersion: measure(samples.filter(isOld).map(({ sample }) => sample)),
  };
}

/** Adds a slice to the measurements so far, check by check. */
export function addSlice(
  before: Readonly<Record<string, MeasuredVersions>>,
  slice: Readonly<Record<string, MeasuredVersions>>,
): Record<string, MeasuredVersions> {
  const added = Object.entries(slice).map(([name, { newVersion, oldVersion }]): [string, MeasuredVersions] => {
    const known = before[name] ?? nothingMeasuredYet;
    return [
      name,
      {
        newVersion: mergeMeasurements(known.newVersion, newVersion),
        oldVersion: mergeMeasurements(known.oldVersion, oldVersion),
      },
    ];
  });
  return fitted({ ...before, ...Object.fromEntries(added) });
}

/** An item of the ledger has room for 400 KB. */
const ROOM = 300_000;

/** Where many checks measure latencies that are wide apart, their histograms are kept with one digit instead of two. */
function fitted(checks: Record<string, MeasuredVersions>): Record<string, MeasuredVersions> {
  if (Buffer.byteLength(JSON.stringify(checks)) <= ROOM) return checks;
  const coarse = (one: Measurement): Measurement => ({
    ...one,
    latencies: Latencies.parse(one.latencies).toCoarseText(),
  });
  return Object.fromEntries(
    Object.entries(checks).map(([name, { newVersion, oldVersion }]) => [
      name,
      { newVersion: coarse(newVersion), oldVersion: coarse(oldVersion) },
    ]),
  );
}

/**
 * Judges everything that was measured during the shift: the new version by the check's limits, and by the old one.
 * @param measured by the check's place in the manifest
 * @param looks how often this is judged during the shift
 */
export function judgeMeasuredVersions(
  checks: readonly TrafficCheck[],
  measured: Readonly<Record<string, MeasuredVersions>>,
  looks: number,
): Verdict[] {
  return checks.flatMap((check, index) => judgeMeasured(check, measured[String(index)], looks));
}

/** The same, one verdict for each check: how the new version stands after a slice. */
export function standingOfEach(
  checks: readonly TrafficCheck[],
  measured: Readonly<Record<string, MeasuredVersions>>,
  looks: number,
): Verdict['verdict'][] {
  return checks.map((check, index) => overallVerdict(judgeMeasured(check, measured[String(index)], looks)));
}

function judgeMeasured(
  check: TrafficCheck,
  { newVersion, oldVersion }: MeasuredVersions = nothingMeasuredYet,
  looks: number,
): Verdict[] {
  const limits = judgeSyntheticTraffic(check, newVersion);
  const compared = judgeBaseline(check, { newVersion, oldVersion }, looks);
  const during = { ...limits, check: `${limits.check} during the shift` };
  return compared === undefined ? [during] : [during, compared];
}
