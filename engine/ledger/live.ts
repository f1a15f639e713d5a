import {
  type AliasState,
  type FormerRelease,
  type InService,
  type LiveItem,
  type TargetItem,
} from '../../core/ledger/items.ts';
import { liveKey, planKey } from '../../core/ledger/keys.ts';
import { servingRow } from '../../core/ledger/live-row.ts';
import { agreesWith, type LiveChange } from '../../core/ledger/live.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import { isReference } from '../../core/template/parameters.ts';
import { type Plan, plannedIn, planSchema } from '../../core/release/plan.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { readItem } from './read.ts';

/** A release that is live in a target, before another changes it, and where it was built from. */
interface LiveRelease {
  readonly former: FormerRelease;
  readonly source: Plan['manifest']['source'] | undefined;
}

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
  return (await readLiveRelease(ledger, service, where, aliases))?.former;
}

/** The same, and what approvers are told of it. @param aliases what AWS serves; undefined where it has no stack */
export async function readInService(
  ledger: Ledger,
  service: string,
  where: EnvironmentTarget,
  aliases: readonly AliasState[] | undefined,
): Promise<{ readonly former: FormerRelease | undefined; readonly inService: InService }> {
  const live = await readLiveRelease(ledger, service, where, aliases ?? []);
  const inService = inServiceOf(aliases, live?.former);
  if (inService.kind !== 'release') return { former: live?.former, inService };
  const { repository, commit } = live?.source ?? {};
  const source = { ...(repository === undefined ? {} : { repository }), ...(commit === undefined ? {} : { commit }) };
  return { former: live?.former, inService: { ...inService, ...source } };
}

/** What is in service in a target: no release where AWS serves something else than the ledger knows. @param stack undefined where AWS has none */
export function inServiceOf(stack: object | undefined, former: FormerRelease | undefined): InService {
  if (stack === undefined) return { kind: 'nothing' };
  if (former === undefined || former.drifted === true) return { kind: 'foreign' };
  return { kind: 'release', release: former.release, version: former.version };
}

async function readLiveRelease(
  ledger: Ledger,
  service: string,
  where: EnvironmentTarget,
  aliases: readonly AliasState[],
): Promise<LiveRelease | undefined> {
  const live = await readServing(ledger, service, where);
  if (live?.release === undefined || live.version === undefined) return undefined;
  const { release, version, digest } = live;
  const plan = await readItem(ledger, planKey(release), planSchema);
  const planned = plan?.environments.find(({ name }) => name === where.environment);
  const given = planned === undefined ? {} : plannedIn(planned, where).parameters;
  const references = Object.entries(given).filter(([, value]) => isReference(value));
  const former = {
    ...{ release, version, alarms: plan?.manifest.alarms ?? [] },
    ...(digest === undefined ? {} : { digest }),
    ...(agreesWith(live, aliases) ? {} : { drifted: true as const }),
    ...(references.length === 0 ? {} : { references: Object.fromEntries(references) }),
  };
  return { former, source: plan?.manifest.source };
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
  return readServing(ledger, head.service, where);
}

/** What the ledger says serves in a target; undefined where nothing does. */
export function readServing(ledger: Ledger, service: string, where: EnvironmentTarget): Promise<LiveItem | undefined> {
  return readItem(ledger, liveKey(service, where), servingRow);
}
