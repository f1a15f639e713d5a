import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type BatchResultErrorEntry,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onlyMembers } from '../only-members.ts';
import { md5, md5OfAttributes, type Message, type Queue } from './queue.ts';
import { onQueue, type Queues } from './queues.ts';

const SENT = ['MessageBody', 'DelaySeconds', 'MessageAttributes', 'MessageGroupId', 'MessageDeduplicationId'];

function send(queue: Queue, entry: Omit<SendMessageBatchRequestEntry, 'Id'>, caller: Caller): Message {
  return queue.send(entry.MessageBody ?? '', entry.MessageAttributes ?? {}, caller, entry.DelaySeconds, {
    groupId: entry.MessageGroupId,
    deduplicationId: entry.MessageDeduplicationId,
  });
}

/** Sending, receiving with long polling, visibility, deleting. */
export function messageOperations(queues: Queues): AnyOperation[] {
  const on =
    (action: string) =>
    (input: { QueueUrl: string | undefined }, { caller }: { caller: Caller }) =>
      onQueue(queues.byUrl(input.QueueUrl, caller), action);
  return [
    operation({
      command: SendMessageCommand,
      accepts: ['QueueUrl', ...SENT],
      authorize: on('SendMessage'),
      handle: async (input, { caller }) => {
        return sent(send(queues.byUrl(input.QueueUrl, caller), input, caller));
      },
    }),
    operation({
      command: SendMessageBatchCommand,
      accepts: ['QueueUrl', 'Entries'],
      authorize: on('SendMessage'),
      handle: async (input, { caller }) => {
        const queue = queues.byUrl(input.QueueUrl, caller);
        const Successful = (input.Entries ?? []).map((entry) => {
          onlyMembers(entry, ['Id', ...SENT], 'an entry of sqs:SendMessageBatch');
          return { Id: entry.Id, ...sent(send(queue, entry, caller)) };
        });
        return { Successful, Failed: [] };
      },
    }),
    operation({
      command: ReceiveMessageCommand,
      accepts: [
        'QueueUrl',
        'MaxNumberOfMessages',
        'VisibilityTimeout',
        'WaitTimeSeconds',
        'AttributeNames',
        'MessageSystemAttributeNames',
        'MessageAttributeNames',
      ],
      authorize: on('ReceiveMessage'),
      handle: async (input, { caller }) => {
        const queue = queues.byUrl(input.QueueUrl, caller);
        queues.redrive(queue);
        await queue.arrival(input.WaitTimeSeconds ?? queue.number('ReceiveMessageWaitTimeSeconds'));
        const messages = queue.receive(input.MaxNumberOfMessages ?? 1, input.VisibilityTimeout);
        const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
        const wanted = input.MessageAttributeNames ?? [];
        return messages.length === 0 ? {} : { Messages: messages.map((message) => shown(message, system, wanted)) };
      },
    }),
    operation({
      command: DeleteMessageCommand,
      accepts: ['QueueUrl', 'ReceiptHandle'],
      authorize: on('DeleteMessage'),
      handle: async (input, { caller }) => {
        queues.byUrl(input.QueueUrl, caller).delete(input.ReceiptHandle);
        return {};
      },
    }),
    operation({
      command: DeleteMessageBatchCommand,
      accepts: ['QueueUrl', 'Entries'],
      authorize: on('DeleteMessage'),
      handle: async (input, { caller }) => {
        const queue = queues.byUrl(input.QueueUrl, caller);
        for (const { ReceiptHandle } of input.Entries ?? []) queue.delete(ReceiptHandle);
        return { Successful: (input.Entries ?? []).map(({ Id }) => ({ Id })), Failed: [] };
      },
    }),
    operation({
      command: ChangeMessageVisibilityCommand,
      accepts: ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout'],
      authorize: on('ChangeMessageVisibility'),
      handle: async (input, { caller }) => {
        const queue: Queue = queues.byUrl(input.QueueUrl, caller);
        const message = queue.byReceipt(input.ReceiptHandle);
        if (message === undefined) throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
        queue.setVisibility(message, input.VisibilityTimeout ?? 0);
        return {};
      },
    }),
    operation({
      command: ChangeMessageVisibilityBatchCommand,
      accepts: ['QueueUrl', 'Entries'],
      authorize: on('ChangeMessageVisibility'),
      handle: async (input, { caller }) => {
        const queue = queues.byUrl(input.QueueUrl, caller);
        const Successful: { Id: string | undefined }[] = [];
        const Failed: BatchResultErrorEntry[] = [];
        for (const { Id, ReceiptHandle, VisibilityTimeout } of input.Entries ?? []) {
          const message = queue.byReceipt(ReceiptHandle);
          if (message === undefined) Failed.push({ Id, SenderFault: true, Code: 'ReceiptHandleIsInvalid' });
          else queue.setVisibility(message, VisibilityTimeout ?? 0);
          if (message !== undefined) Successful.push({ Id });
        }
        return { Successful, Failed };
      },
    }),
    operation({
      command: PurgeQueueCommand,
      accepts: ['QueueUrl'],
      authorize: on('PurgeQueue'),
      handle: async (input, { caller }) => {
        queues.byUrl(input.QueueUrl, caller).purge();
        return {};
      },
    }),
  ];
}

function sent(message: Message) {
  const attributes = md5OfAttributes(message.attributes);
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5(message.body),
    ...(message.place === undefined ? {} : { SequenceNumber: message.place.sequenceNumber }),
    ...(attributes === undefined ? {} : { MD5OfMessageAttributes: attributes }),
  };
}

function shown(message: Message, system: readonly string[], wanted: readonly string[]) {
  const all: Record<string, string> = {
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? 0),
    ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
    ...(message.place === undefined
      ? {}
      : {
          MessageDeduplicationId: message.place.deduplicationId,
          SequenceNumber: message.place.sequenceNumber,
        }),
  };
  const attributes = Object.fromEntries(
    Object.entries(all).filter(([name]) => system.includes('All') || system.includes(name)),
  );
  const own = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) =>
      wanted.some(
        (want) => want === 'All' || want === name || (want.endsWith('.*') && name.startsWith(want.slice(0, -2))),
      ),
    ),
  );
  const digest = md5OfAttributes(own);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(attributes).length > 0 ? { Attributes: attributes } : {}),
    ...(digest === undefined ? {} : { MessageAttributes: own, MD5OfMessageAttributes: digest }),
  };
}
