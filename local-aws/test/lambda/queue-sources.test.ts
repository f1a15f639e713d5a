import { IAMClient, DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionCodeCommand,
  type CreateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, roleFor, where, zipOf } from './functions.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html

const READ = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
/** Answers what the messages ask for, and fails where one says so. */
const WORKER = `export const handler = async ({ Records }) => {
  const bodies = Records.map(({ body }) => body);
  if (bodies.includes('throw')) throw new Error('no');
  return { batchItemFailures: Records.filter(({ body }) => body.startsWith('bad')).map((r) => ({ itemIdentifier: r.messageId })) };
};`;

const record = z.looseObject({ body: z.string(), eventSourceARN: z.string() });
const invocation = z.object({ Records: z.array(record) });

let aws: LocalAws;
let lambda: LambdaClient;
let sqs: SQSClient;
let role: string;
let draw = 0.99;
let seen: { function: string; records: z.infer<typeof record>[] }[] = [];
let names = 0;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0, random: () => draw });
  lambda = aws.client(LambdaClient, where);
  sqs = aws.client(SQSClient, where);
  role = await roleFor(aws, 'worker', READ);
  aws.kernel.onObservation((observed) => {
    if (observed.kind === 'invocation')
      seen.push({
        function: observed.functionName,
        records: invocation.parse(JSON.parse(observed.event)).Records,
      });
  });
});
afterAll(() => aws.close());
beforeEach(() => {
  seen = [];
});

// What one test left on a queue is not the next one's.
afterEach(async () => {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  for (const { UUID } of EventSourceMappings) await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
});

interface Place {
  readonly name: string;
  readonly QueueUrl: string | undefined;
  readonly arn: string;
}

async function queue(Attributes: Record<string, string> = {}, suffix = ''): Promise<Place> {
  const name = `work-${++names}`;
  const QueueName = name + suffix;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return { name, QueueUrl, arn: `arn:aws:sqs:${where.region}:${where.account}:${QueueName}` };
}

/** A queue, a function of the same name and a mapping. */
async function mapped(
  settings: Partial<CreateEventSourceMappingRequest> = {},
  attributes: Record<string, string> = {},
  suffix = '',
) {
  const place = await queue(attributes, suffix);
  await createFunction(lambda, place.name, role, WORKER);
  const mapping = new CreateEventSourceMappingCommand({
    EventSourceArn: place.arn,
    FunctionName: place.name,
    ...settings,
  });
  return { ...place, ...(await lambda.send(mapping)) };
}

async function send({ QueueUrl }: Place, ...bodies: string[]): Promise<void> {
  for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await aws.clock.idle();
}

const bodies = () => seen.map(({ records }) => records.map(({ body }) => body));
async function left({ QueueUrl }: Place): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((total, value) => total + Number(value), 0);
}

