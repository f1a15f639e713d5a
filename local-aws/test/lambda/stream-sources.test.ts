import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  type CreateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, roleFor, where } from './functions.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html

const READ = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'].map((name) => `dynamodb:${name}`);
const READER = `const idOf = ({ dynamodb }) => dynamodb.Keys.id.S;
export const handler = async ({ Records }) => {
  if (Records.some((record) => idOf(record) === 'throw')) throw new Error('no');
  const bad = Records.find((record) => idOf(record).startsWith('bad'));
  return bad === undefined ? {} : { batchItemFailures: [{ itemIdentifier: bad.dynamodb.SequenceNumber }] };
};`;

const change = z.looseObject({
  eventName: z.string(),
  dynamodb: z.looseObject({ Keys: z.object({ id: z.object({ S: z.string() }) }) }),
});
const invocation = z.object({ Records: z.array(change) });

let aws: LocalAws;
let lambda: LambdaClient;
let dynamodb: DynamoDBClient;
let role: string;
let seen: z.infer<typeof change>[][] = [];
let names = 0;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  lambda = aws.client(LambdaClient, where);
  dynamodb = aws.client(DynamoDBClient, where);
  role = await roleFor(aws, 'reader', [...READ, 'sqs:SendMessage']);
  aws.kernel.onObservation((observed) => {
    if (observed.kind === 'invocation') seen.push(invocation.parse(JSON.parse(observed.event)).Records);
  });
});
afterAll(() => aws.close());
beforeEach(() => {
  seen = [];
});
afterEach(async () => {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  for (const { UUID } of EventSourceMappings) await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
});

async function table() {
  const name = `table-${++names}`;
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  return { name, arn: TableDescription?.LatestStreamArn };
}

const put = (TableName: string, id: string, note = '') =>
  dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: id }, note: { S: note } } }));

/** A table with some items, and a function of the same name that reads its stream from the beginning. */
async function mapped(settings: Partial<CreateEventSourceMappingRequest>, ...ids: string[]) {
  const { name, arn } = await table();
  for (const id of ids) await put(name, id);
  await createFunction(lambda, name, role, READER);
  const mapping = { EventSourceArn: arn, FunctionName: name, StartingPosition: 'TRIM_HORIZON' as const, ...settings };
  const { UUID } = await lambda.send(new CreateEventSourceMappingCommand(mapping));
  await aws.clock.idle();
  return { name, arn, UUID };
}

const read = () => seen.map((records) => records.map(({ dynamodb: { Keys } }) => Keys.id.S));

describe('a mapping of a stream', () => {
  it('gives what changed, in order, as AWS writes it', async () => {
    const { name, arn } = await mapped({}, 'a');
    await put(name, 'a', 'changed');
    await put(name, 'a', 'changed');
    await dynamodb.send(new DeleteItemCommand({ TableName: name, Key: { id: { S: 'a' } } }));
    await aws.clock.idle();
    const records = seen.flat();
    expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(records[1]).toMatchObject({
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      eventSourceARN: arn,
      awsRegion: 'us-east-1',
      dynamodb: {
        OldImage: { id: { S: 'a' }, note: { S: '' } },
        NewImage: { id: { S: 'a' }, note: { S: 'changed' } },
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  });

  it('begins with what comes where it starts at LATEST, and sees what a transaction writes', async () => {
    const { name } = await mapped({ StartingPosition: 'LATEST' }, 'before');
    const Item = (id: string) => ({ Put: { TableName: name, Item: { id: { S: id } } } });
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [Item('one'), Item('two')] }));
    await aws.clock.idle();
    expect(read().flat()).toEqual(['one', 'two']);
  });

  it('halves a batch that fails, and tells the destination what it gave up', async () => {
    const sqs = aws.client(SQSClient, where);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'given-up' }));
    const Destination = `arn:aws:sqs:${where.region}:${where.account}:given-up`;
    const DestinationConfig = { OnFailure: { Destination } };
    const more = { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1, DestinationConfig };
    const { arn } = await mapped(more, 'a', 'b', 'throw', 'c');
    await aws.clock.advance(10_000);
    expect(read()).toEqual([['a', 'b', 'throw', 'c'], ['a', 'b'], ['throw', 'c'], ['throw'], ['throw'], ['c']]);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(JSON.parse(Messages[0]?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: arn },
    });
  });

  it('goes on from the record that the function reports', async () => {
    const more = { FunctionResponseTypes: ['ReportBatchItemFailures' as const], MaximumRetryAttempts: 1 };
    await mapped(more, 'a', 'bad', 'c');
    await aws.clock.advance(10_000);
    expect(read()).toEqual([
      ['a', 'bad', 'c'],
      ['bad', 'c'],
    ]);
  });

  it('stands at a record that fails until it is too old', async () => {
    const { name } = await mapped({ MaximumRecordAgeInSeconds: 60, BatchSize: 1 }, 'throw', 'next');
    expect(read()).toEqual([['throw']]);
    await aws.clock.advance(50_000);
    expect(read().flat()).not.toContain('next');
    await put(name, 'late');
    await aws.clock.advance(120_000);
    expect(read().flat().slice(-1)).toEqual(['late']);
  });

  it('lets through what its filters match', async () => {
    const Pattern = JSON.stringify({ eventName: ['INSERT'], dynamodb: { Keys: { id: { S: [{ prefix: 'x' }] } } } });
    await mapped({ FilterCriteria: { Filters: [{ Pattern }] } }, 'a', 'x1', 'b', 'x2');
    expect(read()).toEqual([['x1', 'x2']]);
  });
});

it('refuses what AWS refuses', async () => {
  const { name, arn } = await table();
  const poor = await roleFor(aws, 'blind', ['dynamodb:GetRecords']);
  await createFunction(lambda, 'blind', poor, READER);
  const create = (more: Partial<CreateEventSourceMappingRequest>) =>
    lambda.send(new CreateEventSourceMappingCommand({ EventSourceArn: arn, FunctionName: 'blind', ...more }));
  await expect(create({ StartingPosition: 'LATEST' })).rejects.toThrow(`Cannot access stream ${arn ?? ''}`);
  await expect(create({})).rejects.toThrow('StartingPosition');
  await expect(create({ StartingPosition: 'LATEST', ScalingConfig: { MaximumConcurrency: 2 } })).rejects.toThrow(
    'ScalingConfig',
  );
  await expect(create({ StartingPosition: 'LATEST', TumblingWindowInSeconds: 5 })).rejects.toThrow(
    'TumblingWindowInSeconds',
  );
  const again = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' as const };
  await expect(dynamodb.send(new UpdateTableCommand({ TableName: name, StreamSpecification: again }))).rejects.toThrow(
    'already has an enabled stream',
  );
});
