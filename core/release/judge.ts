import { targetProblems } from '../template/target-rules.ts';
import type { TargetProblem } from '../template/target-problem.ts';
import type { Template } from '../template/template.ts';
import type { Problem } from '../values/problems.ts';
import { draftPlan, type PlanInput } from './make-plan.ts';
import { type Plan } from './plan.ts';

/** What the policy makes of an artifact. */
export interface Judgement {
  /** A draft where there are problems; absent where the policy does not know the service. */
  readonly plan?: Plan;
  /** What keeps the artifact from being released anywhere. */
  readonly problems: readonly Problem[];
  /** What keeps it from some of the targets. */
  readonly inTargets: readonly TargetProblem[];
}

/**
 * Everything that policy and targets have against an artifact, of all targets at once, before anything is done in any: the engine
 * rejects it by this, and `sluice check` tells it beforehand.
 * @param input.template undefined where it cannot be read
 */
export function judgeByPolicy(input: PlanInput & { readonly template: Template | undefined }): Judgement {
  const { template, policy } = input;
  const { plan, problems } = draftPlan(input);
  if (plan === undefined) return { problems, inTargets: [] };
  return { plan, problems, inTargets: template === undefined ? [] : targetProblems(template, plan, policy) };
}
