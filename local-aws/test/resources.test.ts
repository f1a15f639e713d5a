import { GetBucketVersioningCommand, GetBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { DescribeContinuousBackupsCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetKeyRotationStatusCommand } from '@aws-sdk/client-kms';
import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../aws.ts';
import type { Caller } from '../kernel/principal.ts';
import type { Properties, ResourceContext, ResourceProvider } from '../services/cloudformation/provider.ts';
import { codedeployResources } from '../services/cloudformation/resources/codedeploy.ts';
import { dynamodbResources } from '../services/cloudformation/resources/dynamodb.ts';
import { kmsResources } from '../services/cloudformation/resources/kms.ts';
import { logsResources } from '../services/cloudformation/resources/logs.ts';
import { s3Resources } from '../services/cloudformation/resources/s3.ts';
import { secretsManagerResources } from '../services/cloudformation/resources/secrets-manager.ts';
import { sesResources } from '../services/cloudformation/resources/ses.ts';
import { snsResources } from '../services/cloudformation/resources/sns.ts';
import { sqsResources } from '../services/cloudformation/resources/sqs.ts';
import { ssmResources } from '../services/cloudformation/resources/ssm.ts';

const account = '111111111111';
const region = 'us-east-1';
const providers = [
  ...codedeployResources,
  ...dynamodbResources,
  ...kmsResources,
  ...logsResources,
  ...s3Resources,
  ...secretsManagerResources,
  ...sesResources,
  ...snsResources,
  ...sqsResources,
  ...ssmResources,
];
let aws: LocalAws;
let caller: Caller;
let role = '';

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  const identity = aws.kernel.port.iam.identify(aws.administrator(account).accessKeyId);
  if (identity === undefined) throw new Error('No administrator');
  caller = { principal: identity.principal, account, region };
  const iam = aws.client(IAMClient, { account, region });
  const trust = { Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  role = (await iam.send(new CreateRoleCommand({ RoleName: 'codedeploy', AssumeRolePolicyDocument }))).Role?.Arn ?? '';
});
afterAll(() => aws.close());

function provider(type: string): ResourceProvider {
  const found = providers.find((each) => each.type === type);
  if (found === undefined) throw new Error(`No provider of ${type}`);
  return found;
}

let names = 0;
const context = (): ResourceContext => ({
  kernel: aws.kernel,
  caller,
  account,
  region,
  stackName: 'stack',
  stackId: `arn:aws:cloudformation:${region}:${account}:stack/stack/1`,
  logicalId: 'Logical',
  type: 'AWS::Any::Thing',
  name: () => `stack-logical-${++names}`,
});

/** Creates, checks the attributes and the answer to a second look, updates, and gives the physical id. */
async function live(type: string, first: Properties, second: Properties = first): Promise<string> {
  const resource = provider(type);
  const { physicalId, attributes } = await resource.create(first, context());
  expect(Object.keys(attributes).sort()).toEqual([...resource.attributes].sort());
  const updated = await resource.update(physicalId, second, first, context());
  expect(updated.physicalId).toBe(physicalId);
  return physicalId;
}

/** Deletes twice: what is gone already is not an error. */
async function die(type: string, id: string, properties: Properties): Promise<void> {
  await provider(type).delete(id, properties, context());
  await provider(type).delete(id, properties, context());
}

const allow = (resource: string, service: string, action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: action, Resource: resource }],
});

