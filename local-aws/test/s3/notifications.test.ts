import {
  AddPermissionCommand,
  CreateAliasCommand,
  LambdaClient,
  PublishVersionCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  type LambdaFunctionConfiguration,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, roleFor, where } from '../lambda/functions.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html

const FUNCTION = `arn:aws:lambda:us-east-1:${where.account}:function:seer`;
const ALIAS = `${FUNCTION}:live`;
const QUEUE = `arn:aws:sqs:us-east-1:${where.account}:told`;
const TOPIC = `arn:aws:sns:us-east-1:${where.account}:told`;
const UNREACHABLE = 'Unable to validate the following destination configurations';

const told = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      s3: z.object({ object: z.looseObject({ key: z.string() }) }),
    }),
  ),
});

let aws: LocalAws;
let s3: S3Client;
let lambda: LambdaClient;
let sqs: SQSClient;
let QueueUrl: string | undefined;
let Bucket: string;
let buckets = 0;
let events: { function: string; event: unknown }[] = [];

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  const { accessKeyId, secretAccessKey } = aws.administrator(where.account);
  const { endpoint } = aws;
  const { region } = where;
  s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  lambda = aws.client(LambdaClient, where);
  sqs = aws.client(SQSClient, where);
  await createFunction(lambda, 'seer', await roleFor(aws, 'seer', []), 'export const handler = async () => 1;');
  await lambda.send(new PublishVersionCommand({ FunctionName: 'seer' }));
  await lambda.send(new CreateAliasCommand({ FunctionName: 'seer', Name: 'live', FunctionVersion: '1' }));
  ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'told' })));
  aws.kernel.onObservation((one) => {
    if (one.kind === 'invocation') events.push({ function: one.functionName, event: JSON.parse(one.event) });
  });
});
afterAll(() => aws.close());
beforeEach(async () => {
  Bucket = `notified-${++buckets}`;
  events = [];
  await s3.send(new CreateBucketCommand({ Bucket }));
});

const allow = (Qualifier?: string, StatementId = Bucket) =>
  lambda.send(
    new AddPermissionCommand({
      ...{ FunctionName: 'seer', Qualifier, StatementId, Action: 'lambda:InvokeFunction' },
      ...{ Principal: 's3.amazonaws.com', SourceArn: `arn:aws:s3:::${Bucket}`, SourceAccount: where.account },
    }),
  );
const configure = (NotificationConfiguration: NotificationConfiguration, SkipDestinationValidation?: boolean) =>
  s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration, SkipDestinationValidation }),
  );
const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'text' }));

type Rules = { readonly prefix?: string; readonly suffix?: string };
function toFunction(arn: string, Events: LambdaFunctionConfiguration['Events'], rules?: Rules) {
  const FilterRules = Object.entries(rules ?? {}).map(([Name, Value]) => ({
    Name: Name === 'prefix' ? ('prefix' as const) : ('suffix' as const),
    Value,
  }));
  return { LambdaFunctionArn: arn, Events, ...(rules === undefined ? {} : { Filter: { Key: { FilterRules } } }) };
}

async function names(): Promise<string[]> {
  await aws.clock.idle();
  return events.flatMap(({ event }) =>
    told.parse(event).Records.map(({ eventName, s3: { object } }) => `${eventName} ${object.key}`),
  );
}

async function messages(): Promise<unknown[]> {
  await aws.clock.idle();
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }): unknown => JSON.parse(Body));
}

