import { formerCodeBuckets, functionNames } from '../../core/contract/names.ts';
import { fillGrants, type Filling } from '../../core/template/fill-grants.ts';
import { identityKinds, resourceKinds, type ResourceKind } from '../../core/template/resource-kinds.ts';
import type { Permission } from '../constructs/permissions.ts';
import type { TargetArns } from './names.ts';

/**
 * What CloudFormation may do with the stacks of services: make, change and delete the kinds of resources on the built-in list, apart
 * from identities. Everything else is refused.
 */
export function builtInPermissions(target: Pick<Filling, 'account' | 'region'>): readonly Permission[] {
  return permissionsOf(resourceKinds, { ...target, names: ['*'] });
}

/** What it may do with roles and policies: those with the names of services, under the boundary. */
export function identityPermissions(target: Required<Filling>): readonly Permission[] {
  return permissionsOf(identityKinds, target);
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

/** What CloudFormation may never do, although the names match: change Sluice itself. */
export function cloudFormationDenials(arns: TargetArns): readonly Permission[] {
  return [
    {
      actions: [
        ...['iam:CreateRole', 'iam:DeleteRole', 'iam:UpdateRole', 'iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy'],
        ...['iam:DeleteRolePolicy', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy', 'iam:PutRolePermissionsBoundary'],
        ...['iam:PassRole', 'iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:DeletePolicyVersion'],
      ],
      resources: [
        arns.identity('role/sluice-target-*'),
        arns.identity('policy/sluice-target-*'),
        ...[...functionNames, 'workflow', 'reconciler'].map((name) => arns.identity(`role/sluice-${name}`)),
      ],
    },
    {
      actions: [
        's3:DeleteBucket',
        's3:PutBucketPolicy',
        's3:DeleteBucketPolicy',
        's3:PutLifecycleConfiguration',
        's3:PutBucketVersioning',
      ],
      resources: arns.ownBuckets,
    },
    { actions: ['sqs:DeleteQueue', 'sqs:SetQueueAttributes'], resources: [arns.regional('sqs', 'sluice-target-*')] },
    {
      actions: [
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
        'lambda:DeleteFunction',
        'lambda:AddPermission',
      ],
      resources: functionNames.map((name) => arns.regional('lambda', `function:sluice-${name}`)),
    },
    {
      actions: ['dynamodb:UpdateTable', 'dynamodb:DeleteTable'],
      resources: [arns.regional('dynamodb', 'table/sluice-ledger')],
    },
  ];
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
