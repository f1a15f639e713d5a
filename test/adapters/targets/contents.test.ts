import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createObservability } from '../../../adapters/powertools/observability.ts';
import { type Contents, contentsOnDemand } from '../../../adapters/targets/contents.ts';
import { looks } from '../../../core/template/holdings.ts';
import { type LocalAws, startLocalAws } from 'local-aws';

const place = { account: '222222222222', region: 'us-east-1' };
let aws: LocalAws;
let contents: Contents;

beforeAll(async () => {
  aws = await startLocalAws();
  contents = as(aws.administrator(place.account));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

/** Looks as somebody. The local AWS is found as the AWS CLI would find it. */
function as(credentials: { accessKeyId: string; secretAccessKey: string }): Contents {
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
  return contentsOnDemand(createObservability('deploy'), async () => ({ region: place.region, credentials }));
}

describe('how much is in', () => {
  it('a table', async () => {
    const client = aws.client(DynamoDBClient, place);
    const TableName = 'orders';
    await client.send(
      new CreateTableCommand({
        ...{ TableName, BillingMode: 'PAY_PER_REQUEST' },
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    expect(await contents.amount('items', TableName)).toBe(0);
    for (const id of ['a', 'b']) await client.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
    expect(await contents.amount('items', TableName)).toBe(1);
  });

  it('a bucket, versions and marks of deletions included', async () => {
    const client = aws.client(S3Client, place);
    const Bucket = 'orders-files';
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    expect(await contents.amount('objects', Bucket)).toBe(0);
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(await contents.amount('objects', Bucket)).toBe(1);
  });

  it('a queue, messages in flight or delayed included', async () => {
    const client = aws.client(SQSClient, place);
    const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: 'jobs' }));
    expect(await contents.amount('messages', QueueUrl)).toBe(0);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'b', DelaySeconds: 900 }));
    expect(await contents.amount('messages', QueueUrl)).toBe(2);
  });

  it('a log group', async () => {
    const client = aws.client(CloudWatchLogsClient, place);
    await client.send(new CreateLogGroupCommand({ logGroupName: 'orders' }));
    expect(await contents.amount('streams', 'orders')).toBe(0);
    await client.send(new CreateLogStreamCommand({ logGroupName: 'orders', logStreamName: 'a' }));
    expect(await contents.amount('streams', 'orders')).toBe(1);
  });

  it('a secret, by how many values it has', async () => {
    const client = aws.client(SecretsManagerClient, place);
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'orders', SecretString: 'a' }));
    expect(await contents.amount('values', ARN)).toBe(1);
    await client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: 'b' }));
    expect(await contents.amount('values', ARN)).toBe(2);
  });

  it('a parameter, by how often it was changed', async () => {
    const client = aws.client(SSMClient, place);
    const given = { Name: '/orders', Type: 'String', Value: 'a' } as const;
    await client.send(new PutParameterCommand(given));
    expect(await contents.amount('changes', '/orders')).toBe(0);
    await client.send(new PutParameterCommand({ ...given, Value: 'b', Overwrite: true }));
    expect(await contents.amount('changes', '/orders')).toBe(1);
  });

  it('what is not there any more: nothing', async () => {
    const physicalIds = ['gone', 'gone-for-good', `${aws.endpoint}/${place.account}/gone`, 'gone', 'gone', '/gone'];
    const amounts = await Promise.all(looks.map((look, index) => contents.amount(look, physicalIds[index] ?? '')));
    expect(amounts).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('what may not be looked at: unknown', async () => {
    const iam = aws.client(IAMClient, place);
    await iam.send(new CreateUserCommand({ UserName: 'nobody' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'nobody' }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    const nobody = as({ accessKeyId, secretAccessKey });
    const physicalIds = [
      'orders',
      'orders-files',
      `${aws.endpoint}/${place.account}/jobs`,
      'orders',
      'orders',
      '/orders',
    ];
    const amounts = await Promise.all(looks.map((look, index) => nobody.amount(look, physicalIds[index] ?? '')));
    expect(amounts).toEqual(looks.map(() => undefined));
  });

  it('what is out of reach for another reason: that is an error', async () => {
    aws.faults.atCall('a throttle', { operation: 'DescribeLogStreams', times: 9 }, { kind: 'throttle' });
    await expect(contents.amount('streams', 'orders')).rejects.toThrow();
  });
});