describe('a resource that exists already', () => {
  it.each([
    ['AWS::S3::Bucket', 'BucketName', {}],
    [
      'AWS::DynamoDB::Table',
      'TableName',
      {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
        Tags: [{ Key: 'a', Value: 'b' }],
      },
    ],
    ['AWS::Logs::LogGroup', 'LogGroupName', { RetentionInDays: 7, Tags: [{ Key: 'a', Value: 'b' }] }],
    ['AWS::SSM::Parameter', 'Name', { Type: 'String', Value: 'a', Tags: { a: 'b' } }],
  ] as const)('is read by its name as the template has it: %s', async (type, property, more) => {
    const resource = provider(type);
    const { importing } = resource;
    const name = `importable-${++names}`;
    expect(importing?.identifier).toBe(property);
    expect(await importing?.read(name, context())).toBeUndefined();
    const properties = { [property]: name, ...more };
    await resource.create(properties, context());
    expect(await importing?.read(name, context())).toEqual(
      type === 'AWS::SSM::Parameter' ? properties : expect.objectContaining(properties),
    );
    await die(type, name, properties);
  });

  it('is read with what only a replacement could change', async () => {
    const bucket = provider('AWS::S3::Bucket');
    await bucket.create({ BucketName: 'locked-bucket', ObjectLockEnabled: true }, context());
    expect(await bucket.importing?.read('locked-bucket', context())).toEqual({
      ...{ BucketName: 'locked-bucket', ObjectLockEnabled: true },
    });
  });
});