describe('a mapping of a queue', () => {
  it('invokes the function with the messages as AWS writes them, and deletes them', async () => {
    const place = await mapped();
    expect(place).toMatchObject({ State: 'Creating', BatchSize: 10, MaximumBatchingWindowInSeconds: 0 });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: place.QueueUrl,
        MessageBody: 'hello',
        MessageAttributes: { tenant: { DataType: 'String', StringValue: 'a' } },
      }),
    );
    await aws.clock.idle();
    expect(seen).toMatchObject([
      {
        function: place.name,
        records: [
          {
            body: 'hello',
            attributes: { ApproximateReceiveCount: '1' },
            messageAttributes: {
              tenant: { stringValue: 'a', dataType: 'String', stringListValues: [], binaryListValues: [] },
            },
            md5OfBody: '5d41402abc4b2a76b9719d911017c592',
            eventSource: 'aws:sqs',
            eventSourceARN: place.arn,
            awsRegion: 'us-east-1',
          },
        ],
      },
    ]);
    expect(await left(place)).toBe(0);
    const got = await lambda.send(new GetEventSourceMappingCommand({ UUID: place.UUID }));
    expect(got).toMatchObject({ State: 'Enabled', EventSourceArn: place.arn });
  });

  it('gives back what failed once its visibility ends, and the dead-letter queue what failed too often', async () => {
    const dead = await queue();
    const redrive = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
    const place = await mapped({}, { RedrivePolicy: redrive, VisibilityTimeout: '20' });
    await send(place, 'throw');
    expect(bodies()).toEqual([['throw']]);
    await aws.clock.advance(19_000);
    expect(seen).toHaveLength(1);
    await aws.clock.advance(1_000);
    expect(seen).toHaveLength(2);
    expect(await left(dead)).toBe(0);
    await aws.clock.advance(20_000);
    expect(seen).toHaveLength(2);
    expect([await left(place), await left(dead)]).toEqual([0, 1]);
  });

  it('keeps only what the function reports, where it may report', async () => {
    const place = await mapped({ FunctionResponseTypes: ['ReportBatchItemFailures'], Enabled: false });
    await send(place, 'good', 'bad one');
    expect(seen).toEqual([]);
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID: place.UUID, Enabled: true }));
    await aws.clock.idle();
    expect(bodies()).toEqual([['good', 'bad one']]);
    expect(await left(place)).toBe(1);
    await aws.clock.advance(30_000);
    expect(bodies()[1]).toEqual(['bad one']);
    // Without leave to report, the answer counts for nothing.
    const other = await mapped();
    await send(other, 'bad one');
    expect(await left(other)).toBe(0);
  });

  it('waits for a batch as long as its window is', async () => {
    const place = await mapped({ BatchSize: 12, MaximumBatchingWindowInSeconds: 20 });
    await send(place, 'a');
    await aws.clock.advance(10_000);
    await send(place, 'b');
    expect(seen).toEqual([]);
    await aws.clock.advance(10_000);
    expect(bodies()).toEqual([['a', 'b']]);
    await send(place, ...'abcdefghijkl');
    expect(bodies()[1]).toEqual([...'abcdefghijkl']);
  });

  it('takes from the queue what its filters do not match, without invoking', async () => {
    const Pattern = JSON.stringify({ body: { kind: ['order'] } });
    const place = await mapped({ FilterCriteria: { Filters: [{ Pattern }] } });
    await send(place, '{"kind":"other"}', 'plain', '{"kind":"order"}');
    expect(bodies()).toEqual([['{"kind":"order"}']]);
    expect(await left(place)).toBe(0);
  });

  it('gives the messages of a group in order, one batch at a time', async () => {
    const place = await mapped({}, { FifoQueue: 'true', ContentBasedDeduplication: 'true' }, '.fifo');
    const put = async (MessageGroupId: string, MessageBody: string) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: place.QueueUrl, MessageBody, MessageGroupId }));
      await aws.clock.idle();
    };
    await put('a', 'throw');
    await put('a', 'second');
    await put('a', 'second');
    await put('b', 'other group');
    expect(bodies()).toEqual([['throw'], ['other group']]);
    expect(seen[0]?.records[0]).toMatchObject({ attributes: { MessageGroupId: 'a' } });
    await aws.clock.advance(30_000);
    expect(bodies()[2]).toEqual(['throw', 'second']);
  });
});

describe('what a mapping invokes', () => {
  it('is the alias it names, by its weights', async () => {
    const place = await queue();
    const { name } = place;
    await createFunction(lambda, name, role, WORKER);
    await lambda.send(new PublishVersionCommand({ FunctionName: name }));
    const ZipFile = zipOf(`${WORKER} // two`);
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile, Publish: true }));
    await lambda.send(new CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
    const { FunctionArn } = await lambda.send(
      new CreateEventSourceMappingCommand({ EventSourceArn: place.arn, FunctionName: `${name}:live` }),
    );
    expect(FunctionArn).toBe(`arn:aws:lambda:us-east-1:${where.account}:function:${name}:live`);
    const versions: (string | undefined)[] = [];
    const stop = aws.kernel.onObservation((observed) => {
      if (observed.kind === 'log') versions.push(/^START .* Version: (.*)$/.exec(observed.line)?.[1]);
    });
    await send(place, 'one');
    const RoutingConfig = { AdditionalVersionWeights: { '2': 0.1 } };
    await lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: 'live', RoutingConfig }));
    draw = 0.05;
    await send(place, 'two');
    draw = 0.99;
    await send(place, 'three');
    stop();
    expect(versions.filter((version) => version !== undefined)).toEqual(['1', '2', '1']);
  });

  it('is nothing while it is disabled, and after it is gone', async () => {
    const place = await mapped();
    const { UUID } = place;
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    expect(await lambda.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({ State: 'Disabled' });
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    await send(place, 'lost');
    expect([seen, await left(place)]).toEqual([[], 1]);
    await expect(lambda.send(new GetEventSourceMappingCommand({ UUID }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const listed = new ListEventSourceMappingsCommand({ FunctionName: place.name });
    expect((await lambda.send(listed)).EventSourceMappings).toEqual([]);
  });

  it('stands still while the role may not read, and goes on when it may', async () => {
    const own = await roleFor(aws, 'shaky', READ);
    const place = await queue();
    await createFunction(lambda, place.name, own, WORKER);
    const { UUID } = await lambda.send(
      new CreateEventSourceMappingCommand({ EventSourceArn: place.arn, FunctionName: place.name }),
    );
    const iam = aws.client(IAMClient, where);
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'shaky', PolicyName: 'all' }));
    await send(place, 'x');
    expect(seen).toEqual([]);
    const { LastProcessingResult } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
    expect(LastProcessingResult).toMatch(/^PROBLEM: .*not authorized/);
    const Statement = [{ Effect: 'Allow', Action: READ, Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'shaky', PolicyName: 'all', PolicyDocument }));
    await aws.clock.advance(60_000);
    expect(bodies()).toEqual([['x']]);
  });
});

