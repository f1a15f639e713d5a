import { TargetBusy } from '../../../core/contract/errors.ts';
import type { PreviewItem } from '../../../core/planning/items.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import { readTurn } from '../../../engine/ledger/read.ts';
import { changeSetNames } from '../template/change.ts';
import type { TargetView } from '../target-context.ts';

/** Change sets of a plan are made once: their names need no event. */
export const planIntent = 1;

/**
 * Takes away what a preview made: its change sets, known by their names, and the empty stack that the first of them made where there
 * was none. That stack stays where somebody else has a change set in it, who removes it or makes it.
 * @throws TargetBusy while a release changes the stack, or has the turn and may be about to make it: it must not find it deleted
 */
export async function clearTarget(
  work: TargetView,
  { foreignShell }: Pick<PreviewItem, 'foreignShell'>,
): Promise<void> {
  const { target, roles, release, item, place } = work;
  for (const name of changeSetNames(work, planIntent)) {
    const left = await target.stacks.clearChangeSet(item.stackName, name);
    if (left !== undefined) throw new TargetBusy(left, place);
  }
  const stack = await target.stacks.describe(item.stackName);
  if (stack?.status !== 'REVIEW_IN_PROGRESS' || stack.id === foreignShell) return;
  if ((await target.stacks.changeSets(stack.id)).length > 0) return;
  const turn = await readTurn(work.services.ledger, work.plan.manifest.service, work.where.environment);
  if (turn?.holder !== undefined) {
    throw new TargetBusy(`${turn.holder} may be about to make the stack ${stack.name}.`, place);
  }
  const refusal = await target.stacks.deleteStack(stack.id, tokenOf(work, release), roles.cloudFormation);
  if (refusal !== undefined) throw new TargetBusy(refusal, place);
}

function tokenOf({ targetName }: TargetView, plan: string): string {
  return clientToken(plan, planIntent, `${targetName} empty stack`);
}
