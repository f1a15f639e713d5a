import type { ApprovalItem, TargetItem } from '../ledger/items.ts';
import type { ChangeSummary } from '../template/change-schema.ts';
import { unknownInWords } from '../template/known-after-apply.ts';
import { nameTarget } from '../values/identifiers.ts';
import { environmentChange } from './decision.ts';

/** A target whose change was previewed. */
export type PreviewedTarget = TargetItem & Required<Pick<TargetItem, 'lookedAhead'>>;

/**
 * The targets of an approval's environment with what would change in them. None where the preview is not the one that approval
 * was requested for, since it was made again. Once a target is prepared, its change is what was previewed.
 */
export function previewOf(approval: ApprovalItem, targets: readonly TargetItem[]): PreviewedTarget[] {
  const previewed = targets.flatMap((target): PreviewedTarget[] => {
    const { lookedAhead = target.change } = target;
    return lookedAhead === undefined ? [] : [{ ...target, lookedAhead: changeInWords(lookedAhead) }];
  });
  const digests = previewed.map((target): [string, string] => [nameTarget(target), target.lookedAhead.digest]);
  const same = approval.override !== undefined || environmentChange(Object.fromEntries(digests)) === approval.change;
  return same ? previewed : [];
}

/** For people: what CloudFormation writes in place of a value that is not known yet means nothing to them. */
export function changeInWords(change: ChangeSummary): ChangeSummary {
  const warnings = change.warnings.map((one) => ({ ...one, sentence: unknownInWords(one.sentence) }));
  return { ...change, warnings };
}
