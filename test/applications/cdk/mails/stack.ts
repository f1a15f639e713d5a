import { type App, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';

/** Mails wait in a queue, with another for those that fail. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'Mails');
  const failed = new Queue(stack, 'Failed');
  const mails = new Queue(stack, 'Mails', {
    visibilityTimeout: Duration.seconds(60),
    deadLetterQueue: { queue: failed, maxReceiveCount: 3 },
  });
  const send = new Lambda(stack, 'Send', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'send.handler',
    code: Code.fromAsset(`${code}/send`),
    timeout: Duration.seconds(10),
  });
  send.addEventSource(new SqsEventSource(mails, { batchSize: 1 }));
}
