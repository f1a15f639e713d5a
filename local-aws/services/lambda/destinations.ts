import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PublishCommand } from '@aws-sdk/client-sns';
import { NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';

/** What goes to a destination or a dead-letter target. */
export interface Delivery {
  /** ARN of a queue, a topic, a function or an event bus. */
  readonly target: string;
  readonly body: string;
  /** Message attributes, of dead letters only. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The detail type on an event bus. */
  readonly detailType: string;
  readonly functionArn: string;
}

/** Delivers as the function's role. @throws AwsError where the role or the target refuses */
export async function deliver(kernel: Kernel, caller: Caller, delivery: Delivery): Promise<void> {
  const { target, body } = delivery;
  switch (target.split(':')[2]) {
    case 'sqs':
      return kernel.port.queues.send(caller, target, body, delivery.attributes);
    case 'sns':
      await kernel.send(caller, new PublishCommand({ TopicArn: target, Message: body, ...attributesOf(delivery) }));
      return;
    case 'lambda':
      await kernel.send(
        caller,
        new InvokeCommand({ FunctionName: target, InvocationType: 'Event', Payload: Buffer.from(body) }),
      );
      return;
    case 'events':
      await kernel.send(caller, new PutEventsCommand({ Entries: [entryOf(delivery)] }));
      return;
    default:
      throw new NotImplemented(`the destination ${target} of an asynchronous invocation`);
  }
}

function attributesOf({ attributes }: Delivery) {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return {};
  return {
    MessageAttributes: Object.fromEntries(
      entries.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  };
}

function entryOf({ target, body, detailType, functionArn }: Delivery) {
  return {
    EventBusName: target,
    Source: 'lambda',
    DetailType: detailType,
    Detail: body,
    Resources: [target, functionArn],
  };
}
