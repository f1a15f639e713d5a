/**
 * AWS::SQS::Queue and AWS::SQS::QueuePolicy.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SQS.html
 */
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Properties, ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, differ, flag, policyDocument, readProperties, tagList } from './shapes.ts';
import { refuseTaken } from './taken.ts';

const queueSchema = z.strictObject({
  QueueName: z.string().optional(),
  DelaySeconds: count.optional(),
  MaximumMessageSize: count.optional(),
  MessageRetentionPeriod: count.optional(),
  ReceiveMessageWaitTimeSeconds: count.optional(),
  VisibilityTimeout: count.optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: count }).optional(),
  SqsManagedSseEnabled: flag.optional(),
  KmsMasterKeyId: z.string().optional(),
  FifoQueue: flag.optional(),
  ContentBasedDeduplication: flag.optional(),
  DeduplicationScope: z.enum(['queue', 'messageGroup']).optional(),
  FifoThroughputLimit: z.enum(['perQueue', 'perMessageGroupId']).optional(),
  Tags: tagList.optional(),
});
type QueueProperties = z.infer<typeof queueSchema>;

/** What a queue has where its template says nothing. */
const DEFAULTS: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  RedrivePolicy: '',
  SqsManagedSseEnabled: 'true',
  KmsMasterKeyId: '',
};

/** What only a FIFO queue has. */
const FIFO_DEFAULTS: Readonly<Record<string, string>> = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};
const ALL_DEFAULTS: Readonly<Record<string, string>> = { ...DEFAULTS, ...FIFO_DEFAULTS };

function attributesOf(wanted: QueueProperties): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(wanted))
    if (name in ALL_DEFAULTS && value !== undefined)
      attributes[name] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return attributes;
}

const QUEUE = 'AWS::SQS::Queue';
const queue: ResourceProvider = {
  type: QUEUE,
  properties: Object.keys(queueSchema.shape),
  createOnly: ['QueueName', 'FifoQueue'],
  attributes: ['Arn', 'QueueName', 'QueueUrl'],
  create: async (properties, context) => {
    const wanted = readProperties(QUEUE, queueSchema, properties);
    const tags = wanted.Tags && Object.fromEntries(wanted.Tags.map(({ Key, Value }) => [Key, Value]));
    const QueueName = wanted.QueueName ?? generatedName(wanted, context);
    if (wanted.QueueName !== undefined) {
      const there = context.kernel.send(context.caller, new GetQueueUrlCommand({ QueueName }));
      await refuseTaken(QUEUE, QueueName, there, 'QueueDoesNotExist');
    }
    const { QueueUrl = '' } = await context.kernel.send(
      context.caller,
      new CreateQueueCommand({ QueueName, Attributes: attributesOf(wanted), tags }),
    );
    return state(QueueUrl, context);
  },
  update: async (QueueUrl, properties, previous, context) => {
    const { kernel, caller } = context;
    const wanted = readProperties(QUEUE, queueSchema, properties);
    const was = readProperties(QUEUE, queueSchema, previous);
    const [now, before] = [attributesOf(wanted), attributesOf(was)];
    const Attributes = Object.fromEntries(
      Object.keys({ ...before, ...now })
        .filter((name) => now[name] !== before[name])
        .map((name) => [name, now[name] ?? ALL_DEFAULTS[name] ?? '']),
    );
    if (Object.keys(Attributes).length > 0)
      await kernel.send(caller, new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    if (differ(wanted.Tags, was.Tags)) {
      const TagKeys = (was.Tags ?? []).map(({ Key }) => Key);
      if (TagKeys.length > 0) await kernel.send(caller, new UntagQueueCommand({ QueueUrl, TagKeys }));
      const Tags = Object.fromEntries((wanted.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
      if (Object.keys(Tags).length > 0) await kernel.send(caller, new TagQueueCommand({ QueueUrl, Tags }));
    }
    return state(QueueUrl, context);
  },
  delete: async (QueueUrl, _properties, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new DeleteQueueCommand({ QueueUrl })), 'QueueDoesNotExist'),
};

/** The names of FIFO queues end with `.fifo`, those that CloudFormation makes as well. */
function generatedName({ FifoQueue }: QueueProperties, context: ResourceContext): string {
  return FifoQueue === true ? `${context.name(75)}.fifo` : context.name(80);
}

function state(url: string, { account, region }: ResourceContext): ResourceState {
  const name = url.split('/').at(-1) ?? '';
  const Arn = `arn:aws:sqs:${region}:${account}:${name}`;
  return { physicalId: url, attributes: { Arn, QueueName: name, QueueUrl: url } };
}

const policySchema = z.strictObject({ Queues: z.array(z.string()), PolicyDocument: policyDocument });
const POLICY = 'AWS::SQS::QueuePolicy';

async function putPolicy(properties: Properties, previous: Properties | undefined, context: ResourceContext) {
  const { Queues, PolicyDocument } = readProperties(POLICY, policySchema, properties);
  for (const url of Queues) await setPolicy(url, PolicyDocument, context);
  const before = previous === undefined ? [] : readProperties(POLICY, policySchema, previous).Queues;
  for (const url of before) if (!Queues.includes(url)) await setPolicy(url, '', context);
}

async function setPolicy(QueueUrl: string, Policy: string, { kernel, caller }: ResourceContext): Promise<void> {
  await kernel.send(caller, new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
}

const queuePolicy: ResourceProvider = {
  type: POLICY,
  properties: Object.keys(policySchema.shape),
  createOnly: [],
  attributes: ['Id'],
  create: async (properties, context) => {
    await putPolicy(properties, undefined, context);
    const Id = context.name(80);
    return { physicalId: Id, attributes: { Id } };
  },
  update: async (Id, properties, previous, context) => {
    await putPolicy(properties, previous, context);
    return { physicalId: Id, attributes: { Id } };
  },
  delete: async (_id, properties, context) => {
    for (const url of readProperties(POLICY, policySchema, properties).Queues)
      await unlessGone(setPolicy(url, '', context), 'QueueDoesNotExist');
  },
};

export const sqsResources: ResourceProvider[] = [queue, queuePolicy];
