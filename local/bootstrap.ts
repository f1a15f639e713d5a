import { CreateRoleCommand, AttachRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { LocalAws } from 'local-aws';

/** The qualifier and version of CDK's default bootstrap stack. */
const QUALIFIER = 'hnb659fds';
const VERSION = '30';

/**
 * Creates in an account and region what `cdk bootstrap` creates there, as far as deployments without containers need it: the
 * asset bucket, the roles that the CDK CLI assumes, and the version parameter.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
export async function bootstrap(aws: LocalAws, account: string, region: string): Promise<void> {
  const bucket = bootstrapBucket(account, region);
  const s3 = aws.client(S3Client, { account, region });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    }),
  );
  await createRoles(aws, account, region);
  await aws
    .client(SSMClient, { account, region })
    .send(new PutParameterCommand({ Name: `/cdk-bootstrap/${QUALIFIER}/version`, Type: 'String', Value: VERSION }));
}

export function bootstrapBucket(account: string, region: string): string {
  return `cdk-${QUALIFIER}-assets-${account}-${region}`;
}

/** The role CloudFormation acts as when the CDK CLI deploys. */
export function executionRole(account: string, region: string): string {
  return `arn:aws:iam::${account}:role/cdk-${QUALIFIER}-cfn-exec-role-${account}-${region}`;
}

async function createRoles(aws: LocalAws, account: string, region: string): Promise<void> {
  const iam = aws.client(IAMClient, { account, region });
  const name = (role: string): string => `cdk-${QUALIFIER}-${role}-role-${account}-${region}`;
  const ofAccount = { AWS: `arn:aws:iam::${account}:root` };
  const create = (role: string, principal: object): Promise<unknown> =>
    iam.send(
      new CreateRoleCommand({
        RoleName: name(role),
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
        }),
      }),
    );
  const allow = (role: string, actions: readonly string[]): Promise<unknown> =>
    iam.send(
      new PutRolePolicyCommand({
        RoleName: name(role),
        PolicyName: 'default',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
        }),
      }),
    );
  await create('cfn-exec', { Service: 'cloudformation.amazonaws.com' });
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: name('cfn-exec'),
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    }),
  );
  await create('deploy', ofAccount);
  await allow('deploy', ['cloudformation:*', 's3:*', 'iam:PassRole', 'ssm:GetParameter', 'sts:GetCallerIdentity']);
  await create('file-publishing', ofAccount);
  await allow('file-publishing', ['s3:*']);
  await create('lookup', ofAccount);
  await allow('lookup', ['cloudformation:Describe*', 'cloudformation:Get*', 'ssm:GetParameter']);
}
