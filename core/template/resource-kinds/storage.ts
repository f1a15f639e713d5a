import { actionsOf, arnsOf, madeUp, onNamed, serviceLinkedRoles, type ResourceKind } from './kind.ts';

const tables = arnsOf('dynamodb', 'table/{name}', 'table/{name}/*');
const buckets = ['arn:aws:s3:::{name}'];
const streams = arnsOf('kinesis', 'stream/{name}', 'stream/{name}/*');

/** Where services keep data. */
export const storageKinds: readonly ResourceKind[] = [
  {
    title: 'Tables',
    types: ['AWS::DynamoDB::Table'],
    note: 'Imports are not among the options.',
    grants: [
      onNamed(
        actionsOf(
          'dynamodb',
          `CreateTable UpdateTable DeleteTable DescribeTable DescribeContinuousBackups UpdateContinuousBackups
           DescribeTimeToLive UpdateTimeToLive DescribeContributorInsights DescribeKinesisStreamingDestination
           GetResourcePolicy TagResource UntagResource ListTagsOfResource PutResourcePolicy DeleteResourcePolicy
           UpdateContributorInsights`,
        ),
        tables,
      ),
    ],
  },
  {
    title: 'Global tables',
    types: ['AWS::DynamoDB::GlobalTable'],
    note: 'In the region of their stack, as the CDK makes them; replicas in others are not among the options.',
    grants: [onNamed(actionsOf('dynamodb', 'DescribeTableReplicaAutoScaling UpdateTableReplicaAutoScaling'), tables)],
  },
  {
    title: 'Changes of tables in Kinesis streams',
    types: [],
    note: '`KinesisStreamSpecification` of `AWS::DynamoDB::Table`.',
    grants: [
      onNamed(
        actionsOf(
          'dynamodb',
          `EnableKinesisStreamingDestination DisableKinesisStreamingDestination UpdateKinesisStreamingDestination`,
        ),
        tables,
      ),
      onNamed(actionsOf('kinesis', 'DescribeStream PutRecords'), streams),
      serviceLinkedRoles('kinesisreplication.dynamodb.amazonaws.com'),
    ],
  },
  {
    title: 'Buckets',
    types: ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'],
    note: 'Replication and tables of metadata are not among the options.',
    grants: [
      onNamed(
        actionsOf(
          's3',
          // After each create and update the handler reads everything that a bucket may have, whether it has it or not.
          `CreateBucket DeleteBucket PutBucketPolicy GetBucketPolicy DeleteBucketPolicy PutEncryptionConfiguration
           GetEncryptionConfiguration PutBucketVersioning GetBucketVersioning PutBucketPublicAccessBlock
           GetBucketPublicAccessBlock PutLifecycleConfiguration GetLifecycleConfiguration PutBucketNotification
           GetBucketNotification PutBucketTagging GetBucketTagging PutBucketOwnershipControls GetBucketOwnershipControls
           TagResource UntagResource ListTagsForResource ListBucket GetAccelerateConfiguration GetAnalyticsConfiguration
           GetBucketAbac GetBucketAcl GetBucketCORS GetBucketLogging GetBucketMetadataTableConfiguration
           GetBucketObjectLockConfiguration GetBucketWebsite GetIntelligentTieringConfiguration GetInventoryConfiguration
           GetMetricsConfiguration GetReplicationConfiguration PutBucketLogging PutBucketObjectLockConfiguration`,
        ),
        buckets,
      ),
    ],
  },
  {
    title: 'Options of buckets',
    types: [],
    note: 'CORS, websites, access control lists, acceleration, metrics, inventories, analytics, intelligent tiering, access by tags.',
    grants: [
      onNamed(
        actionsOf(
          's3',
          `PutBucketCORS PutBucketWebsite DeleteBucketWebsite PutBucketAcl PutBucketAbac PutAccelerateConfiguration
           PutMetricsConfiguration PutInventoryConfiguration PutAnalyticsConfiguration PutIntelligentTieringConfiguration`,
        ),
        buckets,
      ),
    ],
  },
  {
    title: 'Kinesis streams',
    types: ['AWS::Kinesis::Stream', 'AWS::Kinesis::StreamConsumer'],
    grants: [
      onNamed(
        actionsOf(
          'kinesis',
          `CreateStream DeleteStream DescribeStreamSummary IncreaseStreamRetentionPeriod DecreaseStreamRetentionPeriod
           StartStreamEncryption StopStreamEncryption UpdateShardCount UpdateMaxRecordSize UpdateStreamWarmThroughput
           AddTagsToStream RemoveTagsFromStream ListTagsForStream TagResource UntagResource ListTagsForResource
           RegisterStreamConsumer DeregisterStreamConsumer DescribeStreamConsumer`,
        ),
        streams,
      ),
      {
        actions: actionsOf('kinesis', 'EnableEnhancedMonitoring DisableEnhancedMonitoring UpdateStreamMode'),
        resources: ['*'],
        because: 'The Service Authorization Reference knows no resource for these.',
      },
    ],
  },
  {
    title: 'Delivery streams',
    types: ['AWS::KinesisFirehose::DeliveryStream'],
    note: 'Of Data Firehose, from whoever puts records or from a Kinesis stream, to S3, HTTP endpoints and Splunk. Other sources and destinations, and other formats by AWS Glue, are not among the options.',
    grants: [
      onNamed(
        actionsOf(
          'firehose',
          `CreateDeliveryStream DeleteDeliveryStream DescribeDeliveryStream UpdateDestination TagDeliveryStream
           UntagDeliveryStream ListTagsForDeliveryStream StartDeliveryStreamEncryption StopDeliveryStreamEncryption`,
        ),
        arnsOf('firehose', 'deliverystream/{name}'),
      ),
    ],
  },
  {
    title: 'Parameters',
    types: ['AWS::SSM::Parameter'],
    note: 'Templates may read every parameter of the account, and those that AWS publishes: `{{resolve:ssm:…}}`, parameter types.',
    grants: [
      {
        actions: actionsOf(
          'ssm',
          'PutParameter DeleteParameter AddTagsToResource RemoveTagsFromResource ListTagsForResource',
        ),
        resources: arnsOf('ssm', 'parameter/{name}', 'parameter/{name}/*', `parameter/CFN-${madeUp}`),
        because: 'CloudFormation calls a parameter without a name CFN-, its logical id and twelve random characters.',
      },
      {
        actions: actionsOf('ssm', 'GetParameters GetParameter'),
        resources: arnsOf('ssm', 'parameter/*'),
        because: 'Templates take values from parameters that the team names.',
      },
      {
        actions: ['ssm:GetParameters'],
        resources: ['arn:aws:ssm:{region}::parameter/aws/service/*'],
        because: 'Templates take images and layers of AWS from parameters that AWS publishes, in no account.',
      },
    ],
  },
];
