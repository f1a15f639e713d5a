import { leftItem, type LeftItem, type TargetItem } from '../../core/ledger/items.ts';
import { leftKey } from '../../core/ledger/keys.ts';
import { forgetImported, keepLeft } from '../../core/ledger/left.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { readItem } from './read.ts';

/** A release in a target of its service. */
interface Place {
  readonly service: string;
  readonly where: EnvironmentTarget;
  readonly item: TargetItem;
}

/** What rolled-back releases have left in a target, and no release has taken over. */
export async function readLeft(
  ledger: Ledger,
  { service, where }: Omit<Place, 'item'>,
): Promise<LeftItem['resources']> {
  return (await readLeftItem(ledger, { service, where }))?.resources ?? [];
}

/** The writes that keep what this release leaves, for the next one. @param at when it was rolled back */
export async function leave(ledger: Ledger, place: Place, at: string): Promise<WriteIntent[]> {
  const { left } = place.item;
  // CloudFormation has undone the change itself: what was to be taken over is left as it was.
  if (left === undefined) return [];
  return keepLeft({ ...place, at, left }, await readLeftItem(ledger, place));
}

/** The writes by which what this release took over is no longer left. */
export async function takeOver(ledger: Ledger, place: Place): Promise<WriteIntent[]> {
  if (place.item.imported === undefined) return [];
  return forgetImported(place, await readLeftItem(ledger, place));
}

function readLeftItem(ledger: Ledger, { service, where }: Omit<Place, 'item'>): Promise<LeftItem | undefined> {
  return readItem(ledger, leftKey(service, where), leftItem);
}
