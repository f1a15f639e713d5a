import { defaultStackName } from '../contract/names.ts';
import { problem } from '../values/problems.ts';
import { declaredParameters, missingParameters } from './parameters.ts';
import { gather, type PlannedStack, type TargetProblem } from './target-problem.ts';
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
  return gather(stacks, (stack) => {
    const { certain } = missingIn(stack, service, isNew(stack));
    if (certain.length === 0) return [];
    const { name } = stack.planned;
    const [what, they, them] = certain.length === 1 ? ['parameter', 'has', 'it'] : ['parameters', 'have', 'them'];
    const sentence = `The ${what} ${listFew(certain)} of the template ${they} no default, and the manifest gives ${them} no value for ${name}: CloudFormation makes no stack without. Add ${them} to "parameters.${name}", or give ${them} a default.`;
    return [problem('template.parameter-missing', `parameters.${name}`, sentence)];
  });
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
