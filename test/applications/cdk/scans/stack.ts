import { type App, Stack } from 'aws-cdk-lib';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';

/** What is uploaded is scanned; the CDK notifies by a custom resource in Python. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'Scans');
  const uploads = new Bucket(stack, 'Uploads');
  const scan = new Lambda(stack, 'Scan', {
    runtime: Runtime.PYTHON_3_12,
    handler: 'scan.handler',
    code: Code.fromAsset(`${code}/scan`),
  });
  uploads.addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(scan.addAlias('live')), {
    prefix: 'in/',
  });
}
