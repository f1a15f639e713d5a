import {
  type AliasState,
  type FormerRelease,
  liveItem,
  type LiveItem,
  type TargetItem,
} from '../../core/ledger/items.ts';
import { liveKey, planKey } from '../../core/ledger/keys.ts';
import { agreesWith, type LiveChange } from '../../core/ledger/live.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import { isReference } from '../../core/template/parameters.ts';
import { planSchema } from '../../core/release/plan.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { readItem } from './read.ts';

/**
 * The release that is live in a target, before another changes it; undefined where none is.
 * @param aliases what AWS serves
 */
export async function readFormerRelease(
  ledger: Ledger,
  service: string,
  where: EnvironmentTarget,
  aliases: readonly AliasState[] = [],
): Promise<FormerRelease | undefined> {
  const live = await readItem(ledger, liveKey(service, where), liveItem);
  if (live?.release === undefined || live.version === undefined) return undefined;
  const { release, version, digest } = live;
  const plan = await readItem(ledger, planKey(release), planSchema);
  const given = plan?.environments.find(({ name }) => name === where.environment)?.parameters ?? {};
  const references = Object.entries(given).filter(([, value]) => isReference(value));
  return {
    ...{ release, version, alarms: plan?.manifest.alarms ?? [] },
    ...(digest === undefined ? {} : { digest }),
    ...(agreesWith(live, aliases) ? {} : { drifted: true }),
    ...(references.length === 0 ? {} : { references: Object.fromEntries(references) }),
  };
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

/** What the ledger says is live where a release makes a change. */
export function readLiveItem(
  ledger: Ledger,
  { head, where }: Pick<LiveChange, 'head' | 'where'>,
): Promise<LiveItem | undefined> {
  return readItem(ledger, liveKey(head.service, where), liveItem);
}

/**
 * What is in service in a target, as far as the ledger knows: without a version where AWS serves something else than that.
 * @param live undefined where AWS has nothing
 */
export function versionInService(live: object | undefined, former: FormerRelease | undefined): TargetItem['inService'] {
  if (live === undefined) return undefined;
  return former === undefined || former.drifted === true ? {} : { version: former.version };
}
