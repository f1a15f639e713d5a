import { DescribeStacksCommand, CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CodeDeployClient, CreateDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { EncryptCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import {
  AddPermissionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  TagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient, StartExecutionCommand, StopExecutionCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Expectation, Scene } from './attack.ts';

/** What the attacker's function does, with a role whose own policy allows everything. */
export interface CodeAttack {
  readonly name: string;
  readonly expected: Expectation;
  readonly act: (scene: Scene) => Promise<unknown>;
}

const refused = (name: string, act: CodeAttack['act']): CodeAttack => ({ name, expected: 'refused', act });
const listed = (words: string, name: string, act: CodeAttack['act']): CodeAttack => ({
  ...{ name, act },
  expected: { listed: words },
});
const roleOf = ({ account }: Scene, name: string): string => `arn:aws:iam::${account}:role/${name}`;

const onFunctions: readonly CodeAttack[] = [
  refused('moves the victim’s alias', ({ functionName: FunctionName, version: FunctionVersion }) =>
    new LambdaClient().send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion })),
  ),
  refused('changes the victim’s code', ({ functionName: FunctionName, assetBucket: S3Bucket, assetKey: S3Key }) =>
    new LambdaClient().send(new UpdateFunctionCodeCommand({ FunctionName, S3Bucket, S3Key })),
  ),
  refused('changes the victim’s configuration', ({ functionName: FunctionName }) =>
    new LambdaClient().send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 1 })),
  ),
  refused('downloads the victim’s code', ({ functionName: FunctionName }) =>
    new LambdaClient().send(new GetFunctionCommand({ FunctionName })),
  ),
  refused('opens the victim’s function to everybody', ({ functionName: FunctionName }) =>
    new LambdaClient().send(
      new AddPermissionCommand({
        ...{ FunctionName, StatementId: 'attack', Action: 'lambda:InvokeFunction', Principal: '*' },
      }),
    ),
  ),
  refused('tags the victim’s function as its own', ({ account, region, functionName }) =>
    new LambdaClient().send(
      new TagResourceCommand({
        Resource: `arn:aws:lambda:${region}:${account}:function:${functionName}`,
        Tags: { 'sluice:entry': 'attacker' },
      }),
    ),
  ),
  refused('invokes a function of the engine’s', ({ engine, region }) =>
    new LambdaClient().send(
      new InvokeCommand({ FunctionName: `arn:aws:lambda:${region}:${engine}:function:sluice-deploy` }),
    ),
  ),
  listed('Calls.', 'invokes the victim’s function', ({ functionName: FunctionName }) =>
    new LambdaClient().send(new InvokeCommand({ FunctionName })),
  ),
];

const onData: readonly CodeAttack[] = [
  refused('reads the victim’s secret', ({ secret: SecretId }) =>
    new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId })),
  ),
  refused('changes the victim’s secret', ({ secret: SecretId }) =>
    new SecretsManagerClient().send(new PutSecretValueCommand({ SecretId, SecretString: 'attack' })),
  ),
  refused('reads the victim’s parameter', ({ parameter: Name }) =>
    new SSMClient().send(new GetParameterCommand({ Name })),
  ),
  refused('reads everything under the victim’s path', ({ parameter }) =>
    new SSMClient().send(new GetParametersByPathCommand({ Path: parameter.replace(/\/[^/]*$/, '') })),
  ),
  refused('reads all parameters there are', () =>
    new SSMClient().send(new GetParametersByPathCommand({ Path: '/', Recursive: true })),
  ),
  refused('says where the engine is', () =>
    new SSMClient().send(new PutParameterCommand({ Name: '/sluice/engine', Type: 'String', Value: '{}' })),
  ),
  refused('reads the victim’s table', ({ table: TableName }) =>
    new DynamoDBClient().send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } })),
  ),
  refused('writes the victim’s table', ({ table: TableName }) =>
    new DynamoDBClient().send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } })),
  ),
  refused('reads the ledger', ({ engine, region }) =>
    new DynamoDBClient().send(
      new ScanCommand({ TableName: `arn:aws:dynamodb:${region}:${engine}:table/sluice-ledger` }),
    ),
  ),
  refused('writes the ledger', ({ engine, region }) =>
    new DynamoDBClient().send(
      new PutItemCommand({
        TableName: `arn:aws:dynamodb:${region}:${engine}:table/sluice-ledger`,
        Item: { pk: { S: 'release#victim-1.0.0-a1' }, sk: { S: 'head' } },
      }),
    ),
  ),
  refused('takes the victim’s code from the asset bucket', ({ assetBucket: Bucket, assetKey: Key }) =>
    new S3Client().send(new GetObjectCommand({ Bucket, Key })),
  ),
  refused('lists the asset bucket', ({ assetBucket: Bucket }) =>
    new S3Client().send(new ListObjectsV2Command({ Bucket })),
  ),
  refused('replaces the victim’s code in the asset bucket', ({ assetBucket: Bucket, assetKey: Key }) =>
    new S3Client().send(new PutObjectCommand({ Bucket, Key, Body: 'attack' })),
  ),
  refused('takes the victim’s artifact', ({ releaseBucket: Bucket }) =>
    new S3Client().send(new GetObjectCommand({ Bucket, Key: 'victim/1.0.0.zip' })),
  ),
  refused('releases the victim', ({ releaseBucket: Bucket }) =>
    new S3Client().send(new PutObjectCommand({ Bucket, Key: 'victim/6.6.6.zip', Body: 'attack' })),
  ),
  listed('Data in S3 buckets.', 'writes into the victim’s bucket', ({ bucket: Bucket }) =>
    new S3Client().send(new PutObjectCommand({ Bucket, Key: 'attack', Body: 'attack' })),
  ),
  listed('Data in S3 buckets.', 'reads from the victim’s bucket', ({ bucket: Bucket }) =>
    new S3Client().send(new GetObjectCommand({ Bucket, Key: 'data' })),
  ),
  listed('What carries no tag.', 'reads a secret that was made by hand', ({ untaggedSecret: SecretId }) =>
    new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId })),
  ),
  listed('Calls.', 'encrypts by the victim’s key', ({ keyId: KeyId }) =>
    new KMSClient().send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array([1]) })),
  ),
  refused('has the victim’s key deleted', ({ keyId: KeyId }) =>
    new KMSClient().send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })),
  ),
];

