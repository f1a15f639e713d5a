import type { Construct } from 'constructs';
import { Stack } from 'aws-cdk-lib';
import {
  assetBucketName,
  digestBucketName,
  evidenceBucketName,
  releaseBucketName,
  roleArn,
  targetRoleName,
} from '../../core/contract/names.ts';
import { secretNames } from '../../core/contract/session-policy.ts';
import type { EntryNames } from '../../core/policy/stack-names.ts';
import { arnIn } from '../constructs/permissions.ts';

/** Why the resources of services are named by a prefix. */
export const servicesBecause =
  'The policy says how stacks of services are called, CloudFormation names what is in them after the stack.';

/** Names of services in a target: what `namesIn` of the policy says. */
export type TargetNames = Omit<EntryNames, 'entry'>;

/** ARNs of a target that follow from fixed names. */
export interface TargetArns {
  readonly account: string;
  readonly assetBucket: string;
  /** Buckets of Sluice itself, which no service may touch. */
  readonly ownBuckets: readonly string[];
  readonly codeDeployRole: string;
  /** Stacks of services, in every version of their id. */
  readonly serviceStacks: readonly string[];
  /** ARNs of services' resources in this account and region: `before` stands before each name, `after` behind it. */
  readonly named: (service: string, before: string, after?: string) => readonly string[];
  /** ARNs of services' secrets in this account and region. */
  readonly secrets: readonly string[];
  /** IAM ARNs of services' roles, users or policies. */
  readonly namedIdentities: (kind: 'role' | 'user' | 'policy') => readonly string[];
  /** ARN in this account and region. */
  readonly regional: (service: string, rest: string) => string;
}

/** The ARNs of this stack's target. @param names of the services that are released into it */
export function targetArns(scope: Construct, { stacks, resources }: TargetNames): TargetArns {
  const { account, region } = Stack.of(scope);
  return {
    account,
    assetBucket: `arn:aws:s3:::${assetBucketName(account, region)}`,
    ownBuckets: [assetBucketName, releaseBucketName, evidenceBucketName, digestBucketName]
      .map((name) => name(account, '*'))
      .flatMap((name) => [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`]),
    codeDeployRole: roleArn(account, targetRoleName('codedeploy', region)),
    serviceStacks: stacks.map((name) => arnIn(scope, 'cloudformation', `stack/${name}/*`)),
    named: (service, before, after = '') => resources.map((name) => arnIn(scope, service, `${before}${name}${after}`)),
    secrets: secretNames(resources).map((name) => arnIn(scope, 'secretsmanager', `secret:${name}`)),
    namedIdentities: (kind) => resources.map((name) => `arn:aws:iam::${account}:${kind}/${name}`),
    regional: (service, rest) => arnIn(scope, service, rest),
  };
}
