import { TargetNotReady } from '../../../core/contract/errors.ts';
import { demand, refusesUnguarded } from '../../../core/template/ways-in/rollout-rule.ts';
import type { TargetView } from '../target-context.ts';
import type { ProposedChange } from './change.ts';

/** Where the policy demands a rollout, nobody may move as soon as the stack is changed: the change set goes again. @throws TargetNotReady */
export async function requireNobodyMoved(
  { target, item, planned, place }: TargetView,
  { changeSet, moved }: Pick<ProposedChange, 'changeSet' | 'moved'>,
): Promise<void> {
  if (moved.length === 0 || !refusesUnguarded(planned)) return;
  await target.stacks.deleteChangeSet(item.stackName, changeSet.id);
  const sentences = moved.map(({ sentence, remedy }) => `${sentence} ${remedy}`);
  throw new TargetNotReady([...sentences, demand([planned.name])].join(' '), place);
}