describe('resources', () => {
  it('of S3', async () => {
    const second = {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: 'true' } },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [{ Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: '90' } }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    const Bucket = await live('AWS::S3::Bucket', {}, second);
    const send = aws.kernel.send.bind(aws.kernel, caller);
    expect(await send(new GetBucketVersioningCommand({ Bucket }))).toEqual({ Status: 'Enabled' });
    expect(await send(new GetBucketNotificationConfigurationCommand({ Bucket }))).toEqual({
      EventBridgeConfiguration: {},
    });
    const Rules = [{ Name: 'Prefix', Value: 'in/' }];
    const told = {
      Queue: 'arn:aws:sqs:us-east-1:111111111111:absent',
      Event: 's3:ObjectCreated:*',
      Filter: { S3Key: { Rules } },
    };
    const third = { ...second, NotificationConfiguration: { QueueConfigurations: [told] } };
    await expect(provider('AWS::S3::Bucket').update(Bucket, third, second, context())).rejects.toThrow(
      'Unable to validate the following destination configurations',
    );
    const policy = {
      Bucket,
      PolicyDocument: allow(`arn:aws:s3:::${Bucket}/*`, 'lambda.amazonaws.com', 's3:GetObject'),
    };
    await live('AWS::S3::BucketPolicy', policy);
    await die('AWS::S3::BucketPolicy', Bucket, policy);
    await die('AWS::S3::Bucket', Bucket, second);
  });

  it('of DynamoDB', async () => {
    const first = {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    };
    const second = {
      ...first,
      DeletionProtectionEnabled: false,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    const TableName = await live('AWS::DynamoDB::Table', first, second);
    const { Table } = await aws.kernel.send(caller, new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ DeletionProtectionEnabled: false, SSEDescription: { Status: 'ENABLED' } });
    const backups = await aws.kernel.send(caller, new DescribeContinuousBackupsCommand({ TableName }));
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe(
      'ENABLED',
    );
    await die('AWS::DynamoDB::Table', TableName, second);
  });

  it('of CodeDeploy', async () => {
    const application = { ComputePlatform: 'Lambda' };
    const ApplicationName = await live('AWS::CodeDeploy::Application', application);
    const configuration = {
      ComputePlatform: 'Lambda',
      TrafficRoutingConfig: {
        Type: 'TimeBasedCanary',
        TimeBasedCanary: { CanaryPercentage: 10, CanaryInterval: '5' },
      },
    };
    const DeploymentConfigName = await live('AWS::CodeDeploy::DeploymentConfig', configuration);
    const group = {
      ApplicationName,
      DeploymentConfigName,
      ServiceRoleArn: role,
      DeploymentStyle: { DeploymentOption: 'WITH_TRAFFIC_CONTROL', DeploymentType: 'BLUE_GREEN' },
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE'] },
    };
    const alarms = { AlarmConfiguration: { Enabled: true, Alarms: [{ Name: 'alarm' }] } };
    const name = await live('AWS::CodeDeploy::DeploymentGroup', group, { ...group, ...alarms });
    await die('AWS::CodeDeploy::DeploymentGroup', name, group);
    await die('AWS::CodeDeploy::DeploymentConfig', DeploymentConfigName, configuration);
    await die('AWS::CodeDeploy::Application', ApplicationName, application);
  });

  it('of SQS and SNS', async () => {
    const first = { VisibilityTimeout: 60, MessageRetentionPeriod: '1209600' };
    const queue = await live('AWS::SQS::Queue', first, { VisibilityTimeout: 90, SqsManagedSseEnabled: true });
    const AttributeNames = ['VisibilityTimeout' as const, 'MessageRetentionPeriod' as const];
    const { Attributes } = await aws.kernel.send(
      caller,
      new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: '90', MessageRetentionPeriod: '345600' });
    const queuePolicy = {
      Queues: [queue],
      PolicyDocument: allow('*', 'events.amazonaws.com', 'sqs:SendMessage'),
    };
    const topic = await live('AWS::SNS::Topic', {}, { DisplayName: 'Topic' });
    const topicPolicy = { Topics: [topic], PolicyDocument: allow(topic, 'events.amazonaws.com', 'sns:Publish') };
    const subscription = { TopicArn: topic, Protocol: 'email', Endpoint: 'a@example.org' };
    const filtered = { ...subscription, FilterPolicy: { a: { b: ['c'] } }, FilterPolicyScope: 'MessageBody' };
    const ids = [
      await live('AWS::SQS::QueuePolicy', queuePolicy),
      await live('AWS::SNS::TopicPolicy', topicPolicy),
      await live('AWS::SNS::Subscription', { ...subscription, FilterPolicy: { a: ['b'] } }, filtered),
    ];
    const read = new GetSubscriptionAttributesCommand({ SubscriptionArn: ids[2] });
    expect((await aws.kernel.send(caller, read)).Attributes).toMatchObject({
      FilterPolicy: '{"a":{"b":["c"]}}',
      FilterPolicyScope: 'MessageBody',
    });
    await die('AWS::SNS::Subscription', ids[2] ?? '', subscription);
    await die('AWS::SNS::TopicPolicy', ids[1] ?? '', topicPolicy);
    await die('AWS::SQS::QueuePolicy', ids[0] ?? '', queuePolicy);
    await die('AWS::SNS::Topic', topic, {});
    await die('AWS::SQS::Queue', queue, first);
  });

  it('of SNS with subscriptions inside', async () => {
    const inside = (...names: string[]) => ({
      Subscription: names.map((name) => ({ Protocol: 'email', Endpoint: `${name}@example.org` })),
    });
    const TopicArn = await live('AWS::SNS::Topic', inside('a', 'b'), inside('b', 'c'));
    const { Subscriptions = [] } = await aws.kernel.send(caller, new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions.map(({ Endpoint }) => Endpoint)).toEqual(['b@example.org', 'c@example.org']);
  });

  it('of KMS', async () => {
    const KeyId = await live('AWS::KMS::Key', {}, { EnableKeyRotation: true, Description: 'key' });
    const status = await aws.kernel.send(caller, new GetKeyRotationStatusCommand({ KeyId }));
    expect(status.KeyRotationEnabled).toBe(true);
    const alias = { AliasName: 'alias/key', TargetKeyId: KeyId };
    await die('AWS::KMS::Alias', await live('AWS::KMS::Alias', alias), alias);
    await die('AWS::KMS::Key', KeyId, {});
    await live('AWS::KMS::Key', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  });

  it('of SSM, Secrets Manager and SES', async () => {
    const parameter = { Type: 'String', Value: '1' };
    const name = await live('AWS::SSM::Parameter', parameter, { ...parameter, Value: '2', Tags: { a: 'b' } });
    await die('AWS::SSM::Parameter', name, parameter);
    const secret = { GenerateSecretString: { ExcludePunctuation: true } };
    await die('AWS::SecretsManager::Secret', await live('AWS::SecretsManager::Secret', secret), secret);
    const identity = { EmailIdentity: 'example.com' };
    await die('AWS::SES::EmailIdentity', await live('AWS::SES::EmailIdentity', identity), identity);
  });

  it('refuse nested properties that they do not know, by name', async () => {
    const create = provider('AWS::S3::Bucket').create(
      { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Transitions: [] }] } },
      context(),
    );
    await expect(create).rejects.toThrow(/Transitions in AWS::S3::Bucket.LifecycleConfiguration.Rules.0/);
  });
});