describe('what AWS refuses', () => {
  const refused = async (settings: Partial<CreateEventSourceMappingRequest>, attributes = {}, suffix = '') =>
    mapped(settings, attributes, suffix).then(
      () => 'nothing',
      (error: unknown) => String(error),
    );

  it('is a role that may not read, a second mapping and what the queue cannot keep', async () => {
    const place = await mapped();
    const again = { EventSourceArn: place.arn, FunctionName: place.name };
    await expect(lambda.send(new CreateEventSourceMappingCommand(again))).rejects.toThrow(
      `Please update or delete the existing mapping with UUID ${place.UUID ?? ''}`,
    );
    const poor = await roleFor(aws, 'poor', ['sqs:GetQueueAttributes', 'sqs:DeleteMessage']);
    await createFunction(lambda, 'poor', poor, WORKER);
    await expect(
      lambda.send(new CreateEventSourceMappingCommand({ EventSourceArn: place.arn, FunctionName: 'poor' })),
    ).rejects.toThrow('The provided execution role does not have permissions to call ReceiveMessage on SQS');
    await createFunction(lambda, 'slow', role, WORKER, { Timeout: 60 });
    await expect(
      lambda.send(new CreateEventSourceMappingCommand({ EventSourceArn: place.arn, FunctionName: 'slow' })),
    ).rejects.toThrow('Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds');
  });

  it('is what does not fit queues', async () => {
    expect(await refused({ BatchSize: 11 })).toContain('Maximum batch window in seconds must be greater than 0');
    expect(await refused({ StartingPosition: 'LATEST' })).toContain('StartingPosition');
    expect(await refused({ MaximumRetryAttempts: 1 })).toContain('MaximumRetryAttempts');
    expect(await refused({ ScalingConfig: { MaximumConcurrency: 1 } })).toMatch(/maximumConcurrency/i);
    expect(await refused({ FilterCriteria: { Filters: [{ Pattern: '[]' }] } })).toContain('Invalid filter pattern');
    const fifo = { FifoQueue: 'true' };
    expect(await refused({ MaximumBatchingWindowInSeconds: 1 }, fifo, '.fifo')).toContain('FIFO');
  });

  it('and what is not simulated is refused by its name', async () => {
    const stream = 'arn:aws:kinesis:us-east-1:222222222222:stream/s';
    expect(await refused({ EventSourceArn: stream, StartingPosition: 'LATEST' })).toContain('Amazon Kinesis');
    expect(await refused({ MetricsConfig: { Metrics: ['EventCount'] } })).toContain('MetricsConfig');
    expect(await refused({ Topics: ['orders'] })).toContain('Topics');
  });
});

it('lets a plain receiver see a FIFO message once, whatever was sent twice', async () => {
  const place = await queue({ FifoQueue: 'true' }, '.fifo');
  const twice = {
    QueueUrl: place.QueueUrl,
    MessageBody: 'x',
    MessageGroupId: 'g',
    MessageDeduplicationId: 'same',
  };
  const first = await sqs.send(new SendMessageCommand(twice));
  const second = await sqs.send(new SendMessageCommand(twice));
  expect(second.SequenceNumber).toBe(first.SequenceNumber);
  const receive = () => sqs.send(new ReceiveMessageCommand({ QueueUrl: place.QueueUrl, MaxNumberOfMessages: 10 }));
  expect((await receive()).Messages).toHaveLength(1);
  await aws.clock.advance(300_000);
  await sqs.send(new SendMessageCommand(twice));
  expect((await receive()).Messages).toHaveLength(2);
});
