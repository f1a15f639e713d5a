import { problem, type Problem } from '../values/problems.ts';
import { certainResources, type FutureStack } from './resolve.ts';
import { askedOptions } from './resource-kinds/left-out.ts';

/**
 * Options of types on the built-in list for which CloudFormation is granted nothing, one by one. Of SAM, what a team writes counts.
 * @param fileName of the template in the artifact
 */
export function optionProblems(stack: FutureStack, fileName: string): Problem[] {
  return certainResources(stack).flatMap(([logicalId, resource]) =>
    askedOptions(resource, stack).map(({ property, what }) => {
      const sentence = `"${logicalId}" (${resource.Type}) asks for ${what} (${property}), which is not on the list of what CloudFormation may make for a service: take ${property} out, or ask the platform team to set "execution" of the target to managed policies or a role of its own.`;
      const places = [`Resources.${logicalId}.Properties.${property}`];
      return problem('template.option-not-granted', fileName, sentence, { places, who: 'either' });
    }),
  );
}