describe('notifications of functions', () => {
  it('need the function’s permission for the bucket when they are set, and at each event', async () => {
    const LambdaFunctionConfigurations = [toFunction(FUNCTION, ['s3:ObjectCreated:*'])];
    await expect(configure({ LambdaFunctionConfigurations })).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: UNREACHABLE,
    });
    expect(await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).not.toHaveProperty(
      'LambdaFunctionConfigurations',
    );
    await allow();
    await configure({ LambdaFunctionConfigurations });
    await put('one');
    expect(await names()).toEqual(['ObjectCreated:Put one']);
    await lambda.send(new RemovePermissionCommand({ FunctionName: 'seer', StatementId: Bucket }));
    await put('two');
    expect(await names()).toHaveLength(1);
  });

  it('of an alias need that of the alias, and invoke it', async () => {
    const LambdaFunctionConfigurations = [toFunction(ALIAS, ['s3:ObjectCreated:Put'])];
    await allow();
    await expect(configure({ LambdaFunctionConfigurations })).rejects.toThrow(UNREACHABLE);
    await allow('live');
    await configure({ LambdaFunctionConfigurations });
    await put('one');
    expect(await names()).toEqual(['ObjectCreated:Put one']);
  });

  it('are set without a look at the destination where that is asked for', async () => {
    const LambdaFunctionConfigurations = [toFunction(FUNCTION, ['s3:ObjectCreated:*'])];
    await configure({ LambdaFunctionConfigurations }, true);
    await put('one');
    expect(await names()).toEqual([]);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
  it('bring a record of what happened', async () => {
    await allow();
    const Filter = { Key: { FilterRules: [] } };
    await configure({
      LambdaFunctionConfigurations: [{ ...toFunction(FUNCTION, ['s3:ObjectCreated:Put']), Id: 'mine', Filter }],
    });
    await put('in/a b+ü.txt');
    await aws.clock.idle();
    const principal: unknown = expect.stringContaining('AWS:');
    const text: unknown = expect.any(String);
    const sequence: unknown = expect.stringMatching(/^[0-9A-F]+$/);
    expect(events).toMatchObject([
      {
        function: 'seer',
        event: {
          Records: [
            {
              eventVersion: '2.1',
              eventSource: 'aws:s3',
              awsRegion: 'us-east-1',
              eventTime: aws.clock.date().toISOString(),
              eventName: 'ObjectCreated:Put',
              userIdentity: { principalId: principal },
              requestParameters: { sourceIPAddress: '127.0.0.1' },
              responseElements: { 'x-amz-request-id': text, 'x-amz-id-2': text },
              s3: {
                s3SchemaVersion: '1.0',
                configurationId: 'mine',
                bucket: {
                  name: Bucket,
                  ownerIdentity: { principalId: where.account },
                  arn: `arn:aws:s3:::${Bucket}`,
                },
                object: {
                  key: 'in/a+b%2B%C3%BC.txt',
                  size: 4,
                  eTag: '1cb251ec0d568de6a929b520c4aed8d1',
                  sequencer: sequence,
                },
              },
            },
          ],
        },
      },
    ]);
  });

  it('come of each kind of event that they ask for', async () => {
    await allow();
    await configure({
      LambdaFunctionConfigurations: [
        toFunction(FUNCTION, [
          's3:ObjectCreated:Copy',
          's3:ObjectCreated:CompleteMultipartUpload',
          's3:ObjectRemoved:*',
        ]),
      ],
    });
    await put('a');
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'c' }));
    const part = { Bucket, Key: 'c', UploadId };
    const { ETag } = await s3.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: 'part' }));
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const { VersionId } = await put('d');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'd' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'd', VersionId }));
    expect((await names()).sort()).toEqual(
      [
        'ObjectCreated:Copy b',
        'ObjectCreated:CompleteMultipartUpload c',
        'ObjectRemoved:Delete a',
        'ObjectRemoved:Delete d',
        'ObjectRemoved:DeleteMarkerCreated d',
      ].sort(),
    );
    const removed = events.map(({ event }) => told.parse(event).Records[0]);
    const deleted = removed.find((one) => one?.eventName === 'ObjectRemoved:Delete' && one.s3.object.key === 'd');
    expect(deleted?.s3.object).toMatchObject({ versionId: VersionId });
    expect(deleted?.s3.object).not.toHaveProperty('size');
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
describe('filters', () => {
  const image = (prefix: string, suffix: string, events = ['s3:ObjectCreated:*' as const]) =>
    toFunction(FUNCTION, events, { prefix, suffix });

  it('pass keys by how they begin and end', async () => {
    await allow();
    await configure({ LambdaFunctionConfigurations: [image('images/', '.jpg'), image('images/', '.png')] });
    for (const key of ['images/a.jpg', 'images/a.gif', 'a.jpg', 'images/b/c.png']) await put(key);
    expect(await names()).toEqual(['ObjectCreated:Put images/a.jpg', 'ObjectCreated:Put images/b/c.png']);
  });

  const AMBIGUOUS = 'Configuration is ambiguously defined';
  const removed = toFunction(FUNCTION, ['s3:ObjectRemoved:Delete']);
  it.each([
    ['overlapping prefixes', [image('', '.jpg'), image('images', 'jpg')], AMBIGUOUS],
    ['one of all keys', [toFunction(FUNCTION, ['s3:ObjectCreated:Put']), image('images', '')], AMBIGUOUS],
    [
      'the same event without filters',
      [toFunction(FUNCTION, ['s3:ObjectCreated:*']), toFunction(ALIAS, ['s3:ObjectCreated:Put'])],
      'Configurations overlap',
    ],
    ['two prefixes', [{ ...removed, Filter: { Key: { FilterRules: twice('prefix') } } }], 'more than one prefix rule'],
    [
      'the same id',
      [
        { ...removed, Id: 'a' },
        { ...image('a', ''), Id: 'a' },
      ],
      'Same ID used',
    ],
  ])('may not meet one object twice: %s', async (_name, LambdaFunctionConfigurations, message) => {
    await expect(configure({ LambdaFunctionConfigurations }, true)).rejects.toThrow(message);
  });

  it.each([
    ['other suffixes', [image('images', '.jpg'), image('images', '.png')]],
    ['other prefixes', [image('dogs', '.jpg'), image('cats', '.jpg')]],
    ['other events', [image('images', '.jpg'), toFunction(FUNCTION, ['s3:ObjectRemoved:*'], { prefix: 'images' })]],
  ])('may stand side by side with %s', async (_name, LambdaFunctionConfigurations) => {
    await configure({ LambdaFunctionConfigurations }, true);
    const read = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(read.LambdaFunctionConfigurations).toMatchObject(LambdaFunctionConfigurations);
    expect(read.LambdaFunctionConfigurations?.every(({ Id }) => Id !== undefined)).toBe(true);
  });

  function twice(Name: 'prefix') {
    return [
      { Name, Value: 'a' },
      { Name, Value: 'b' },
    ];
  }
});

