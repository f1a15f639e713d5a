import type { Manifest } from '../manifest/manifest.ts';
import { isBuiltIn } from '../policy/execution.ts';
import { entryNamesIn, type PolicyNames } from '../policy/stack-names.ts';
import type { Plan, PlannedEnvironment } from '../release/plan.ts';
import type { Target } from '../values/identifiers.ts';
import type { Problem } from '../values/problems.ts';
import { assetReaderProblems } from './asset-readers.ts';
import { boundaryProblem, boundaryProblems, foreignBoundaries } from './foreign-boundary.ts';
import { foreignApiProblems, foreignConnectionProblems } from './foreign-parts.ts';
import { httpTaskProblems } from './http-tasks.ts';
import { kindProblems } from './kind-problems.ts';
import { nameProblems } from './name-problems.ts';
import { optionProblems } from './option-problems.ts';
import { isolationProblems } from './rules.ts';
import { gather, stackIn, stacksOf, type TargetProblem } from './target-problem.ts';
import type { Template } from './template.ts';
import { unguardedInTarget, unguardedProblems } from './ways-in/rollout-rule.ts';

/**
 * What a template may not have because of the targets, and of the environments, that a release is for: everything that template,
 * manifest and policy tell, of all targets at once.
 * @param policy what it says now of names in targets
 */
export function targetProblems(template: Template, plan: Plan, policy: PolicyNames): TargetProblem[] {
  const stacks = stacksOf(template, plan);
  const builtIn = stacks.filter(({ planned, ...target }) => isBuiltIn(planned.executions, target));
  const fileName = plan.manifest.template;
  const labels = builtIn.map(({ label }) => label);
  return [
    ...boundaryProblems(template, plan),
    ...kindProblems(builtIn, fileName).map((problem) => ({ problem, targets: labels })),
    ...gather(builtIn, (stack) => optionProblems(stack, fileName)),
    ...gather(builtIn, () => foreignConnectionProblems(template, fileName)),
    ...nameProblems(stacks, policy, plan.manifest),
    ...gather(stacks, (stack) => assetReaderProblems(stack, fileName)),
    ...gather(stacks, (stack) => httpTaskProblems(stack, entryNamesIn(policy, stack.planned.entry, stack), fileName)),
    ...unguardedProblems(template, plan),
    ...gather(stacks, ({ planned }) => foreignApiProblems(template, planned, fileName)),
  ];
}

/** The same of one target and its processed template, which has the places: what a transform makes shows only there. */
export function processedProblems(
  template: Template,
  target: Target,
  planned: PlannedEnvironment,
  manifest: Manifest,
): Problem[] {
  const stack = stackIn(template, planned, target);
  const fileName = manifest.template;
  const ofList = isBuiltIn(planned.executions, target)
    ? [
        ...kindProblems([stack], fileName),
        ...optionProblems(stack, fileName),
        ...foreignConnectionProblems(template, fileName),
      ]
    : [];
  return [
    ...foreignBoundaries(template, target, planned).map((one) => boundaryProblem(one, fileName)),
    ...ofList,
    ...isolationProblems(template, manifest),
    ...foreignApiProblems(template, planned, fileName),
    ...unguardedInTarget(template, planned, fileName),
  ];
}
