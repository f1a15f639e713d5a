import type { Plan } from '../release/plan.ts';
import type { TargetItem } from './items.ts';
import { planKey, targetKey } from './keys.ts';
import { isAbsent } from './write-intent.ts';
import type { WriteIntent } from './write-intent.ts';

/** Freezes the plan. Record `accepted` with its digest in the same transaction. */
export function freezePlan(plan: Plan): WriteIntent[] {
  return [{ write: 'put', item: { ...planKey(plan.release), ...plan }, condition: isAbsent, lost: 'AlreadyDone' }];
}

/** Writes what is known of a target. One function at a time does: while the turn is held, or before anything is changed. */
export function putTarget(target: TargetItem): WriteIntent {
  return { write: 'put', item: { ...targetKey(target.release, target), ...target } };
}

/** What `settled` says of versions that were deleted; nothing where none was. */
export function prunedEvidence({ pruned = [] }: Pick<TargetItem, 'pruned'>): {
  readonly evidence?: { readonly pruned: string[] };
} {
  return pruned.length === 0 ? {} : { evidence: { pruned: [...pruned] } };
}
