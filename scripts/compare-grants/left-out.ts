import type { LeftOut } from './compare.ts';

const of = (service: string, names: string): string[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${service}:${name}`);

/** The kinds of resources that CloudFormation may make for a service, as `every-resource.ts` of the wiring tests has them. */
export const allowedTypes: readonly string[] = [
  ...['ApiGatewayV2::Api', 'ApiGatewayV2::Integration', 'ApiGatewayV2::Route', 'ApiGatewayV2::Stage'],
  ...['CloudWatch::Alarm', 'CloudWatch::CompositeAlarm', 'CodeDeploy::Application', 'CodeDeploy::DeploymentConfig'],
  ...['CodeDeploy::DeploymentGroup', 'DynamoDB::Table', 'Events::EventBus', 'Events::EventBusPolicy', 'Events::Rule'],
  ...['IAM::ManagedPolicy', 'IAM::Policy', 'IAM::Role', 'Lambda::Alias', 'Lambda::EventInvokeConfig'],
  ...['Lambda::Function', 'Lambda::Permission', 'Lambda::Version', 'Logs::LogGroup', 'S3::Bucket', 'S3::BucketPolicy'],
  ...['SNS::Subscription', 'SNS::Topic', 'SNS::TopicPolicy', 'SQS::Queue', 'SQS::QueuePolicy', 'Scheduler::Schedule'],
  ...['StepFunctions::StateMachine', 'StepFunctions::StateMachineAlias', 'StepFunctions::StateMachineVersion'],
].map((name) => `AWS::${name}`);

/** What handlers ask for and CloudFormation's role does not get, each with the reason. */
export const leftOut: readonly LeftOut[] = [
  {
    actions: [
      ...of('kms', 'CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext'),
      ...of('kms', 'ListAliases ReEncrypt ReEncryptFrom ReEncryptTo RevokeGrant'),
      ...of('logs', 'AssociateKmsKey DisassociateKmsKey'),
    ],
    because: 'Keys of the customer are not among the kinds that a service may bring or use.',
  },
  {
    actions: [
      ...of('ec2', 'DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeVpcs'),
      ...of('elasticfilesystem', 'DescribeMountTargets'),
      ...of('s3files', 'ListMountTargets'),
    ],
    because: 'Functions in a VPC, and with file systems, are not among the kinds that a service may bring.',
  },
  {
    actions: of('lambda', 'DeleteFunctionCodeSigningConfig GetCodeSigningConfig PutFunctionCodeSigningConfig'),
    because: 'Code signing is not among the kinds: an artifact is pinned by its digest.',
  },
  {
    actions: of('lambda', 'PassCapacityProvider PutFunctionScalingConfig'),
    because: 'Functions on instances of the account are not among the kinds.',
  },
  {
    actions: of('lambda', 'DeleteProvisionedConcurrencyConfig GetLayerVersion PutProvisionedConcurrencyConfig'),
    because: 'Layers and provisioned concurrency are not among the kinds.',
  },
  {
    actions: of('codedeploy', 'CreateDeployment GetApplicationRevision RegisterApplicationRevision StopDeployment'),
    because: 'Sluice moves aliases by CodeDeploy itself; CloudFormation never moves one, and begins no deployment.',
  },
  {
    actions: of('codedeploy', 'RegisterOnPremisesInstance'),
    because: 'Deployment groups are of functions, not of machines.',
  },
  {
    actions: of('iam', 'DeleteRolePermissionsBoundary PutRolePermissionsBoundary'),
    because: 'Whoever could change a boundary could take it away.',
  },
  {
    actions: [
      ...of('iam', 'AttachGroupPolicy AttachUserPolicy DeleteGroupPolicy DeleteUserPolicy DetachGroupPolicy'),
      ...of('iam', 'DetachUserPolicy GetGroupPolicy GetUserPolicy PutGroupPolicy PutUserPolicy'),
    ],
    because: 'A service has roles, no users and no groups.',
  },
  {
    actions: [
      ...of('logs', 'DeleteIndexPolicy DeleteResourcePolicy PutBearerTokenAuthentication PutIndexPolicy'),
      ...of('firehose', 'TagDeliveryStream'),
      ...of('s3', 'REST.PUT.OBJECT'),
    ],
    because: 'AWS cannot narrow these to log groups of a service, or they are about what is none of its log groups.',
  },
  {
    actions: [
      ...of('dynamodb', 'AssociateTableReplica BatchWriteItem CreateTableReplica DeleteItem DescribeImport GetItem'),
      ...of('dynamodb', 'ImportTable PutItem Query Scan UpdateItem'),
      ...of('logs', 'CreateLogStream DescribeLogStreams PutLogEvents'),
      ...of('iam', 'CreateServiceLinkedRole'),
      ...of('s3', 'GetObjectMetadata'),
    ],
    types: ['AWS::DynamoDB::Table'],
    because:
      'Replicas in other regions and imports are not among the kinds: CloudFormation touches no item of a table.',
  },
  {
    actions: [
      ...of('dynamodb', 'DisableKinesisStreamingDestination EnableKinesisStreamingDestination'),
      ...of('dynamodb', 'UpdateKinesisStreamingDestination'),
      ...of('kinesis', 'DescribeStream PutRecords'),
    ],
    because: 'Kinesis is not among the kinds.',
  },
  {
    actions: [
      ...of('s3', 'DeleteBucketAnalyticsConfiguration DeleteBucketCors DeleteBucketEncryption DeleteBucketLifecycle'),
      ...of('s3', 'DeleteBucketMetricsConfiguration DeleteBucketReplication DeleteBucketTagging PutBucketReplication'),
      ...of('s3', 'PutObjectLockConfiguration'),
    ],
    because: 'IAM has no such action: the operation asks for the Put… that it undoes, or for one of another name.',
  },
  {
    actions: [
      ...of('s3', 'CreateBucketMetadataTableConfiguration DeleteBucketMetadataTableConfiguration'),
      ...of('s3', 'UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration'),
      ...of('s3', 'UpdateBucketMetadataJournalTableConfiguration'),
      ...of('s3tables', 'CreateNamespace CreateTable CreateTableBucket GetTable GetTableMetadataLocation'),
      ...of('s3tables', 'PutTableBucketPolicy PutTableEncryption PutTablePolicy UpdateTableMetadataLocation'),
    ],
    because: 'Tables of a bucket’s metadata are not among the kinds.',
  },
  {
    actions: [
      ...of(
        's3',
        'DeleteBucketWebsite PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketAbac PutBucketAcl',
      ),
      ...of('s3', 'PutBucketCORS PutBucketLogging PutBucketObjectLockConfiguration PutBucketWebsite'),
      ...of('s3', 'PutIntelligentTieringConfiguration PutInventoryConfiguration PutMetricsConfiguration'),
      ...of('s3', 'PutReplicationConfiguration'),
    ],
    because: 'These options of buckets are not among the kinds.',
  },
  {
    actions: of('s3', 'DeleteObject PutObjectAcl'),
    types: ['AWS::S3::Bucket'],
    because: 'CloudFormation touches no object of a service.',
  },
];
