import type { Construct } from 'constructs';
import { Stack } from 'aws-cdk-lib';
import {
  assetBucketName,
  boundaryArn,
  codeDeployApplicationName,
  releaseBucketName,
  roleArn,
  serviceStackPrefix,
  targetRoleName,
} from '../../core/contract/names.ts';
import { arnIn } from '../constructs/permissions.ts';

/** Why the resources of services are named by a prefix. */
export const servicesBecause = `Stacks of services start with "${serviceStackPrefix}", and CloudFormation names what is in them after the stack.`;

/** ARNs of a target that follow from fixed names. */
export interface TargetArns {
  readonly account: string;
  readonly assetBucket: string;
  /** Buckets of Sluice itself, which no service may touch. */
  readonly ownBuckets: readonly string[];
  readonly cloudFormationRole: string;
  readonly codeDeployRole: string;
  readonly boundary: string;
  /** Stacks of services, in every version of their id. */
  readonly serviceStacks: string;
  /** Parameters that AWS publishes: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html */
  readonly publicParameters: string;
  /** ARN in this account and region. */
  readonly regional: (service: string, rest: string) => string;
  /** IAM ARN in this account. */
  readonly identity: (rest: string) => string;
}

/** The ARNs of this stack's target. */
export function targetArns(scope: Construct): TargetArns {
  const { account, region } = Stack.of(scope);
  const role = (name: 'cloudformation' | 'codedeploy'): string => roleArn(account, targetRoleName(name, region));
  return {
    account,
    assetBucket: `arn:aws:s3:::${assetBucketName(account, region)}`,
    ownBuckets: [assetBucketName(account, '*'), releaseBucketName(account, '*')].flatMap((name) => [
      `arn:aws:s3:::${name}`,
      `arn:aws:s3:::${name}/*`,
    ]),
    cloudFormationRole: role('cloudformation'),
    codeDeployRole: role('codedeploy'),
    boundary: boundaryArn(account, region),
    serviceStacks: arnIn(scope, 'cloudformation', `stack/${serviceStackPrefix}*/*`),
    publicParameters: `arn:aws:ssm:${region}::parameter/aws/service/*`,
    regional: (service, rest) => arnIn(scope, service, rest),
    identity: (rest) => `arn:aws:iam::${account}:${rest}`,
  };
}

/** CodeDeploy applications a service may use: the engine's own, and those of its template. */
export const applicationNames = [codeDeployApplicationName, `${serviceStackPrefix}*`] as const;
