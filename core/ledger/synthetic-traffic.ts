import * as z from 'zod';
import { measuredVersionsSchema } from '../checks/measurement-schema.ts';
import type { EnvironmentTarget } from '../contract/tasks.ts';
import { accountId, environmentName, instant, regionName, releaseId } from '../values/identifiers.ts';
import { type Key, releasePartition } from './keys.ts';
import { isAbsent, type WriteIntent } from './write-intent.ts';

/** `release#<id> / traffic#<env>#<account>#<region>`: what synthetic traffic saw while a target's traffic moved. */
export const syntheticTrafficItem = z.object({
  release: releaseId,
  environment: environmentName,
  account: accountId,
  region: regionName,
  /** Slices begun so far. */
  begun: z.int().min(1),
  /** When the latest of them began. */
  lastSliceAt: instant,
  /** The latest slice whose measurement is in; 0 before the first. An earlier one that comes late is left out. */
  measured: z.int().min(0),
  /** All slices together, by the check's place in the manifest. */
  checks: z.record(z.string(), measuredVersionsSchema),
});
export type SyntheticTrafficItem = z.infer<typeof syntheticTrafficItem>;

export const syntheticTrafficKey = (release: string, { environment, account, region }: EnvironmentTarget): Key => ({
  pk: releasePartition(release),
  sk: `traffic#${environment}#${account}#${region}`,
});

/** Begins the next slice, once, whoever else begins one at the same time. */
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

/** Is the slice one that was begun, and neither it nor a later one is in? */
export function isMissing({ begun, measured }: SyntheticTrafficItem, slice: number): boolean {
  return slice > measured && slice <= begun;
}

/** Keeps a measurement, if nobody has kept another since it was read. */
export function keepMeasured(before: SyntheticTrafficItem, after: SyntheticTrafficItem): WriteIntent[] {
  return [
    {
      write: 'update',
      key: syntheticTrafficKey(before.release, before),
      expression: 'SET #measured = :after, #checks = :checks',
      names: { '#measured': 'measured', '#checks': 'checks' },
      values: { ':before': before.measured, ':after': after.measured, ':checks': after.checks },
      condition: { expression: '#measured = :before' },
      lost: 'HeadMoved',
    },
  ];
}
