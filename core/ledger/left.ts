import type { EnvironmentTarget } from '../contract/tasks.ts';
import type { Left } from '../release/left.ts';
import type { LeftResource } from '../template/left-behind.ts';
import { nameTarget } from '../values/identifiers.ts';
import type { LeftItem, TargetItem } from './items.ts';
import { leftKey } from './keys.ts';
import type { WriteIntent } from './write-intent.ts';

/** What a rolled-back release made in an environment's targets, and what stays. */
export function leftAtEnd(environment: string, items: readonly TargetItem[]): Left[] {
  return items.flatMap((item) => (item.left ?? []).map((one) => ({ ...one, environment, target: nameTarget(item) })));
}

/** A release in a target, and when. */
interface About {
  readonly service: string;
  readonly where: EnvironmentTarget;
  readonly item: Pick<TargetItem, 'release' | 'imported'>;
  readonly at: string;
}

/**
 * Keeps what a rolled-back release has left, for the next one. What it had taken over is no longer what others left: it is gone, or left
 * again. One release at a time writes it: the one that holds the turn.
 * @param known what earlier releases have left
 */
export function keepLeft(
  { service, where, item, at, left }: About & { readonly left: readonly LeftResource[] },
  known: LeftItem | undefined,
): WriteIntent[] {
  const { imported = [], release } = item;
  const seen = new Set([...left, ...imported].map(nameOf));
  const others = (known?.resources ?? []).filter((one) => !seen.has(nameOf(one)));
  const resources = [...others, ...left.map((one) => ({ ...one, release, since: at }))];
  return seen.size === 0 ? [] : write(service, where, resources);
}

/** What a release took over is its service's again. */
export function forgetImported(
  { service, where, item }: Omit<About, 'at'>,
  known: LeftItem | undefined,
): WriteIntent[] {
  const taken = new Set((item.imported ?? []).map(nameOf));
  const resources = (known?.resources ?? []).filter((one) => !taken.has(nameOf(one)));
  return known === undefined || taken.size === 0 ? [] : write(service, where, resources);
}

function write(
  service: string,
  { environment, account, region }: EnvironmentTarget,
  resources: LeftItem['resources'],
): WriteIntent[] {
  const key = leftKey(service, { environment, account, region });
  if (resources.length === 0) return [{ write: 'delete', key }];
  return [{ write: 'put', item: { ...key, service, environment, account, region, resources } }];
}

function nameOf({ type, physicalId }: Pick<LeftResource, 'type' | 'physicalId'>): string {
  return `${type} ${physicalId}`;
}
