import { type App, Stack } from 'aws-cdk-lib';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';

/** News fan out to a function and to a queue, which keeps them. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'News');
  const news = new Topic(stack, 'News', { displayName: 'news' });
  const archive = new Queue(stack, 'Archive');
  const print = new Lambda(stack, 'Print', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'print.handler',
    code: Code.fromAsset(`${code}/print`),
  });
  news.addSubscription(new LambdaSubscription(print));
  news.addSubscription(new SqsSubscription(archive));
}
