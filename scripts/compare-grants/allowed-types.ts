import { identityKinds, resourceKinds } from '../../core/template/resource-kinds.ts';

/** The resource types on the built-in list that something is granted for, so that CloudFormation has handlers of them. */
export const allowedTypes: readonly string[] = [...resourceKinds, ...identityKinds]
  .filter(({ grants }) => grants.length > 0)
  .flatMap(({ types }) => types)
  .filter((type) => type !== 'AWS::CloudFormation::CustomResource' && !type.endsWith('*'));
