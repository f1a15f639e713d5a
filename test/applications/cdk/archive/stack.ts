import { type App, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogRetention, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, Provider } from 'aws-cdk-lib/custom-resources';

/** A bucket that is emptied when it goes, and settings that functions of the team's own and of the CDK's make. */
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
  const provider = new Provider(stack, 'Provider', {
    onEventHandler: functionOf('Index'),
    isCompleteHandler: functionOf('Indexed'),
    queryInterval: Duration.seconds(5),
  });
  const index = new CustomResource(stack, 'Catalog', {
    serviceToken: provider.serviceToken,
    resourceType: 'Custom::Catalog',
    properties: { Bucket: bucket.bucketName, Version: '1.0.0' },
  });
  const parameter = new StringParameter(stack, 'Shelf', { stringValue: 'upper' });
  const read = {
    service: 'SSM',
    action: 'getParameter',
    parameters: { Name: parameter.parameterName },
    physicalResourceId: PhysicalResourceId.of('shelf'),
  };
  const shelf = new AwsCustomResource(stack, 'ReadShelf', {
    onUpdate: read,
    installLatestAwsSdk: false,
    policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [parameter.parameterArn] }),
  });
  const store = functionOf('Store');
  new LogRetention(stack, 'StoreLogs', {
    logGroupName: `/aws/lambda/${store.functionName}`,
    retention: RetentionDays.ONE_WEEK,
  });
  store.addEnvironment('COLOR', settings.getAttString('Color'));
  store.addEnvironment('PAGES', index.getAttString('Pages'));
  store.addEnvironment('SHELF', shelf.getResponseField('Parameter.Value'));
  store.addAlias('live');
  bucket.grantWrite(store);
}