const onMessages: readonly CodeAttack[] = [
  refused('takes messages from the victim’s queue', ({ queueUrl: QueueUrl }) =>
    new SQSClient().send(new ReceiveMessageCommand({ QueueUrl })),
  ),
  refused('fills the queue of lost events', ({ deadLettersUrl: QueueUrl }) =>
    new SQSClient().send(new SendMessageCommand({ QueueUrl, MessageBody: 'attack' })),
  ),
  refused('opens the victim’s topic', ({ topicArn: TopicArn }) =>
    new SNSClient().send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: 'DisplayName', AttributeValue: 'attack' }),
    ),
  ),
  refused('tells whoever watches over lost events', ({ account, region }) =>
    new SNSClient().send(
      new PublishCommand({ TopicArn: `arn:aws:sns:${region}:${account}:sluice-target-alarms`, Message: 'attack' }),
    ),
  ),
  refused('listens on the victim’s bus', ({ bus: EventBusName }) =>
    new EventBridgeClient().send(
      new PutRuleCommand({ Name: 'ear', EventBusName, EventPattern: JSON.stringify({ source: ['victim'] }) }),
    ),
  ),
  refused('has the victim’s rule tell it, too', ({ bus: EventBusName, rule: Rule, account, region }) =>
    new EventBridgeClient().send(
      new PutTargetsCommand({
        ...{ EventBusName, Rule },
        Targets: [{ Id: 'ear', Arn: `arn:aws:sqs:${region}:${account}:ear` }],
      }),
    ),
  ),
  refused('takes the victim’s rule its target', ({ bus: EventBusName, rule: Rule }) =>
    new EventBridgeClient().send(new RemoveTargetsCommand({ EventBusName, Rule, Ids: ['queue'] })),
  ),
  refused('listens on the default bus', () =>
    new EventBridgeClient().send(
      new PutRuleCommand({ Name: 'ear', EventPattern: JSON.stringify({ source: ['victim'] }) }),
    ),
  ),
  refused('tells the engine that a stack has ended', ({ engine, region }) =>
    new EventBridgeClient().send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: `arn:aws:events:${region}:${engine}:event-bus/sluice`,
            Source: 'cloudformation.attack',
            DetailType: 'CloudFormation Stack Status Change',
            Detail: '{"status-details":{"status":"UPDATE_COMPLETE"}}',
          },
        ],
      }),
    ),
  ),
  listed('Calls.', 'sends a message to the victim’s queue', ({ queueUrl: QueueUrl }) =>
    new SQSClient().send(new SendMessageCommand({ QueueUrl, MessageBody: 'attack' })),
  ),
  listed('Calls.', 'publishes to the victim’s topic', ({ topicArn: TopicArn }) =>
    new SNSClient().send(new PublishCommand({ TopicArn, Message: 'attack' })),
  ),
  listed('Calls.', 'puts an event on the victim’s bus', ({ bus: EventBusName }) =>
    new EventBridgeClient().send(
      new PutEventsCommand({ Entries: [{ EventBusName, Source: 'attack', DetailType: 'attack', Detail: '{}' }] }),
    ),
  ),
  listed('The default event bus.', 'says on the default bus what the victim says', () =>
    new EventBridgeClient().send(
      new PutEventsCommand({ Entries: [{ Source: 'victim', DetailType: 'attack', Detail: '{}' }] }),
    ),
  ),
  listed('Mail.', 'sends mail by an identity of the account', ({ sender }) =>
    new SESv2Client().send(
      new SendEmailCommand({
        FromEmailAddress: sender,
        Destination: { ToAddresses: [sender] },
        Content: { Simple: { Subject: { Data: 'attack' }, Body: { Text: { Data: 'attack' } } } },
      }),
    ),
  ),
];

