import { codeDeployApplicationName } from '../../core/contract/names.ts';
import type { Permission } from '../constructs/permissions.ts';
import { formerCode } from './cloudformation-permissions.ts';
import { servicesBecause, type TargetArns } from './names.ts';

/** What the engine's deploying functions may do here. They change services by CloudFormation and CodeDeploy alone. */
export function deployPermissions(arns: TargetArns, executionRoles: readonly string[]): readonly Permission[] {
  const ownRoles: Permission[] = executionRoles
    .filter((arn) => !arn.includes('/sluice-target-'))
    .map((arn) => ({ actions: ['iam:ListAttachedRolePolicies'], resources: [arn] }));
  return [
    ...changeStacks(arns, executionRoles),
    ...publishAssets(arns),
    formerCode(arns),
    ...moveTraffic(arns),
    ...lookAround(arns),
    ...lookInside(arns),
    ...ownRoles,
  ];
}

/** What the engine's verifying function may do here: call the service as its users do, and read its alarms. */
export function verifyPermissions({ named, secrets, serviceStacks, regional }: TargetArns): readonly Permission[] {
  return [
    {
      actions: ['lambda:InvokeFunction', 'lambda:GetAlias'],
      resources: named('lambda', 'function:'),
      because: servicesBecause,
    },
    {
      actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
      resources: serviceStacks,
      because: servicesBecause,
    },
    { actions: ['cloudwatch:DescribeAlarms'], resources: ['*'], because: 'CloudWatch cannot narrow this.' },
    {
      actions: ['secretsmanager:GetSecretValue'],
      resources: secrets,
      because: `Values of headers of checks, which a session reads for one service. ${servicesBecause} Secrets Manager adds six random characters.`,
    },
    {
      actions: ['kms:Decrypt'],
      resources: [regional('kms', 'key/*')],
      // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
      conditions: { StringLike: { 'kms:EncryptionContext:SecretARN': secrets } },
      because: 'KMS gives keys random ids. What is decrypted is a secret that the role may read, and nothing else.',
    },
  ];
}

/** What CodeDeploy may do here, as AWSCodeDeployRoleForLambdaLimited, but with services alone. */
export function codeDeployPermissions({ named }: TargetArns): readonly Permission[] {
  return [
    {
      actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
      resources: named('lambda', 'function:'),
      because: servicesBecause,
    },
    {
      actions: ['lambda:InvokeFunction'],
      resources: named('lambda', 'function:'),
      because: `Hooks of a deployment are functions of the service. ${servicesBecause}`,
    },
    { actions: ['cloudwatch:DescribeAlarms'], resources: ['*'], because: 'CloudWatch cannot narrow this.' },
  ];
}

function changeStacks({ serviceStacks, regional }: TargetArns, executionRoles: readonly string[]): Permission[] {
  const region = regional('', '').split(':')[3] ?? '';
  return [
    {
      actions: [
        ...['CreateChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet', 'DeleteChangeSet', 'DescribeStacks'],
        ...[
          'DescribeStackEvents',
          'ListStackResources',
          'ListChangeSets',
          'GetTemplate',
          'ContinueUpdateRollback',
          'DeleteStack',
        ],
      ].map((action) => `cloudformation:${action}`),
      resources: serviceStacks,
      because: servicesBecause,
    },
    {
      actions: ['cloudformation:CreateChangeSet'],
      resources: [
        `arn:aws:cloudformation:${region}:aws:transform/Serverless-2016-10-31`,
        `arn:aws:cloudformation:${region}:aws:transform/LanguageExtensions`,
      ],
    },
    ...(executionRoles.length === 0
      ? []
      : [
          {
            actions: ['iam:PassRole'],
            resources: executionRoles,
            conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
          },
        ]),
  ];
}

function publishAssets({ assetBucket }: TargetArns): Permission[] {
  return [
    {
      actions: ['s3:PutObject', 's3:GetObject'],
      resources: [`${assetBucket}/*`],
      because: 'Assets are named by their digest.',
    },
    // Without it S3 answers 403 instead of 404 for an asset that does not exist yet.
    { actions: ['s3:ListBucket'], resources: [assetBucket] },
  ];
}

