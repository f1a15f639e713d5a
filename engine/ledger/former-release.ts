import { type FormerRelease, liveItem, type TargetItem } from '../../core/ledger/items.ts';
import { liveKey, planKey } from '../../core/ledger/keys.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import { planSchema } from '../../core/release/plan.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { readItem } from './read.ts';

/** The release that is live in a target, before another changes it; undefined where none is. */
export async function readFormerRelease(
  ledger: Ledger,
  service: string,
  where: EnvironmentTarget,
): Promise<FormerRelease | undefined> {
  const live = await readItem(ledger, liveKey(service, where), liveItem);
  if (live === undefined) return undefined;
  const { release, version, digest } = live;
  const plan = await readItem(ledger, planKey(release), planSchema);
  return { release, version, digest, alarms: plan?.manifest.alarms ?? [] };
}

/** The same at any time: once the target is prepared, its item knows. @param item undefined before that */
export async function formerReleaseOf(
  ledger: Ledger,
  service: string,
  where: EnvironmentTarget,
  item: TargetItem | undefined,
): Promise<FormerRelease | undefined> {
  return item?.rollbackPoint === undefined ? readFormerRelease(ledger, service, where) : item.formerRelease;
}
