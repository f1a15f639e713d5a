import type { Manifest } from '../manifest/manifest.ts';
import { isBuiltIn } from '../policy/execution.ts';
import { plannedIn, type Plan, type PlannedEnvironment } from '../release/plan.ts';
import type { Target } from '../values/identifiers.ts';
import type { Problem } from '../values/problems.ts';
import { boundaryProblems, foreignBoundaries } from './foreign-boundary.ts';
import { foreignApiProblems } from './foreign-parts.ts';
import { kindProblems } from './kind-problems.ts';
import { isolationProblems } from './rules.ts';
import type { Template } from './template.ts';
import { unguardedInTarget, unguardedProblems } from './ways-in/rollout-rule.ts';

/** What a template may not have because of the targets, and of the environments, that a release is for. */
export function targetProblems(template: Template, plan: Plan): Problem[] {
  const builtIn = plan.environments.some(({ waves, executions }) =>
    waves.flat().some((target) => isBuiltIn(executions, target)),
  );
  return [
    ...boundaryProblems(template, plan),
    ...(builtIn ? kindProblems(template, plan.manifest.template) : []),
    ...unguardedProblems(template, plan),
    ...apiProblems(template, plan),
  ];
}

/**
 * The same of one target and its processed template: what a transform makes shows only there.
 * @returns sentences
 */
export function processedProblems(
  template: Template,
  target: Target,
  planned: PlannedEnvironment,
  manifest: Manifest,
): string[] {
  const apis = foreignApiProblems(template, planned, manifest.template);
  const kinds = isBuiltIn(planned.executions, target) ? kindProblems(template, manifest.template) : [];
  return [
    ...foreignBoundaries(template, target, planned).map(({ sentence }) => sentence),
    ...[...kinds, ...isolationProblems(template, manifest), ...apis].map(({ message }) => message),
    ...unguardedInTarget(template, planned),
  ];
}

/** Each once, whatever targets it is for. */
function apiProblems(template: Template, { environments, manifest }: Plan): Problem[] {
  const found = environments.flatMap((planned) =>
    planned.waves
      .flat()
      .flatMap((target) => foreignApiProblems(template, plannedIn(planned, target), manifest.template)),
  );
  return [...new Map(found.map((one) => [one.message, one])).values()];
}
