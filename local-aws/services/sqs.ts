/**
 * SQS: standard and FIFO queues with delay, visibility, long polling, dead-letter queues and queue policies.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
 */
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
  type MessageAttributeValue,
} from '@aws-sdk/client-sqs';
import { AwsError } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { QueuesPort } from '../kernel/ports.ts';
import type { Caller } from '../kernel/principal.ts';
import { operation, type AnyOperation, type Service } from '../kernel/service.ts';
import { messageOperations } from './sqs/message-operations.ts';
import { DEFAULT_ATTRIBUTES, type Queue } from './sqs/queue.ts';
import { onQueue, Queues } from './sqs/queues.ts';

export function createSqs(kernel: Kernel): { services: Service[]; port: QueuesPort } {
  const queues = new Queues(kernel);
  return {
    services: [
      {
        signingName: 'sqs',
        documentation:
          'Standard and FIFO queues: messages, visibility, long polling, dead letters, policies. ' +
          'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/',
        operations: [...queueOperations(queues), ...messageOperations(queues)],
        tagsOf: (arn) => queues.tagsOf(arn),
      },
    ],
    port: {
      send: (caller, queueArn, body, attributes = {}, groupId = undefined) => {
        const queue = queues.byArn(queueArn);
        kernel.port.iam.authorize(caller, [onQueue(queue, 'SendMessage')]);
        const typed: Record<string, MessageAttributeValue> = {};
        for (const [name, StringValue] of Object.entries(attributes)) typed[name] = { DataType: 'String', StringValue };
        queue.send(body, typed, caller, undefined, { groupId });
        const { account, region, name } = queue;
        kernel.observe({ kind: 'message', account, region, queue: name, body, attributes });
      },
    },
  };
}

function queueOperations(queues: Queues): AnyOperation[] {
  const on =
    (action: string) =>
    (input: { QueueUrl: string | undefined }, { caller }: { caller: Caller }) =>
      onQueue(queues.byUrl(input.QueueUrl, caller), action);
  const byName = (name: string | undefined, { account, region }: Caller): string =>
    `arn:aws:sqs:${region}:${account}:${name ?? ''}`;
  return [
    operation({
      command: CreateQueueCommand,
      accepts: ['QueueName', 'Attributes', 'tags'],
      authorize: (input, { caller }) =>
        ['sqs:CreateQueue', ...(input.tags === undefined ? [] : ['sqs:TagQueue'])].map((action) => ({
          action,
          resource: byName(input.QueueName, caller),
        })),
      handle: async ({ QueueName: name = '', Attributes = {}, tags = {} }, { caller }) => {
        if (name.length > 80 || !/^[a-zA-Z0-9_-]+(\.fifo)?$/.test(name))
          throw new AwsError(
            'InvalidParameterValue',
            'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
          );
        const known = queues.of(caller).find((queue) => queue.name === name);
        if (known !== undefined) {
          const differs = Object.entries(Attributes).some(
            ([attribute, value]) => (known.attributes[attribute] ?? DEFAULT_ATTRIBUTES[attribute]) !== value,
          );
          if (!differs) return { QueueUrl: known.url };
          throw new AwsError(
            'QueueNameExists',
            'A queue already exists with the same name and a different value for an attribute.',
          );
        }
        return { QueueUrl: queues.make(caller, name, Attributes, tags).url };
      },
    }),
    operation({
      command: GetQueueUrlCommand,
      accepts: ['QueueName', 'QueueOwnerAWSAccountId'],
      authorize: (input, { caller }) =>
        onQueue(queues.byName(input.QueueName, caller, input.QueueOwnerAWSAccountId), 'GetQueueUrl'),
      handle: async (input, { caller }) => ({
        QueueUrl: queues.byName(input.QueueName, caller, input.QueueOwnerAWSAccountId).url,
      }),
    }),
    operation({
      command: GetQueueAttributesCommand,
      accepts: ['QueueUrl', 'AttributeNames'],
      authorize: on('GetQueueAttributes'),
      handle: async ({ QueueUrl, AttributeNames = [] }, { caller }) => {
        const names = new Set<string>(AttributeNames);
        const all = Object.entries(attributesOf(queues.byUrl(QueueUrl, caller)));
        return { Attributes: Object.fromEntries(all.filter(([name]) => names.has('All') || names.has(name))) };
      },
    }),
    operation({
      command: SetQueueAttributesCommand,
      accepts: ['QueueUrl', 'Attributes'],
      authorize: on('SetQueueAttributes'),
      handle: async ({ QueueUrl, Attributes = {} }, { caller }) => {
        queues.configure(queues.byUrl(QueueUrl, caller), Attributes);
        return {};
      },
    }),
    operation({
      command: DeleteQueueCommand,
      accepts: ['QueueUrl'],
      authorize: on('DeleteQueue'),
      handle: async ({ QueueUrl }, { caller }) => {
        queues.remove(queues.byUrl(QueueUrl, caller));
        return {};
      },
    }),
    operation({
      command: ListQueuesCommand,
      accepts: ['QueueNamePrefix'],
      authorize: (_input, { caller }) => ({ action: 'sqs:ListQueues', resource: byName('*', caller) }),
      handle: async ({ QueueNamePrefix = '' }, { caller }) => ({
        QueueUrls: queues
          .of(caller)
          .filter(({ name }) => name.startsWith(QueueNamePrefix))
          .map(({ url }) => url),
      }),
    }),
    operation({
      command: TagQueueCommand,
      accepts: ['QueueUrl', 'Tags'],
      authorize: on('TagQueue'),
      handle: async ({ QueueUrl, Tags = {} }, { caller }) => {
        const { tags } = queues.byUrl(QueueUrl, caller);
        for (const [key, value] of Object.entries(Tags)) tags.set(key, value);
        return {};
      },
    }),
    operation({
      command: UntagQueueCommand,
      accepts: ['QueueUrl', 'TagKeys'],
      authorize: on('UntagQueue'),
      handle: async ({ QueueUrl, TagKeys = [] }, { caller }) => {
        const { tags } = queues.byUrl(QueueUrl, caller);
        for (const key of TagKeys) tags.delete(key);
        return {};
      },
    }),
    operation({
      command: ListQueueTagsCommand,
      accepts: ['QueueUrl'],
      authorize: on('ListQueueTags'),
      handle: async ({ QueueUrl }, { caller }) => ({
        Tags: Object.fromEntries(queues.byUrl(QueueUrl, caller).tags),
      }),
    }),
  ];
}

function attributesOf(queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = queue.counts();
  const seconds = String(Math.floor(queue.createdAt / 1000));
  return {
    ...DEFAULT_ATTRIBUTES,
    ...(queue.fifo ? FIFO_DEFAULTS : {}),
    ...queue.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds,
    LastModifiedTimestamp: seconds,
  };
}

const FIFO_DEFAULTS = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};
