import {
  AddPermissionCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { serviceCaller } from '../../kernel/principal.ts';

const where = { account: '111111111111', region: 'us-east-1' };
let aws: LocalAws;
let client: SQSClient;
let QueueUrl: string | undefined;
let queues = 0;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  client = aws.client(SQSClient, where);
});
afterAll(() => aws.close());
beforeEach(async () => {
  ({ QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `queue-${++queues}` })));
});

const arn = () => `arn:aws:sqs:us-east-1:111111111111:queue-${queues}`;
const send = (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const receive = async (url = QueueUrl, WaitTimeSeconds?: number) => {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds }));
  return Messages[0];
};

it('gives a message to one receiver until its visibility ends', async () => {
  await send('hello');
  const first = await receive();
  expect(first?.Body).toBe('hello');
  expect(await receive()).toBeUndefined();
  await aws.clock.advance(30_000);
  const again = await receive();
  expect(again?.MessageId).toBe(first?.MessageId);
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }));
  await aws.clock.advance(30_000);
  expect(await receive()).toBeUndefined();
});

it('waits for a message when asked to', async () => {
  const waiting = receive(QueueUrl, 20);
  await send('late');
  expect((await waiting)?.Body).toBe('late');
});

it('moves what is received too often to the dead-letter queue', async () => {
  const dead = await client.send(new CreateQueueCommand({ QueueName: `dead-${queues}` }));
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: arn().replace('queue-', 'dead-'),
    maxReceiveCount: 1,
  });
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
  await send('poison');
  await receive();
  await aws.clock.advance(30_000);
  expect(await receive()).toBeUndefined();
  expect((await receive(dead.QueueUrl))?.Body).toBe('poison');
});

it('lets a service in by the queue’s policy alone', async () => {
  const caller = serviceCaller('events.amazonaws.com', where.account, where.region, 'arn:aws:events:rule');
  const deliver = () => aws.kernel.port.queues.send(caller, arn(), 'event', { RULE: 'r' });
  expect(deliver).toThrow(/not authorized to perform: sqs:SendMessage/);
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn(),
        Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:rule' } },
      },
    ],
  });
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  deliver();
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: '1' });
});

it('refuses by name what is not implemented', async () => {
  const Attributes = { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' };
  await expect(client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))).rejects.toThrow(
    /RedriveAllowPolicy/,
  );
  await expect(
    client.send(new AddPermissionCommand({ QueueUrl, Label: 'l', AWSAccountIds: ['1'], Actions: ['*'] })),
  ).rejects.toThrow(/AddPermission/);
});

it('takes no dead-letter queue that is not there, or of another kind, and no FIFO attribute for a standard queue', async () => {
  const redrive = (name: string) => ({
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:111111111111:${name}`,
      maxReceiveCount: 3,
    }),
  });
  const set = (Attributes: Record<string, string>) =>
    client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  await expect(set(redrive('nowhere'))).rejects.toThrow('Dead letter target does not exist.');
  await client.send(new CreateQueueCommand({ QueueName: 'ordered.fifo', Attributes: { FifoQueue: 'true' } }));
  await expect(set(redrive('ordered.fifo'))).rejects.toThrow('must be same type of queue');
  await expect(set({ ContentBasedDeduplication: 'true' })).rejects.toThrow('Unknown Attribute');
  await expect(
    client.send(new CreateQueueCommand({ QueueName: 'named', Attributes: { FifoQueue: 'true' } })),
  ).rejects.toThrow('must end with .fifo');
});
