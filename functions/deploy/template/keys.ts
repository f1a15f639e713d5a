import { planTemplates } from '../../../core/contract/names.ts';
import type { TargetItem } from '../../../core/ledger/items.ts';
import { isPlanning } from '../../../core/values/identifiers.ts';

/** Where the asset bucket of a target keeps what a release needs there besides its code. */
export type KeptTemplate = 'next' | 'live' | 'applied' | 'settled' | 'restored' | 'original' | 'adopted';

/** The key of a template of a release; of what is only planned, under a prefix that the bucket empties. */
export function templateKey({ release, environment }: TargetItem, which: KeptTemplate): string {
  const folder = isPlanning(release) ? planTemplates : 'templates/';
  return `${folder}${release}/${environment}/${which}.json`;
}
