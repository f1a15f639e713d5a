import { plannedIn, type Plan, type PlannedEnvironment } from '../release/plan.ts';
import { nameTarget, type Target } from '../values/identifiers.ts';
import type { Problem } from '../values/problems.ts';
import type { FutureStack } from './resolve.ts';
import type { Template } from './template.ts';

/** A problem of a template in some of the targets that a release is for. */
export interface TargetProblem {
  readonly problem: Problem;
  /** `production 333333333333/us-east-1` */
  readonly targets: readonly string[];
}

/** A service's stack in one target of a release. */
export interface PlannedStack extends FutureStack {
  readonly planned: PlannedEnvironment;
  /** As people are told of it: `production 333333333333/us-east-1`. */
  readonly label: string;
}

/** The stack of one target. */
export function stackIn(template: Template, environment: PlannedEnvironment, target: Target): PlannedStack {
  const planned = plannedIn(environment, target);
  const { stackName, parameters, name } = planned;
  return { ...target, stackName, template, parameters, planned, label: `${name} ${nameTarget(target)}` };
}

/** The stacks of every target that a release is for. */
export function stacksOf(template: Template, { environments }: Plan): PlannedStack[] {
  return environments.flatMap((planned) => planned.waves.flat().map((target) => stackIn(template, planned, target)));
}

/** Problems that were found in each stack by itself, each of them once. */
export function gather(
  stacks: readonly PlannedStack[],
  find: (stack: PlannedStack) => readonly Problem[],
): TargetProblem[] {
  const found = new Map<string, { problem: Problem; targets: string[] }>();
  for (const stack of stacks) {
    for (const problem of find(stack)) {
      const key = JSON.stringify([problem.code, problem.message]);
      const known = found.get(key);
      if (known === undefined) found.set(key, { problem, targets: [stack.label] });
      else known.targets.push(stack.label);
    }
  }
  return [...found.values()];
}
