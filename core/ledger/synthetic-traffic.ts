import * as z from 'zod';
import { evidenceReference } from '../checks/evidence.ts';
import { measuredVersionsSchema } from '../checks/measurement-schema.ts';
import type { EnvironmentTarget } from '../contract/tasks.ts';
import { accountId, environmentName, instant, regionName, releaseId } from '../values/identifiers.ts';
import { type Key, releasePartition } from './keys.ts';
import { isAbsent, type WriteIntent } from './write-intent.ts';

/** `release#<id> / traffic#<env>#<account>#<region>`: what synthetic traffic measured while a target's traffic moved. */
export const syntheticTrafficItem = z.object({
  release: releaseId,
  environment: environmentName,
  account: accountId,
  region: regionName,
  /** Slices started so far. */
  begun: z.int().min(1),
  /** When the latest of them started. */
  lastSliceAt: instant,
  /** The latest slice whose measurement is in; 0 before the first. An earlier one that comes late is dropped. */
  measured: z.int().min(0),
  /** All slices together, by the check's place in the manifest. */
  checks: z.record(z.string(), measuredVersionsSchema),
  /** The object with what each slice measured; absent before the first, and where an older engine began. */
  series: evidenceReference.exactOptional(),
});
export type SyntheticTrafficItem = z.infer<typeof syntheticTrafficItem>;

/** Prefix of what was measured in an environment's targets, in the release's partition. */
export const trafficInEnvironment = (environment: string): string => `traffic#${environment}#`;
export const syntheticTrafficKey = (release: string, { environment, account, region }: EnvironmentTarget): Key => ({
  pk: releasePartition(release),
  sk: `${trafficInEnvironment(environment)}${account}#${region}`,
});

/** Starts the next slice, once, even when two callers start one at the same time. */
export function beginSlice(
  release: string,
  where: EnvironmentTarget,
  before: SyntheticTrafficItem | undefined,
  now: string,
): { readonly after: SyntheticTrafficItem; readonly writes: readonly WriteIntent[] } {
  const key = syntheticTrafficKey(release, where);
  if (before === undefined) {
    const first: SyntheticTrafficItem = { release, ...where, begun: 1, lastSliceAt: now, measured: 0, checks: {} };
    return {
      after: first,
      writes: [{ write: 'put', item: { ...key, ...first }, condition: isAbsent, lost: 'AlreadyDone' }],
    };
  }
  const after = { ...before, begun: before.begun + 1, lastSliceAt: now };
  const write: WriteIntent = {
    write: 'update',
    key,
    expression: 'SET #begun = :next, #last = :now',
    names: { '#begun': 'begun', '#last': 'lastSliceAt' },
    values: { ':next': after.begun, ':now': now, ':begun': before.begun },
    condition: { expression: '#begun = :begun' },
    lost: 'AlreadyDone',
  };
  return { after, writes: [write] };
}

/** Was the slice started, and is neither it nor a later one measured? */
export function isMissing({ begun, measured }: SyntheticTrafficItem, slice: number): boolean {
  return slice > measured && slice <= begun;
}

/** Stores a measurement, unless another was stored since the item was read. */
export function keepMeasured(before: SyntheticTrafficItem, after: Required<SyntheticTrafficItem>): WriteIntent[] {
  return [
    {
      write: 'update',
      key: syntheticTrafficKey(before.release, before),
      expression: 'SET #measured = :after, #checks = :checks, #series = :series',
      names: { '#measured': 'measured', '#checks': 'checks', '#series': 'series' },
      values: {
        ':before': before.measured,
        ':after': after.measured,
        ':checks': after.checks,
        ':series': after.series,
      },
      condition: { expression: '#measured = :before' },
      lost: 'HeadMoved',
    },
  ];
}
