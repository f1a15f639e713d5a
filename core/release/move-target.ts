import type { TargetDraft } from './events.ts';
import type { EnvironmentState, ReleaseHead } from './head.ts';
import { findEnvironment } from './move-environment.ts';
import { isOneOf, isGood, isHalted } from './progress.ts';
import { keptTargets } from './rollback-order.ts';
import { targetRules } from './transition-table.ts';
import type { MoveOrRefusal } from './move.ts';

/** An event of one target of the environment under way. */
export function moveTarget(head: ReleaseHead, draft: TargetDraft): MoveOrRefusal {
  const rule = targetRules[draft.type];
  const { target } = draft;
  const found = findEnvironment(head, draft.environment);
  if (typeof found === 'string') return found;
  const { name, state } = found;
  const phase = state.targets[target];
  if (phase === undefined) return `the environment ${name} has no target "${target}"`;
  if (!isOneOf(rule.environment, state.phase)) return `the environment ${name} is ${state.phase}`;
  if (!isOneOf(rule.from, phase)) return `the target ${target} is ${phase}`;
  if (rule.onlyWhenHalted === true && !isHalted(head)) return 'nothing has failed';
  if (rule.onlyWhenHalted === true && isGood(state)) return `the release is good in ${name} and is not rolled back`;
  if (rule.onlyWhenGood === true && !maySettle(head, state, target)) {
    return `the release has not proven itself in ${name} yet`;
  }
  const next = { ...state, targets: { ...state.targets, [target]: rule.to } };
  return {
    from: phase,
    to: rule.to,
    head: {
      ...head,
      status: rule.status ?? head.status,
      environment: name,
      environments: { ...head.environments, [name]: next },
    },
  };
}

/** A good environment settles, even where the release is cancelled before the next; of one that failed, what keeps the new version. */
function maySettle(head: ReleaseHead, state: EnvironmentState, target: string): boolean {
  return isGood(state) || (isHalted(head) && keptTargets(state).includes(target));
}
