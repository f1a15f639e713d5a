import { formerCodeBuckets } from '../../core/contract/names.ts';
import type { Permission } from '../constructs/permissions.ts';
import { servicesBecause, type TargetArns } from './names.ts';

/**
 * What CloudFormation may do with the stack of a service: make, change and delete the kinds of resources that serverless
 * services are made of, named after their stack, and roles that carry the boundary. Everything else is refused; a platform
 * team that needs another kind of resource adds it here.
 */
export function cloudFormationPermissions(arns: TargetArns): readonly Permission[] {
  return [code(arns), formerCode(arns), ...functions(arns), ...doors(arns), ...data(arns)];
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

function functions({ named }: TargetArns): Permission[] {
  return [
    {
      actions: [
        ...['CreateFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration', 'DeleteFunction', 'GetFunction'],
        ...['GetFunctionConfiguration', 'GetFunctionCodeSigningConfig', 'GetRuntimeManagementConfig'],
        ...['GetFunctionRecursionConfig', 'GetFunctionScalingConfig', 'GetProvisionedConcurrencyConfig'],
        ...['PublishVersion', 'ListVersionsByFunction', 'CreateAlias', 'UpdateAlias', 'DeleteAlias', 'GetAlias'],
        ...['AddPermission', 'RemovePermission', 'GetPolicy', 'PutFunctionConcurrency', 'DeleteFunctionConcurrency'],
        ...['PutFunctionEventInvokeConfig', 'UpdateFunctionEventInvokeConfig', 'GetFunctionEventInvokeConfig'],
        ...['DeleteFunctionEventInvokeConfig', 'TagResource', 'UntagResource', 'ListTags'],
        ...['PutFunctionRecursionConfig', 'PutRuntimeManagementConfig'],
      ].map((action) => `lambda:${action}`),
      resources: named('lambda', 'function:'),
      because: servicesBecause,
    },
  ];
}

function doors({ regional }: TargetArns): Permission[] {
  const region = regional('', '').split(':')[3] ?? '';
  return [
    {
      actions: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TagResource', 'UntagResource'].map(
        (verb) => `apigateway:${verb}`,
      ),
      resources: ['/apis', '/apis/*', '/tags/*'].map((path) => `arn:aws:apigateway:${region}::${path}`),
      because: 'API Gateway gives its APIs random ids.',
    },
    {
      actions: [
        ...['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery'],
        ...['logs:ListLogDeliveries', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies'],
      ],
      resources: ['*'],
      because: 'CloudWatch Logs offers no resources for the delivery of vended logs.',
    },
  ];
}

function data({ regional, named, namedBuckets, publicParameters }: TargetArns): Permission[] {
  return [
    {
      actions: [
        ...['CreateTable', 'UpdateTable', 'DeleteTable', 'DescribeTable', 'DescribeContinuousBackups'],
        ...['UpdateContinuousBackups', 'DescribeTimeToLive', 'UpdateTimeToLive', 'DescribeContributorInsights'],
        ...[
          'DescribeKinesisStreamingDestination',
          'GetResourcePolicy',
          'TagResource',
          'UntagResource',
          'ListTagsOfResource',
        ],
        ...['PutResourcePolicy', 'DeleteResourcePolicy', 'UpdateContributorInsights'],
      ].map((action) => `dynamodb:${action}`),
      resources: named('dynamodb', 'table/'),
      because: servicesBecause,
    },
    {
      actions: [
        ...['CreateBucket', 'DeleteBucket', 'PutBucketPolicy', 'GetBucketPolicy', 'DeleteBucketPolicy'],
        ...['PutEncryptionConfiguration', 'GetEncryptionConfiguration', 'PutBucketVersioning', 'GetBucketVersioning'],
        ...['PutBucketPublicAccessBlock', 'GetBucketPublicAccessBlock', 'PutLifecycleConfiguration'],
        ...['GetLifecycleConfiguration', 'PutBucketNotification', 'GetBucketNotification', 'PutBucketTagging'],
        ...['GetBucketTagging', 'PutBucketOwnershipControls', 'GetBucketOwnershipControls'],
        ...['TagResource', 'UntagResource', 'ListTagsForResource', 'ListBucket'],
        // After each create and update the handler reads everything that a bucket may have, whether it has it or not.
        ...[
          'GetAccelerateConfiguration',
          'GetAnalyticsConfiguration',
          'GetBucketAbac',
          'GetBucketAcl',
          'GetBucketCORS',
        ],
        ...['GetBucketLogging', 'GetBucketMetadataTableConfiguration', 'GetBucketObjectLockConfiguration'],
        ...['GetBucketWebsite', 'GetIntelligentTieringConfiguration', 'GetInventoryConfiguration'],
        ...['GetMetricsConfiguration', 'GetReplicationConfiguration'],
      ].map((action) => `s3:${action}`),
      resources: namedBuckets,
      because: servicesBecause,
    },
    {
      actions: ['ssm:GetParameters', 'ssm:GetParameter'],
      resources: [regional('ssm', 'parameter/*')],
      because: 'Templates take values from parameters that the team names.',
    },
    {
      actions: ['ssm:GetParameters'],
      resources: [publicParameters],
      because: 'Templates take images and layers of AWS from parameters that AWS publishes, in no account.',
    },
  ];
}
