import { type App, Duration, Stack } from 'aws-cdk-lib';
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';

/** Shipments follow events of a bus, and are counted by a schedule. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'Shipments');
  const bus = new EventBus(stack, 'Bus');
  const functionOf = (id: string): Lambda =>
    new Lambda(stack, id, {
      runtime: Runtime.NODEJS_24_X,
      handler: `${id.toLowerCase()}.handler`,
      code: Code.fromAsset(`${code}/shipments`),
    });
  const rule = new Rule(stack, 'Paid', { eventBus: bus, eventPattern: { source: ['shop'], detailType: ['Paid'] } });
  const deadLetterQueue = new Queue(stack, 'Undelivered');
  rule.addTarget(new LambdaFunction(functionOf('Ship').addAlias('live'), { deadLetterQueue, retryAttempts: 2 }));
  const daily = new Rule(stack, 'Monthly', { schedule: Schedule.rate(Duration.days(30)) });
  daily.addTarget(new LambdaFunction(functionOf('Count')));
}
