import { APIGatewayClient, GetRestApiCommand } from '@aws-sdk/client-api-gateway';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient, GetDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyRotationStatusCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetEventSourceMappingCommand, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { invoke, where } from '../lambda/functions.ts';

// "When a stack update fails, CloudFormation rolls back to the last known stable state": what was refused is no hindrance to it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html

let aws: LocalAws;
let stacks: CloudFormationClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

const Capabilities = ['CAPABILITY_NAMED_IAM' as const];

async function settled(StackName: string): Promise<string> {
  for (;;) {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus: status = '' } = stack ?? {};
    if (!status.endsWith('_IN_PROGRESS')) return status;
    await aws.clock.sleep(500, 'the test looks again');
  }
}

async function physicalId(StackName: string): Promise<string> {
  const command = new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'It' });
  return (await stacks.send(command)).StackResourceDetail?.PhysicalResourceId ?? '';
}

function trusting(Service: string): object {
  const Statement = [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }];
  return { Version: '2012-10-17', Statement };
}

function role(Service: string): object {
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const Policies = [{ PolicyName: 'all', PolicyDocument: { Version: '2012-10-17', Statement } }];
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trusting(Service), Policies } };
}

const code = {
  Code: { ZipFile: 'exports.handler = async () => 1;' },
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
};
const consumer = {
  Role: role('lambda.amazonaws.com'),
  Fn: { Type: 'AWS::Lambda::Function', Properties: { ...code } },
  Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
};
const tagged = { Tags: [{ Key: 'team', Value: 'shop' }] };
const retagged = { Tags: [{ Key: 'owner', Value: 'else' }] };

interface Kind {
  readonly type: string;
  readonly good: object;
  /** Each alone fails the update; what else it changes is fine, and may be done before the refusal. */
  readonly bad: readonly object[];
  readonly beside?: object;
  /** What is to be as before. */
  readonly read: (id: string) => Promise<unknown>;
}

