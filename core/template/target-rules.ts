import { isBuiltIn } from '../policy/execution.ts';
import type { Plan, PlannedEnvironment } from '../release/plan.ts';
import type { Target } from '../values/identifiers.ts';
import type { Problem } from '../values/problems.ts';
import { boundaryProblems, foreignBoundaries } from './foreign-boundary.ts';
import { kindProblems } from './kind-problems.ts';
import { ownTagProblems } from './own-tags.ts';
import type { Template } from './template.ts';

/** What a template may not have because of the targets that a release is for. */
export function targetProblems(template: Template, plan: Plan): Problem[] {
  const builtIn = plan.environments.some(({ waves, executions }) =>
    waves.flat().some((target) => isBuiltIn(executions, target)),
  );
  return [...boundaryProblems(template, plan), ...(builtIn ? kindProblems(template, plan.manifest.template) : [])];
}

/**
 * The same of one target and its processed template: what a transform makes shows only there.
 * @param fileName of the template in the artifact
 * @returns sentences
 */
export function processedProblems(
  template: Template,
  target: Target,
  planned: PlannedEnvironment,
  fileName: string,
): string[] {
  const kinds = isBuiltIn(planned.executions, target) ? kindProblems(template, fileName) : [];
  return [
    ...foreignBoundaries(template, target, planned).map(({ sentence }) => sentence),
    ...[...kinds, ...ownTagProblems(template, fileName)].map(({ message }) => message),
  ];
}
