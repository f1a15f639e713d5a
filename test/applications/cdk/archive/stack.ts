import { type App, CustomResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';

/** A bucket that is emptied when it goes, and settings that a function of the team's own makes. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'Archive');
  const bucket = new Bucket(stack, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
  const functionOf = (id: string): Lambda =>
    new Lambda(stack, id, {
      runtime: Runtime.NODEJS_22_X,
      handler: `${id.toLowerCase()}.handler`,
      code: Code.fromAsset(`${code}/functions`),
    });
  const settings = new CustomResource(stack, 'Settings', {
    serviceToken: functionOf('Configure').functionArn,
    resourceType: 'Custom::Settings',
    properties: { Bucket: bucket.bucketName },
  });
  const store = functionOf('Store');
  store.addEnvironment('COLOR', settings.getAttString('Color'));
  store.addAlias('live');
  bucket.grantWrite(store);
}
