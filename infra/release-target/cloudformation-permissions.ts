import { formerCodeBuckets } from '../../core/contract/names.ts';
import { fillGrants, type Filling } from '../../core/template/fill-grants.ts';
import { identityKinds, resourceKinds, type ResourceKind } from '../../core/template/resource-kinds.ts';
import type { Target } from '../../core/values/identifiers.ts';
import type { Permission } from '../constructs/permissions.ts';
import type { TargetArns } from './names.ts';

/**
 * What CloudFormation may do with the stacks of services: make, change and delete the kinds of resources on the built-in list, apart
 * from identities. Everything else is refused.
 * @param names of services' resources; all, where each role is limited to the names of its entry by other means
 */
export function builtInPermissions(target: Target, names: readonly string[] = ['*']): readonly Permission[] {
  return permissionsOf(resourceKinds, { ...target, names });
}

/**
 * What CloudFormation may do with roles and policies of an entry's services, whoever grants the rest.
 * @param boundary ARN of the permissions boundary they have to carry; undefined where the policy wants none
 */
export function identityPermissions(
  target: Target,
  names: readonly string[],
  boundary: string | undefined,
): readonly Permission[] {
  return permissionsOf(identityKinds, { ...target, names, ...(boundary !== undefined && { boundary }) });
}

function permissionsOf(kinds: readonly ResourceKind[], filling: Filling): Permission[] {
  const grants = kinds.flatMap((kind) => fillGrants(kind, filling));
  // The reason is one for wildcards, and names need not have any.
  return grants.map(({ because, ...grant }) => ({
    ...grant,
    ...(grant.resources.some((resource) => resource.includes('*')) ? { because } : {}),
  }));
}

/** The code that stacks are made from: in the target's own bucket, and where it was before. */
export function codePermissions(arns: TargetArns): readonly Permission[] {
  return [code(arns), formerCode(arns)];
}

function code({ assetBucket }: TargetArns): Permission {
  return {
    // By version, too: templates may name the version of an object.
    actions: ['s3:GetObject', 's3:GetObjectVersion'],
    resources: [`${assetBucket}/*`],
    because: 'Assets are named by their digest.',
  };
}

/** Code of stacks that were there before the engine, in buckets of the same account. */
export function formerCode({ account }: TargetArns): Permission {
  return {
    actions: ['s3:GetObject'],
    resources: formerCodeBuckets.map((name) => `arn:aws:s3:::${name}/*`),
    because:
      'SAM and the CDK name these buckets, and their objects by digests. A rollback restores stacks that they made.',
    conditions: { StringEquals: { 's3:ResourceAccount': account } },
  };
}
