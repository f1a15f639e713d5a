import { WindowClosed } from '../../../core/contract/errors.ts';
import { kindOf } from '../../../core/release/kind.ts';
import { describeClosure } from '../../../core/turn/windows/closure.ts';
import { closureAt } from '../../../engine/turn/windows.ts';
import type { TargetContext } from '../target-context.ts';

/**
 * A target that is being changed finishes, whatever windows say. One of which nothing was changed yet waits, be it the first of a wave,
 * or begun before and sent back by a busy stack or an alarm: what it would do now is a change like any other. @throws WindowClosed
 */
export async function requireOpen({ planned, head, where, place, invocation }: TargetContext): Promise<void> {
  const { windows } = planned;
  if (windows === undefined || head.environments[where.environment]?.windowOverriddenAt !== undefined) return;
  const closed = await closureAt({ ...windows, kind: kindOf(head) }, invocation.now());
  if (closed === undefined) return;
  const sentence = `${where.environment} is closed by ${describeClosure(closed)}; nothing was changed in the target yet.`;
  throw new WindowClosed(sentence, place);
}
