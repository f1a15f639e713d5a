import type { LeftOut } from './compare.ts';

const of = (service: string, names: string): string[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${service}:${name}`);

/** What handlers ask for and CloudFormation's role does not get, each with the reason. */
export const leftOut: readonly LeftOut[] = [
  {
    actions: [...of('elasticfilesystem', 'DescribeMountTargets'), ...of('s3files', 'ListMountTargets')],
    because: 'Functions with file systems are not among the kinds that a service may bring.',
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
    actions: of('codedeploy', 'CreateDeployment GetApplicationRevision RegisterApplicationRevision StopDeployment'),
    because: 'Sluice moves aliases by CodeDeploy itself; CloudFormation never moves one, and begins no deployment.',
  },
  {
    actions: of('codedeploy', 'RegisterOnPremisesInstance'),
    because: 'Deployment groups are of functions, not of machines.',
  },
  {
    actions: of('iam', 'DeleteRolePermissionsBoundary'),
    because: 'Whoever could take a boundary away could do without it.',
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
      ...of('s3', 'REST.PUT.OBJECT'),
    ],
    because: 'AWS cannot narrow these to log groups of a service, or they are about what is none of its log groups.',
  },
  {
    actions: [
      ...of('dynamodb', 'AssociateTableReplica CreateTableReplica DeleteTableReplica DescribeImport ImportTable'),
      ...of('dynamodb', 'BatchWriteItem DeleteItem GetItem PutItem Query Scan UpdateItem'),
      ...of('s3', 'GetObjectMetadata'),
      ...of('logs', 'PutLogEvents'),
      ...of('cloudwatch', 'PutMetricData'),
    ],
    types: ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
    because:
      'Replicas in other regions and imports are not among the kinds: CloudFormation touches no item of a table.',
  },
  {
    actions: ['dynamodb:Describe*', 'application-autoscaling:Describe*', 'kinesis:ListStreams'],
    types: ['AWS::DynamoDB::GlobalTable'],
    because: 'What describes tables, targets of scaling and streams is granted by name.',
  },
  {
    actions: of('kms', 'ReEncrypt'),
    because: 'IAM has no such action: it is ReEncryptFrom and ReEncryptTo.',
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
    actions: of('s3', 'PutReplicationConfiguration'),
    because: 'Replication takes data to other buckets, and is not among the options.',
  },
  {
    actions: of('s3', 'DeleteObject PutObjectAcl'),
    types: ['AWS::S3::Bucket'],
    because: 'CloudFormation touches no object of a service.',
  },
  {
    actions: of('secretsmanager', 'RemoveRegionsFromReplication ReplicateSecretToRegions'),
    because: 'Replicas in other regions are not among the options.',
  },
  {
    actions: of('cloudwatch', 'GetMetricData'),
    types: ['AWS::ApplicationAutoScaling::ScalingPolicy'],
    because: 'Only predictive scaling reads metrics so, which neither functions nor tables have.',
  },
  {
    actions: of('cloudfront', 'UpdateDistribution'),
    because: 'Custom domains are not among the options.',
  },
  {
    actions: of('cognito-sync', 'SetCognitoEvents SetIdentityPoolConfiguration'),
    because: 'Cognito Sync is not among the options.',
  },
];
