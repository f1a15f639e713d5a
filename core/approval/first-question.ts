import type { TargetItem } from '../ledger/items.ts';

/**
 * Why a release is asked about twice, in sentences, where this is the first time: a stack that is to be guarded, or to get the boundary, is
 * adopted in a change of its own, and the release's own change is asked about after it.
 */
export function whyAskedTwice(targets: readonly Pick<TargetItem, 'lookedAhead'>[]): string[] {
  const adoptions = targets.flatMap(({ lookedAhead }) =>
    lookedAhead?.partial === true && lookedAhead.boundary !== undefined ? [lookedAhead.boundary] : [],
  );
  return [...new Set(adoptions)].map((adoption) => `This is the first of two questions. ${adoption}`);
}
