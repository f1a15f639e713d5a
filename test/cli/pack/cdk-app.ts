import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  Annotations,
  App,
  CfnOutput,
  CfnResource,
  type IStackSynthesizer,
  LegacyStackSynthesizer,
  NestedStack,
  Stack,
  Stage,
} from 'aws-cdk-lib';
import {
  Code,
  DockerImageCode,
  DockerImageFunction,
  Function as Lambda,
  LayerVersion,
  Runtime,
  type FunctionOptions,
} from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { zipSync } from 'fflate';
import * as z from 'zod';

const REAL = { account: '111111111111', region: 'eu-west-1' };

/** One app with a stack for each thing that an app may have: to synthesize takes seconds, to pack a stack none. @param folder an application's */
export function synthesizeApp(folder: string): void {
  const source = join(folder, 'src');
  mkdirSync(join(source, 'code'), { recursive: true });
  writeFileSync(join(source, 'code/index.js'), 'exports.handler = async () => 1;\n');
  writeFileSync(
    join(source, 'tools.zip'),
    zipSync({ 'nodejs/tool.js': Buffer.from('1') }, { mtime: new Date(1980, 0, 1) }),
  );
  writeFileSync(join(source, 'api.json'), '{ "openapi": "3.0.1" }');
  writeFileSync(join(source, 'Dockerfile'), 'FROM scratch');
  const app = new App({
    outdir: join(folder, 'cdk.out'),
    builtinCloudFormationValidation: false,
    analyticsReporting: true,
  });
  const functionIn = (stack: Stack, id = 'Receive', options: FunctionOptions = {}): Lambda =>
    new Lambda(stack, id, {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromAsset(join(source, 'code')),
      ...options,
    });

  const orders = new Stack(app, 'Orders');
  functionIn(orders).addAlias('live');
  new LayerVersion(orders, 'Tools', { code: Code.fromAsset(join(source, 'tools.zip')) });
  const api = new Asset(orders, 'Api', { path: join(source, 'api.json') });
  const location = { Bucket: api.s3BucketName, Key: api.s3ObjectKey };
  new CfnResource(orders, 'Rest', { type: 'AWS::ApiGateway::RestApi', properties: { BodyS3Location: location } });
  const command = { Name: 'glueetl', ScriptLocation: api.s3ObjectUrl };
  new CfnResource(orders, 'Job', { type: 'AWS::Glue::Job', properties: { Role: 'job', Command: command } });
  new CfnOutput(orders, 'Url', { value: api.httpUrl });

  // It has the type of a synthesizer only without `exactOptionalPropertyTypes`.
  const synthesizer = z.custom<IStackSynthesizer>().parse(new LegacyStackSynthesizer());
  const legacy = new Stack(app, 'Legacy', { synthesizer });
  const settings = new Asset(legacy, 'Settings', { path: join(source, 'api.json') });
  const { s3ObjectUrl: URL, s3BucketName: BUCKET, s3ObjectKey: KEY, assetHash: HASH } = settings;
  functionIn(legacy, 'Receive', { environment: { URL, BUCKET, KEY, HASH } });

  const data = new Stack(app, 'Data');
  const environment = { TABLE: new Bucket(data, 'Files').bucketName };
  functionIn(new Stack(app, 'Importing'), 'Receive', { environment });

  for (const name of ['Staging', 'Production']) functionIn(new Stack(new Stage(app, name), 'Orders'));

  const placed = new Stack(app, 'Placed', { env: REAL, terminationProtection: true, tags: { team: 'orders' } });
  functionIn(placed);
  new CfnOutput(placed, 'Account', { value: placed.account });

  functionIn(new NestedStack(new Stack(app, 'Parent'), 'Child'));
  new DockerImageFunction(new Stack(app, 'Image'), 'Receive', { code: DockerImageCode.fromImageAsset(source) });
  Annotations.of(functionIn(new Stack(app, 'Wrong'))).addError('its role may do everything');
  app.synth();
}

/** An app in a file of its own. @param noted does the CDK note down which line makes what? @returns its folder */
export function synthesizeTraced(folder: string, noted: boolean): string {
  const text = `exports.build = ({ CfnResource }, stack) => {

  new CfnResource(stack, 'Net', { type: 'AWS::EC2::VPC' });
};
`;
  writeFileSync(join(folder, 'stack.cjs'), text);
  const { build } = traced.parse(createRequire(import.meta.url)(join(folder, 'stack.cjs')));
  const context = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:disable-creation-stack-traces': !noted };
  const app = new App({ outdir: join(folder, 'cdk.out'), builtinCloudFormationValidation: false, context });
  build({ CfnResource }, new Stack(app, 'Orders'));
  app.synth();
  return folder;
}

const traced = z.object({
  build: z.custom<(made: { CfnResource: typeof CfnResource }, stack: Stack) => void>(
    (one) => typeof one === 'function',
  ),
});
