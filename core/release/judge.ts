import { restsOnLeftOut } from '../manifest/legible.ts';
import { targetProblems } from '../template/target-rules.ts';
import type { TargetProblem } from '../template/target-problem.ts';
import type { Template } from '../template/template.ts';
import type { Problem } from '../values/problems.ts';
import { draftPlan, type PlanInput } from './make-plan.ts';
import { type Plan } from './plan.ts';

/** What is judged. */
interface JudgedInput extends PlanInput {
  /** undefined where it cannot be read. */
  readonly template: Template | undefined;
  /** What of a wrong manifest is missing or stood in for; where it is the service, the policy has to be one that is made for it. */
  readonly leftOut?: readonly string[];
}

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
 */
export function judgeByPolicy({ template, leftOut = [], ...input }: JudgedInput): Judgement {
  const { plan, problems: found } = draftPlan(input);
  const problems = found.filter((one) => !restsOnLeftOut(one, leftOut));
  if (plan === undefined) return { problems, inTargets: [] };
  const inTargets = template === undefined ? [] : targetProblems(template, plan, input.policy);
  return { plan, problems, inTargets: inTargets.filter(({ problem }) => !restsOnLeftOut(problem, leftOut)) };
}