function moveTraffic({ regional, named, codeDeployRole }: TargetArns): Permission[] {
  return [
    {
      actions: [
        ...['CreateApplication', 'RegisterApplicationRevision', 'CreateDeploymentGroup', 'UpdateDeploymentGroup'],
        ...['GetDeploymentGroup', 'CreateDeployment', 'GetDeployment', 'ListDeployments'],
        ...['GetDeploymentConfig', 'CreateDeploymentConfig'],
      ].map((action) => `codedeploy:${action}`),
      resources: [
        regional('codedeploy', `application:${codeDeployApplicationName}`),
        regional('codedeploy', `deploymentgroup:${codeDeployApplicationName}/*`),
        ...named('codedeploy', 'application:'),
        ...named('codedeploy', 'deploymentgroup:', '/*'),
        regional('codedeploy', 'deploymentconfig:*'),
      ],
      because: `${servicesBecause} AWS's own rollouts are deployment configurations of every account.`,
    },
    {
      // The Service Authorization Reference knows no resource for it, other pages a deployment group: all satisfies both, and
      // a rollback does not depend on who is right.
      actions: ['codedeploy:StopDeployment'],
      resources: ['*'],
      because: 'AWS may not narrow it. A deployment is known by its random id alone.',
    },
    {
      actions: [
        ...['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetFunctionConfiguration'],
        ...['lambda:ListAliases', 'lambda:ListVersionsByFunction'],
      ],
      resources: named('lambda', 'function:'),
      because: servicesBecause,
    },
    {
      // Of versions alone: what has no qualifier is the function itself.
      actions: ['lambda:DeleteFunction'],
      resources: named('lambda', 'function:', ':*'),
      because: `${servicesBecause} Old versions are pruned.`,
    },
    {
      actions: ['iam:PassRole'],
      resources: [codeDeployRole],
      conditions: { StringEquals: { 'iam:PassedToService': 'codedeploy.amazonaws.com' } },
    },
  ];
}

const adoptionBecause =
  'Before a stack gets the permissions boundary, people are told what that takes from its roles and users.';

function lookAround({ account, regional, namedIdentities }: TargetArns): Permission[] {
  return [
    {
      actions: ['GetRole', 'GetRolePolicy', 'ListRolePolicies', 'ListAttachedRolePolicies'].map(
        (name) => `iam:${name}`,
      ),
      resources: namedIdentities('role'),
      because: `${adoptionBecause} ${servicesBecause}`,
    },
    {
      actions: ['GetUser', 'GetUserPolicy', 'ListUserPolicies', 'ListAttachedUserPolicies'].map(
        (name) => `iam:${name}`,
      ),
      resources: namedIdentities('user'),
      because: `${adoptionBecause} ${servicesBecause}`,
    },
    {
      actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
      resources: [`arn:aws:iam::${account}:policy/*`, 'arn:aws:iam::aws:policy/*'],
      because: `${adoptionBecause} Its policies may be anybody's.`,
    },
    { actions: ['cloudwatch:DescribeAlarms'], resources: ['*'], because: 'CloudWatch cannot narrow this.' },
    {
      actions: ['secretsmanager:DescribeSecret'],
      resources: [regional('secretsmanager', 'secret:*')],
      because: 'A release requires secrets by names of the team’s choice. Their values are never read.',
    },
    {
      actions: ['ssm:GetParameters'],
      resources: [regional('ssm', 'parameter/*')],
      because: 'A release requires parameters by names of the team’s choice. They are never decrypted.',
    },
  ];
}

const leftBecause = 'What a rolled-back release has made goes where it is empty. What is in it is not read.';

/** To count, and no more. Whether a secret or a parameter has changed is said where `lookAround` asks for it. */
function lookInside({ named }: TargetArns): Permission[] {
  const because = `${leftBecause} ${servicesBecause}`;
  return [
    {
      actions: ['dynamodb:Scan'],
      resources: named('dynamodb', 'table/'),
      conditions: { StringEquals: { 'dynamodb:Select': 'COUNT' } },
      because,
    },
    { actions: ['s3:ListBucketVersions'], resources: bucketsOf(named('s3', '')), because },
    { actions: ['sqs:GetQueueAttributes'], resources: named('sqs', ''), because },
    {
      actions: ['logs:DescribeLogStreams'],
      // Those that services of AWS write to are called after what writes.
      resources: ['', '/aws/*/'].flatMap((path) => named('logs', `log-group:${path}`, ':*')),
      because,
    },
  ];
}

/** Buckets have small letters, and neither account nor region in their ARNs. */
function bucketsOf(arns: readonly string[]): string[] {
  return arns.map((arn) => `arn:aws:s3:::${(arn.split(':').at(-1) ?? '').toLowerCase()}`);
}
