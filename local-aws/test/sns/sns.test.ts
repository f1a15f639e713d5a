import {
  CreateTopicCommand,
  ListPhoneNumbersOptedOutCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { serviceCaller } from '../../kernel/principal.ts';

const where = { account: '111111111111', region: 'us-east-1' };
let aws: LocalAws;
let client: SNSClient;
let TopicArn: string | undefined;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  client = aws.client(SNSClient, where);
  ({ TopicArn } = await client.send(new CreateTopicCommand({ Name: 'topic' })));
});
afterAll(() => aws.close());

it('delivers to a queue whose policy lets the topic in, and tells observers', async () => {
  const sqs = aws.client(SQSClient, where);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'subscriber' }));
  const Endpoint = 'arn:aws:sqs:us-east-1:111111111111:subscriber';
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  const seen: string[] = [];
  const stop = aws.kernel.onObservation((observation) => {
    if (observation.kind === 'notification') seen.push(observation.message);
  });
  await client.send(new PublishCommand({ TopicArn, Message: 'refused' }));
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: Endpoint,
        Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
      },
    ],
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await client.send(new PublishCommand({ TopicArn, Message: 'hello', Subject: 's' }));
  stop();
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  expect(Messages?.map(({ Body = '' }): unknown => JSON.parse(Body))).toMatchObject([
    { Type: 'Notification', TopicArn, Message: 'hello', Subject: 's' },
  ]);
  expect(seen).toEqual(['refused', 'hello']);
});

it('lets a service publish by the topic’s policy alone', async () => {
  const caller = serviceCaller('events.amazonaws.com', where.account, where.region);
  const publish = () => aws.kernel.send(caller, new PublishCommand({ TopicArn, Message: 'event' }));
  await expect(publish()).rejects.toThrow(/not authorized to perform: sns:Publish/);
  const allow = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish' };
  const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...allow, Resource: TopicArn }] });
  await client.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
  await publish();
});

it('refuses by name what is not implemented', async () => {
  await expect(client.send(new PublishCommand({ PhoneNumber: '+1', Message: 'x' }))).rejects.toThrow(
    /PhoneNumber in sns:Publish/,
  );
  await expect(
    client.send(new SubscribeCommand({ TopicArn, Protocol: 'https', Endpoint: 'https://x' })),
  ).rejects.toThrow(/protocol https/);
  await expect(client.send(new ListPhoneNumbersOptedOutCommand({}))).rejects.toThrow(/ListPhoneNumbersOptedOut/);
});
