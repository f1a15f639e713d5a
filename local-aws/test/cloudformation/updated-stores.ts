import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, GetKeyRotationStatusCommand, KMSClient } from '@aws-sdk/client-kms';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { LocalAws } from '../../aws.ts';
import { where } from '../lambda/functions.ts';
import { tagged, retagged, type Kind } from './updated-kinds.ts';

export const stores = (aws: () => LocalAws): readonly Kind[] => [
  {
    type: 'AWS::DynamoDB::Table',
    good: {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      ...tagged,
    },
    bad: [
      { BillingMode: 'PAY_PER_REQ', ...retagged },
      { DeletionProtectionEnabled: 'perhaps' },
      {
        TimeToLiveSpecification: { AttributeName: 'end', Enabled: true },
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 99 },
        ...retagged,
      },
      {
        TimeToLiveSpecification: { AttributeName: 'end', Enabled: true },
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        BillingMode: 'PROVISIONED',
        ...retagged,
      },
      { TableClass: '{{resolve:ssm:/no/such}}', ...retagged },
      { Surprise: 1 },
    ],
    read: async (TableName) => {
      const client = aws().client(DynamoDBClient, where);
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
      const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
      const { BillingModeSummary, DeletionProtectionEnabled, StreamSpecification } = Table ?? {};
      return { mode: BillingModeSummary?.BillingMode, DeletionProtectionEnabled, StreamSpecification, TimeToLiveDescription, Tags }; // prettier-ignore
    },
  },
  {
    type: 'AWS::SQS::Queue',
    good: { VisibilityTimeout: 40, ...tagged },
    bad: [
      { VisibilityTimeout: 'long' },
      { VisibilityTimeout: 50, RedrivePolicy: { deadLetterTargetArn: 'no-arn', maxReceiveCount: 3 }, ...retagged },
    ],
    read: async (QueueUrl) => {
      const command = new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['VisibilityTimeout', 'MessageRetentionPeriod'],
      });
      return (await aws().client(SQSClient, where).send(command)).Attributes;
    },
  },
  {
    type: 'AWS::SecretsManager::Secret',
    good: { SecretString: 'hush', Description: 'first', ...tagged },
    bad: [{ Description: { no: 'text' } }, { Description: 'x'.repeat(2049), ...retagged }, { Tags: 'none' }],
    read: async (SecretId) => {
      const { Description, Tags } = await aws()
        .client(SecretsManagerClient, where)
        .send(new DescribeSecretCommand({ SecretId }));
      return { Description, Tags };
    },
  },
  {
    type: 'AWS::KMS::Key',
    good: { Description: 'first' },
    bad: [
      { Description: 'second', KeySpec: 'NONE' },
      { Description: 'second', EnableKeyRotation: true, RotationPeriodInDays: 1, Enabled: false },
      { Description: 'second', EnableKeyRotation: 'often' },
    ],
    read: async (KeyId) => {
      const client = aws().client(KMSClient, where);
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
      const { KeyRotationEnabled } = await client.send(new GetKeyRotationStatusCommand({ KeyId }));
      return { description: KeyMetadata?.Description, enabled: KeyMetadata?.Enabled, KeyRotationEnabled };
    },
  },
  {
    type: 'AWS::Logs::LogGroup',
    good: { LogGroupName: 'rolled', RetentionInDays: 7 },
    bad: [{ RetentionInDays: 'week' }, { RetentionInDays: 8 }],
    read: async (logGroupNamePrefix) => {
      const { logGroups } = await aws()
        .client(CloudWatchLogsClient, where)
        .send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
      return logGroups?.[0]?.retentionInDays;
    },
  },
  {
    type: 'AWS::CloudWatch::Alarm',
    good: {
      AlarmName: 'late',
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    },
    bad: [
      { Threshold: 2, ComparisonOperator: 'About' },
      { Threshold: 2, Period: 7 },
      { Threshold: 'high' },
      { Threshold: 2, Tags: [{ Key: 'team' }] },
    ],
    read: async (name) => {
      const { MetricAlarms } = await aws()
        .client(CloudWatchClient, where)
        .send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
      const { Threshold, Period, ComparisonOperator } = MetricAlarms?.[0] ?? {};
      return { Threshold, Period, ComparisonOperator };
    },
  },
  {
    type: 'AWS::SNS::Topic',
    good: { DisplayName: 'first' },
    bad: [{ DisplayName: 'second', KmsMasterKeyId: 5 }, { DisplayName: { no: 'text' } }],
    read: async (TopicArn) => {
      const { Attributes } = await aws().client(SNSClient, where).send(new GetTopicAttributesCommand({ TopicArn }));
      return Attributes?.DisplayName;
    },
  },
  {
    type: 'AWS::SSM::Parameter',
    good: { Type: 'String', Value: 'first' },
    bad: [
      { Value: 'second', Tier: 'Cheap' },
      { Value: 'second', AllowedPattern: '^[0-9]+$' },
    ],
    read: async (Name) =>
      (await aws().client(SSMClient, where).send(new GetParameterCommand({ Name }))).Parameter?.Value,
  },
  {
    type: 'AWS::S3::Bucket',
    good: { VersioningConfiguration: { Status: 'Enabled' } },
    bad: [{ VersioningConfiguration: { Status: 'Perhaps' } }],
    read: async (Bucket) =>
      (await aws().client(S3Client, where).send(new GetBucketVersioningCommand({ Bucket }))).Status,
  },
];
