import { boundaryName, entryLabel, ownEntry, policyArn, tagNames } from '../../core/contract/names.ts';
import { ownedArns } from '../../core/contract/owned.ts';
import type { Target } from '../../core/values/identifiers.ts';
import type { Limit } from '../constructs/permissions.ts';

/** Own buckets are read: the code of services' functions lies there. */
const readingCode = ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:ListBucket'] as const;
const isBucket = (arn: string): boolean => arn.startsWith('arn:aws:s3:::');

/** What gives a role or user permissions, and says by `iam:PermissionsBoundary` which boundary it has. */
const givingPermissions = [
  ...['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:PutRolePermissionsBoundary'],
  ...['iam:CreateUser', 'iam:PutUserPolicy', 'iam:AttachUserPolicy', 'iam:PutUserPermissionsBoundary'],
] as const;

/**
 * What nobody who makes the resources of services may do, whatever else allows it: touch what is Sluice's, or give permissions
 * to a role or user without the boundary.
 * @param boundaries ARN patterns of the boundaries that may be named; undefined where the policy wants none
 */
export function denials(boundaries: readonly string[] | undefined): readonly Limit[] {
  const [buckets, others] = [ownedArns().filter(isBucket), ownedArns().filter((arn) => !isBucket(arn))];
  return [
    { Effect: 'Deny', Action: ['*'], Resource: others },
    { Effect: 'Deny', NotAction: readingCode, Resource: buckets },
    ...(boundaries === undefined ? [] : boundaryDenials(boundaries)),
  ];
}

function boundaryDenials(boundaries: readonly string[]): Limit[] {
  return [
    {
      Effect: 'Deny',
      Action: givingPermissions,
      Resource: ['*'],
      Condition: { StringNotLike: { 'iam:PermissionsBoundary': boundaries } },
    },
    {
      Effect: 'Deny',
      Action: ['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'],
      Resource: ['*'],
    },
  ];
}

/** The boundaries of all entries of a target. */
export function entryBoundaries({ account, region }: Target): string {
  return policyArn(account, boundaryName(region, '*').replace(entryLabel('*'), '*'));
}

/** Nothing that is Sluice's, not even to be called, as far as AWS compares the tags of what is asked for. */
export const ownByTag: Limit = {
  Effect: 'Deny',
  Action: ['*'],
  Resource: ['*'],
  Condition: { StringEquals: { [`aws:ResourceTag/${tagNames.entry}`]: ownEntry } },
};

/** Nothing that belongs to another entry, as far as AWS compares the tags of what is asked for. */
export function othersByTag(entry: string, except?: readonly string[]): Limit {
  return {
    Effect: 'Deny',
    ...(except === undefined ? { Action: ['*'] } : { NotAction: except }),
    Resource: ['*'],
    Condition: {
      Null: { [`aws:ResourceTag/${tagNames.entry}`]: 'false' },
      StringNotEquals: { [`aws:ResourceTag/${tagNames.entry}`]: entryLabel(entry) },
    },
  };
}