describe('notifications of queues and topics', () => {
  const policy = (Action: string, Resource: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          ...{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action, Resource },
          Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${Bucket}` } },
        },
      ],
    });

  it('begin with a test message, and take a policy of the queue', async () => {
    const QueueConfigurations = [{ QueueArn: QUEUE, Events: ['s3:ObjectCreated:*' as const] }];
    await expect(configure({ QueueConfigurations })).rejects.toThrow(UNREACHABLE);
    const Attributes = { Policy: policy('sqs:SendMessage', QUEUE) };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    await configure({ QueueConfigurations });
    await put('one');
    expect(await messages()).toMatchObject([
      { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket },
      { Records: [{ eventName: 'ObjectCreated:Put' }] },
    ]);
  });

  it('take a policy of the topic, which its default one is not', async () => {
    const sns = aws.client(SNSClient, where);
    await sns.send(new CreateTopicCommand({ Name: 'told' }));
    const TopicConfigurations = [{ TopicArn: TOPIC, Events: ['s3:ObjectCreated:*' as const] }];
    await expect(configure({ TopicConfigurations })).rejects.toThrow(UNREACHABLE);
    const AttributeValue = policy('sns:Publish', TOPIC);
    await sns.send(new SetTopicAttributesCommand({ TopicArn: TOPIC, AttributeName: 'Policy', AttributeValue }));
    const published: unknown[] = [];
    const stop = aws.kernel.onObservation((one) => {
      if (one.kind === 'notification') published.push(JSON.parse(one.message));
    });
    await configure({ TopicConfigurations });
    await put('one');
    await aws.clock.idle();
    stop();
    expect(published).toMatchObject([{ Event: 's3:TestEvent' }, { Records: [{ eventName: 'ObjectCreated:Put' }] }]);
  });

  it.each([
    ['a FIFO queue', { QueueConfigurations: [{ QueueArn: `${QUEUE}.fifo`, Events: ['s3:ObjectCreated:*' as const] }] }],
    [
      'a queue of another region',
      { QueueConfigurations: [{ QueueArn: QUEUE.replace('east', 'west'), Events: ['s3:ObjectCreated:*' as const] }] },
    ],
  ])('are refused of %s', async (_name, configuration) => {
    await expect(configure(configuration, true)).rejects.toThrow(UNREACHABLE);
  });

  it('are refused by name of events that nothing causes here', async () => {
    const QueueConfigurations = [{ QueueArn: QUEUE, Events: ['s3:ObjectRestore:Post' as const] }];
    await expect(configure({ QueueConfigurations }, true)).rejects.toThrow('s3:ObjectRestore:Post');
  });
});