const onWork: readonly CodeAttack[] = [
  refused('changes the victim’s state machine', ({ machineArn: stateMachineArn }) =>
    new SFNClient().send(new UpdateStateMachineCommand({ stateMachineArn, definition: '{}' })),
  ),
  refused('starts a release by itself', ({ engine, region }) =>
    new SFNClient().send(
      new StartExecutionCommand({ stateMachineArn: `arn:aws:states:${region}:${engine}:stateMachine:sluice-release` }),
    ),
  ),
  refused('stops the victim’s release', ({ engine, region }) =>
    new SFNClient().send(
      new StopExecutionCommand({
        executionArn: `arn:aws:states:${region}:${engine}:execution:sluice-release:victim-1.0.0-a1`,
      }),
    ),
  ),
  refused('has the engine’s application deploy', () =>
    new CodeDeployClient().send(
      new CreateDeploymentCommand({ applicationName: 'sluice', deploymentGroupName: 'sluice-victim-open-Alias' }),
    ),
  ),
  refused('silences the victim’s alarm', ({ alarm: AlarmName }) =>
    new CloudWatchClient().send(
      new PutMetricAlarmCommand({
        ...{ AlarmName, Namespace: 'A', MetricName: 'A', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 },
        ...{ Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
      }),
    ),
  ),
  refused('reads the victim’s logs', ({ untaggedLogGroup: logGroupName }) =>
    new CloudWatchLogsClient().send(new FilterLogEventsCommand({ logGroupName })),
  ),
  refused('deletes the victim’s logs', ({ untaggedLogGroup: logGroupName }) =>
    new CloudWatchLogsClient().send(new DeleteLogGroupCommand({ logGroupName })),
  ),
  listed('Calls.', 'starts the victim’s state machine', ({ machineArn: stateMachineArn }) =>
    new SFNClient().send(new StartExecutionCommand({ stateMachineArn })),
  ),
  listed('Running executions.', 'stops an execution of the victim’s', ({ executionArn }) =>
    new SFNClient().send(new StopExecutionCommand({ executionArn })),
  ),
  listed('Metrics, traces and log lines.', 'puts a metric that the victim’s alarm watches', () =>
    new CloudWatchClient().send(
      new PutMetricDataCommand({ Namespace: 'Victim', MetricData: [{ MetricName: 'Lost', Value: 0 }] }),
    ),
  ),
  listed('Metrics, traces and log lines.', 'writes into a log without a tag', ({ untaggedLogGroup: logGroupName }) =>
    new CloudWatchLogsClient().send(
      new PutLogEventsCommand({
        ...{ logGroupName, logStreamName: 'stream' },
        logEvents: [{ timestamp: Date.now(), message: 'attack' }],
      }),
    ),
  ),
];

const onIdentities: readonly CodeAttack[] = [
  refused('becomes the engine in the target', (scene) =>
    new STSClient().send(
      new AssumeRoleCommand({
        RoleArn: roleOf(scene, `sluice-target-deploy-${scene.region}`),
        ...{ RoleSessionName: 'attack', ExternalId: `sluice${scene.engine}` },
      }),
    ),
  ),
  refused('becomes the victim’s execution role', (scene) =>
    new STSClient().send(
      new AssumeRoleCommand({
        RoleArn: roleOf(scene, `sluice-target-cfn-${scene.region}-victim`),
        RoleSessionName: 'attack',
      }),
    ),
  ),
  refused('takes its boundary off', ({ ownRole: RoleName }) =>
    new IAMClient().send(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
  ),
  refused('takes another boundary', ({ ownRole: RoleName }) =>
    new IAMClient().send(
      new PutRolePermissionsBoundaryCommand({
        ...{ RoleName, PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      }),
    ),
  ),
  refused('widens the victim’s role', ({ roleName: RoleName }) =>
    new IAMClient().send(new PutRolePolicyCommand({ RoleName, PolicyName: 'attack', PolicyDocument: '{}' })),
  ),
  refused('makes a role', () =>
    new IAMClient().send(
      new CreateRoleCommand({ RoleName: 'sluice-attacker-open-made', AssumeRolePolicyDocument: '{}' }),
    ),
  ),
  refused('reads the victim’s stack', () =>
    new CloudFormationClient().send(new DescribeStacksCommand({ StackName: 'sluice-victim-open' })),
  ),
];

/** All of them, in the order in which they are tried. */
export const codeAttacks: readonly CodeAttack[] = [
  ...onFunctions,
  ...onData,
  ...onMessages,
  ...onWork,
  ...onIdentities,
];
