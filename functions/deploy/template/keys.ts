import type { TargetItem } from '../../../core/ledger/items.ts';

/** Where the asset bucket of a target keeps what a release needs there besides its code. */
export type KeptTemplate = 'next' | 'live' | 'applied' | 'settled' | 'restored' | 'original' | 'adopted';

/** The key of a template of a release. */
export function templateKey({ release, environment }: TargetItem, which: KeptTemplate): string {
  return `templates/${release}/${environment}/${which}.json`;
}
