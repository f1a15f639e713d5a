import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as Lambda, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';

/** What is written to a table is indexed, by the alias of the function that reads its stream. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'SearchIndex');
  const documents = new Table(stack, 'Documents', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    stream: StreamViewType.NEW_IMAGE,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const index = new Lambda(stack, 'Index', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromAsset(`${code}/index`),
  });
  const startingPosition = StartingPosition.TRIM_HORIZON;
  index
    .addAlias('live')
    .addEventSource(new DynamoEventSource(documents, { startingPosition, batchSize: 1, retryAttempts: 2 }));
}
