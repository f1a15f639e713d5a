import type { PolicyTemplate } from './notation.ts';

/** SAM's policy templates. https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html */
export const FROM_E: Readonly<Record<string, PolicyTemplate>> = {
  EC2CopyImagePolicy: {
    parameters: ['ImageId'],
    statements: [{ actions: 'ec2:CopyImage', on: 'arn:ec2:@:image/${imageId}' }],
  },
  EC2DescribePolicy: {
    parameters: [],
    statements: [{ actions: 'ec2:DescribeRegions ec2:DescribeInstances', on: '*' }],
  },
  EFSWriteAccessPolicy: {
    parameters: ['AccessPoint', 'FileSystem'],
    statements: [
      {
        actions: 'elasticfilesystem:ClientMount elasticfilesystem:ClientWrite',
        on: 'arn:elasticfilesystem:@:file-system/${FileSystem}',
        when: ['elasticfilesystem:AccessPointArn', 'arn:elasticfilesystem:@:access-point/${AccessPoint}'],
      },
    ],
  },
  EKSDescribePolicy: { parameters: [], statements: [{ actions: 'eks:DescribeCluster eks:ListClusters', on: '*' }] },
  EcsRunTaskPolicy: {
    parameters: ['TaskDefinition'],
    statements: [{ actions: 'ecs:RunTask', on: 'arn:ecs:@:task-definition/${taskDefinition}' }],
  },
  ElasticMapReduceAddJobFlowStepsPolicy: {
    parameters: ['ClusterId'],
    statements: [{ action: 'elasticmapreduce:AddJobFlowSteps', on: 'arn:elasticmapreduce:@:cluster/${clusterId}' }],
  },
  ElasticMapReduceCancelStepsPolicy: {
    parameters: ['ClusterId'],
    statements: [{ action: 'elasticmapreduce:CancelSteps', on: 'arn:elasticmapreduce:@:cluster/${clusterId}' }],
  },
  ElasticMapReduceModifyInstanceFleetPolicy: {
    parameters: ['ClusterId'],
    statements: [
      {
        actions: 'elasticmapreduce:ModifyInstanceFleet elasticmapreduce:ListInstanceFleets',
        on: 'arn:elasticmapreduce:@:cluster/${clusterId}',
      },
    ],
  },
  ElasticMapReduceModifyInstanceGroupsPolicy: {
    parameters: ['ClusterId'],
    statements: [
      {
        actions: 'elasticmapreduce:ModifyInstanceGroups elasticmapreduce:ListInstanceGroups',
        on: 'arn:elasticmapreduce:@:cluster/${clusterId}',
      },
    ],
  },
  ElasticMapReduceSetTerminationProtectionPolicy: {
    parameters: ['ClusterId'],
    statements: [
      { action: 'elasticmapreduce:SetTerminationProtection', on: 'arn:elasticmapreduce:@:cluster/${clusterId}' },
    ],
  },
  ElasticMapReduceTerminateJobFlowsPolicy: {
    parameters: ['ClusterId'],
    statements: [{ action: 'elasticmapreduce:TerminateJobFlows', on: 'arn:elasticmapreduce:@:cluster/${clusterId}' }],
  },
  ElasticsearchHttpPostPolicy: {
    parameters: ['DomainName'],
    statements: [{ actions: 'es:ESHttpPost es:ESHttpPut', on: 'arn:es:@:domain/${domainName}/*' }],
  },
  EventBridgePutEventsPolicy: {
    parameters: ['EventBusName'],
    statements: [{ action: 'events:PutEvents', on: 'arn:events:@:event-bus/${eventBusName}' }],
  },
  FilterLogEventsPolicy: {
    parameters: ['LogGroupName'],
    statements: [{ actions: 'logs:FilterLogEvents', on: 'arn:logs:@:log-group:${logGroupName}:log-stream:*' }],
  },
  FirehoseCrudPolicy: {
    parameters: ['DeliveryStreamName'],
    statements: [
      {
        actions:
          'firehose:CreateDeliveryStream firehose:DeleteDeliveryStream firehose:DescribeDeliveryStream firehose:PutRecord firehose:PutRecordBatch firehose:UpdateDestination',
        on: 'arn:firehose:@:deliverystream/${deliveryStreamName}',
      },
    ],
  },
  FirehoseWritePolicy: {
    parameters: ['DeliveryStreamName'],
    statements: [
      {
        actions: 'firehose:PutRecord firehose:PutRecordBatch',
        on: 'arn:firehose:@:deliverystream/${deliveryStreamName}',
      },
    ],
  },
  KMSDecryptPolicy: { parameters: ['KeyId'], statements: [{ action: 'kms:Decrypt', on: 'arn:kms:@:key/${keyId}' }] },
  KMSEncryptPolicy: { parameters: ['KeyId'], statements: [{ action: 'kms:Encrypt', on: 'arn:kms:@:key/${keyId}' }] },
  KMSEncryptPolicy_v2: {
    parameters: ['KeyId'],
    statements: [
      {
        actions:
          'kms:Encrypt kms:GenerateDataKey kms:GenerateDataKeyWithoutPlaintext kms:GenerateDataKeyPair kms:GenerateDataKeyPairWithoutPlaintext',
        on: 'arn:kms:@:key/${keyId}',
      },
    ],
  },
  KinesisCrudPolicy: {
    parameters: ['StreamName'],
    statements: [
      {
        actions:
          'kinesis:AddTagsToStream kinesis:CreateStream kinesis:DecreaseStreamRetentionPeriod kinesis:DeleteStream kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetShardIterator kinesis:IncreaseStreamRetentionPeriod kinesis:ListTagsForStream kinesis:MergeShards kinesis:PutRecord kinesis:PutRecords kinesis:SplitShard kinesis:RemoveTagsFromStream',
        on: 'arn:kinesis:@:stream/${streamName}',
      },
    ],
  },
  KinesisStreamReadPolicy: {
    parameters: ['StreamName'],
    statements: [
      { actions: 'kinesis:ListStreams kinesis:DescribeLimits', on: 'arn:kinesis:@:stream/*' },
      {
        actions: 'kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator',
        on: 'arn:kinesis:@:stream/${streamName}',
      },
    ],
  },
  LambdaInvokePolicy: {
    parameters: ['FunctionName'],
    statements: [{ actions: 'lambda:InvokeFunction', on: 'arn:lambda:@:function:${functionName}*' }],
  },
  MobileAnalyticsWriteOnlyAccessPolicy: {
    parameters: [],
    statements: [{ actions: 'mobileanalytics:PutEvents', on: '*' }],
  },
  OrganizationsListAccountsPolicy: { parameters: [], statements: [{ actions: 'organizations:ListAccounts', on: '*' }] },
  PinpointEndpointAccessPolicy: {
    parameters: ['PinpointApplicationId'],
    statements: [
      {
        actions: 'mobiletargeting:GetEndpoint mobiletargeting:UpdateEndpoint mobiletargeting:UpdateEndpointsBatch',
        on: 'arn:mobiletargeting:@:apps/${pinpointApplicationId}/endpoints/*',
      },
    ],
  },
  PollyFullAccessPolicy: {
    parameters: ['LexiconName'],
    statements: [
      { actions: 'polly:GetLexicon polly:DeleteLexicon', on: ['arn:polly:@:lexicon/${lexiconName}'] },
      {
        actions: 'polly:DescribeVoices polly:ListLexicons polly:PutLexicon polly:SynthesizeSpeech',
        on: ['arn:polly:@:lexicon/*'],
      },
    ],
  },
};
