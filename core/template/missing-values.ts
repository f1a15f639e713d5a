import { defaultStackName } from '../contract/names.ts';
import { problem, type Problem } from '../values/problems.ts';
import { declaredParameters, missingParameters } from './parameters.ts';
import type { PlannedStack, TargetProblem } from './target-problem.ts';
import { listFew } from './ways-in/around.ts';

/** Is there nothing yet in the target of a stack? undefined where nobody asked. */
export type Newness = (stack: PlannedStack) => boolean | undefined;

/**
 * Parameters without default to which the manifest gives no value. CloudFormation makes no stack then ("Parameters: [Stage] must have
 * values"); one that is there keeps the values that it has, as the engine asks for (`UsePreviousValue`).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html
 * @param service what is released
 */
export function missingValueProblems(
  stacks: readonly PlannedStack[],
  service: string,
  isNew: Newness,
): TargetProblem[] {
  const found = new Map<string, { readonly names: readonly string[]; readonly without: PlannedStack[] }>();
  for (const stack of stacks) {
    const { certain: names } = missingIn(stack, service, isNew(stack));
    const key = names.join();
    const known = found.get(key);
    if (known !== undefined) known.without.push(stack);
    else if (names.length > 0) found.set(key, { names, without: [stack] });
  }
  return [...found.values()].map(({ names, without }) => ({
    problem: missingProblem(names, [...new Set(without.map(({ planned }) => planned.name))]),
    targets: without.map(({ label }) => label),
  }));
}

function missingProblem(names: readonly string[], environments: readonly string[]): Problem {
  const [what, they, them] = names.length === 1 ? ['parameter', 'has', 'it'] : ['parameters', 'have', 'them'];
  const members = environments.map((name) => `"parameters.${name}"`);
  const sentence = `The ${what} ${listFew(names)} of the template ${they} no default, and the manifest gives ${them} no value for ${listFew(environments)}: CloudFormation makes no stack without. Add ${them} to ${listFew(members)}, or give ${them} a default.`;
  const path = environments.length === 1 ? `parameters.${environments.join()}` : 'parameters';
  return problem('template.parameter-missing', path, sentence);
}

/** Parameters without any value in a stack. */
interface MissingValues {
  /** Nothing else can give them one. */
  readonly certain: readonly string[];
  /** A stack that is there may have one for them. */
  readonly possible: readonly string[];
}

/**
 * A stack that the policy calls otherwise than Sluice does may have been there before Sluice was. One that is Sluice's own got its values from
 * earlier manifests: what is left out of a later one by intent is hidden values alone, which nobody could put back.
 * @param isNew is there nothing in the target yet? undefined where nobody asked
 */
export function missingIn(stack: PlannedStack, service: string, isNew: boolean | undefined): MissingValues {
  const { template, parameters, stackName, planned } = stack;
  const missing = missingParameters(template, parameters);
  if (isNew === false || stackName !== defaultStackName(service, planned.name))
    return { certain: [], possible: missing };
  if (isNew === true) return { certain: missing, possible: [] };
  const declared = declaredParameters(template);
  const isHidden = (name: string): boolean => declared.get(name)?.hidden === true;
  return { certain: missing.filter((name) => !isHidden(name)), possible: missing.filter(isHidden) };
}
