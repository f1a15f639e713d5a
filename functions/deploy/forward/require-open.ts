import { WindowClosed } from '../../../core/contract/errors.ts';
import { kindOf } from '../../../core/release/kind.ts';
import { isRollback } from '../../../core/release/origin.ts';
import { describeClosure } from '../../../core/turn/windows/closure.ts';
import { closureAt } from '../../../engine/turn/windows.ts';
import { phaseOf, type TargetContext } from '../target-context.ts';

/**
 * A target that is being changed finishes, whatever windows say. One of which nothing was changed yet waits, be it the first of a wave,
 * or begun before and sent back by a busy stack or an alarm: what it would do now is a change like any other. @throws WindowClosed
 */
export async function requireOpen(work: TargetContext): Promise<void> {
  const { planned, head, where, place, invocation } = work;
  const { windows } = planned;
  if (windows === undefined || head.environments[where.environment]?.windowOverriddenAt !== undefined) return;
  // A rollback that was begun may have brought users back already.
  if (isRollback(head) && phaseOf(work, head) === 'preparing') return;
  const closed = await closureAt({ ...windows, kind: kindOf(head) }, invocation.now());
  if (closed === undefined) return;
  const sentence = `${where.environment} is closed by ${describeClosure(closed)}; nothing was changed in the target yet.`;
  throw new WindowClosed(sentence, place);
}