const kinds: readonly Kind[] = [
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
      { Surprise: 1 },
    ],
    read: async (TableName) => {
      const client = aws.client(DynamoDBClient, where);
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
      const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
      const { BillingModeSummary, DeletionProtectionEnabled, StreamSpecification } = Table ?? {};
      return { mode: BillingModeSummary?.BillingMode, DeletionProtectionEnabled, StreamSpecification, TimeToLiveDescription, Tags }; // prettier-ignore
    },
  },
  {
    type: 'AWS::Lambda::Function',
    good: { ...code, Timeout: 5, MemorySize: 256, ...tagged },
    bad: [
      { Runtime: 'nodejs99.x', Timeout: 9 },
      { Timeout: 'five' },
      { MemorySize: 20000, ...retagged, Code: { ZipFile: 'exports.handler = async () => 2;' } },
      { ReservedConcurrentExecutions: 100_000, Timeout: 9 },
      { Code: { ZipFile: 'exports.handler = async () => 2;', Surprise: 1 } },
    ],
    beside: { Role: consumer.Role },
    read: async (FunctionName) => {
      const client = aws.client(LambdaClient, where);
      const { Tags, Configuration, Concurrency } = await client.send(new GetFunctionCommand({ FunctionName }));
      const { Runtime, Timeout, MemorySize } = Configuration ?? {};
      const { payload } = await invoke(client, FunctionName);
      return { Tags, Concurrency, payload, Runtime, Timeout, MemorySize };
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
      return (await aws.client(SQSClient, where).send(command)).Attributes;
    },
  },
  {
    type: 'AWS::SecretsManager::Secret',
    good: { SecretString: 'hush', Description: 'first', ...tagged },
    bad: [{ Description: { no: 'text' } }, { Description: 'x'.repeat(2049), ...retagged }, { Tags: 'none' }],
    read: async (SecretId) => {
      const { Description, Tags } = await aws
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
      const client = aws.client(KMSClient, where);
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
      const { KeyRotationEnabled } = await client.send(new GetKeyRotationStatusCommand({ KeyId }));
      return { description: KeyMetadata?.Description, enabled: KeyMetadata?.Enabled, KeyRotationEnabled };
    },
  },
  {
    type: 'AWS::CodeDeploy::DeploymentGroup',
    good: {
      ApplicationName: { Ref: 'App' },
      DeploymentGroupName: 'group',
      ServiceRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      DeploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
    },
    bad: [
      { DeploymentStyle: { DeploymentType: 'PURPLE' } },
      { DeploymentConfigName: 'NoSuchConfig' },
      { AutoRollbackConfiguration: { Enabled: 'sometimes' } },
    ],
    beside: {
      Role: role('codedeploy.amazonaws.com'),
      App: {
        Type: 'AWS::CodeDeploy::Application',
        Properties: { ApplicationName: 'rolling', ComputePlatform: 'Lambda' },
      },
    },
    read: async () => {
      const command = new GetDeploymentGroupCommand({ applicationName: 'rolling', deploymentGroupName: 'group' });
      const { deploymentGroupInfo } = await aws.client(CodeDeployClient, where).send(command);
      return [deploymentGroupInfo?.deploymentConfigName, deploymentGroupInfo?.deploymentStyle];
    },
  },
  {
    type: 'AWS::ApiGateway::RestApi',
    good: { Name: 'shop', Description: 'first' },
    bad: [
      { Description: 'second', EndpointConfiguration: { Types: ['NEARBY'] } },
      { Description: 'second', DisableExecuteApiEndpoint: 'maybe' },
    ],
    read: async (restApiId) => {
      const { name, description } = await aws
        .client(APIGatewayClient, where)
        .send(new GetRestApiCommand({ restApiId }));
      return { name, description };
    },
  },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    good: { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: { Ref: 'Fn' }, BatchSize: 5 },
    bad: [{ BatchSize: 'many' }, { BatchSize: 100_000 }, { BatchSize: 6, FunctionResponseTypes: ['Nothing'] }],
    beside: consumer,
    read: async (UUID) =>
      (await aws.client(LambdaClient, where).send(new GetEventSourceMappingCommand({ UUID }))).BatchSize,
  },
  {
    type: 'AWS::Events::Rule',
    good: {
      Name: 'nightly',
      ScheduleExpression: 'rate(1 day)',
      Targets: [{ Id: 'a', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
    },
    bad: [
      { State: 'SLEEPY', Description: 'second' },
      { ScheduleExpression: 'now and then' },
      { ScheduleExpression: 'rate(2 days)', Targets: [{ Id: 'b', Arn: 'nonsense' }] },
    ],
    beside: { Queue: consumer.Queue },
    read: async () => {
      const client = aws.client(EventBridgeClient, where);
      const { ScheduleExpression, State, Description } = await client.send(
        new DescribeRuleCommand({ Name: 'nightly' }),
      );
      const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'nightly' }));
      return { ScheduleExpression, State, Description, Targets };
    },
  },
  {
    type: 'AWS::Logs::LogGroup',
    good: { LogGroupName: 'rolled', RetentionInDays: 7 },
    bad: [{ RetentionInDays: 'week' }, { RetentionInDays: 8 }],
    read: async (logGroupNamePrefix) => {
      const { logGroups } = await aws
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
      const { MetricAlarms } = await aws
        .client(CloudWatchClient, where)
        .send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
      const { Threshold, Period, ComparisonOperator } = MetricAlarms?.[0] ?? {};
      return { Threshold, Period, ComparisonOperator };
    },
  },
  {
    type: 'AWS::StepFunctions::StateMachine',
    good: {
      RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
      ...tagged,
    },
    bad: [
      { DefinitionString: '{"StartAt":"B","States":{}}', ...retagged },
      { DefinitionString: 5 },
      { LoggingConfiguration: { Level: 'LOUD' } },
    ],
    beside: { Role: role('states.amazonaws.com') },
    read: async (stateMachineArn) =>
      (await aws.client(SFNClient, where).send(new DescribeStateMachineCommand({ stateMachineArn }))).definition,
  },
  {
    type: 'AWS::IAM::Role',
    good: { AssumeRolePolicyDocument: trusting('lambda.amazonaws.com'), MaxSessionDuration: 3600 },
    bad: [
      { MaxSessionDuration: 'hour' },
      { Description: 'second', MaxSessionDuration: 5 },
      {
        Description: 'second',
        Policies: [{ PolicyName: 'made', PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }], // prettier-ignore
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::222222222222:policy/no-such'],
      },
    ],
    read: async (RoleName) => {
      const client = aws.client(IAMClient, where);
      const { Role } = await client.send(new GetRoleCommand({ RoleName }));
      const { PolicyNames } = await client.send(new ListRolePoliciesCommand({ RoleName }));
      const { AttachedPolicies } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      return [Role?.Description ?? '', Role?.MaxSessionDuration, PolicyNames, AttachedPolicies];
    },
  },
  {
    type: 'AWS::SNS::Topic',
    good: { DisplayName: 'first' },
    bad: [{ DisplayName: 'second', KmsMasterKeyId: 5 }, { DisplayName: { no: 'text' } }],
    read: async (TopicArn) => {
      const { Attributes } = await aws.client(SNSClient, where).send(new GetTopicAttributesCommand({ TopicArn }));
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
    read: async (Name) => (await aws.client(SSMClient, where).send(new GetParameterCommand({ Name }))).Parameter?.Value,
  },
  {
    type: 'AWS::S3::Bucket',
    good: { VersioningConfiguration: { Status: 'Enabled' } },
    bad: [{ VersioningConfiguration: { Status: 'Perhaps' } }],
    read: async (Bucket) => (await aws.client(S3Client, where).send(new GetBucketVersioningCommand({ Bucket }))).Status,
  },
];

it.each(kinds)('$type is as before when its update fails', async ({ type, good, bad, beside = {}, read }) => {
  const StackName = type.replaceAll('::', '-');
  const templateOf = (Properties: object): string =>
    JSON.stringify({ Resources: { It: { Type: type, Properties }, ...beside } });
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody: templateOf(good), Capabilities }));
  expect(await settled(StackName), await failuresOf(StackName)).toBe('CREATE_COMPLETE');
  const before = await read(await physicalId(StackName));
  for (const change of bad) {
    const TemplateBody = templateOf({ ...good, ...change });
    await stacks.send(new UpdateStackCommand({ StackName, TemplateBody, Capabilities }));
    const status = await settled(StackName);
    expect(status, `${JSON.stringify(change)} ${await failuresOf(StackName)}`).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await read(await physicalId(StackName)), JSON.stringify(change)).toEqual(before);
  }
});

async function failuresOf(StackName: string): Promise<string> {
  const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName }));
  const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED') === true);
  return failed.map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`).join('\n');
}
