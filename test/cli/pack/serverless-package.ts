import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import type { Files } from './application.ts';

const DIRECTORY = 'serverless/shop/dev/1795728612120-2026-11-26T21:30:12.120Z';
const bucket = { Ref: 'ServerlessDeploymentBucket' };

/** A zip of one function, the same at each call. @param text what tells it from others */
export const zipOf = (text: string): Uint8Array =>
  zipSync(
    { 'index.js': Buffer.from(`exports.handler = async () => ({ ok: true }); // ${text}\n`) },
    { mtime: new Date(1980, 0, 1) },
  );

const digest = (zip: Uint8Array): string => createHash('sha256').update(zip).digest('base64');

/** What `serverless package` writes in `.serverless`, of v3 and osls; of v4 where the bucket is there already. */
export function serverlessPackage({
  folder = '.serverless',
  resources = {},
  deployments,
  state = {},
  provider = {},
  layer = true,
}: {
  readonly folder?: string;
  readonly resources?: Readonly<Record<string, object>>;
  /** The name of the bucket for all services that v4 keeps. */
  readonly deployments?: string;
  readonly state?: object;
  readonly provider?: object;
  readonly layer?: boolean;
} = {}): Files {
  const zips = { 'shop.zip': zipOf('shop'), 'worker.zip': zipOf('worker'), 'tools.zip': zipOf('tools') };
  const code = (name: string): object => ({ S3Bucket: deployments ?? bucket, S3Key: `${DIRECTORY}/${name}` });
  const Role = { 'Fn::GetAtt': ['IamRoleLambdaExecution', 'Arn'] };
  const lambda = (name: string): object => ({
    Type: 'AWS::Lambda::Function',
    Properties: { Code: code(name), Handler: 'index.handler', Runtime: 'nodejs24.x', Role },
  });
  const Resource = [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::', bucket, '/*']] }];
  const own = {
    ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket', Properties: {} },
    ServerlessDeploymentBucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: bucket, PolicyDocument: { Statement: [{ Effect: 'Deny', Action: 's3:*', Resource }] } },
    },
  };
  const template = {
    Resources: {
      ...(deployments === undefined ? own : {}),
      IamRoleLambdaExecution: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: ['sts:AssumeRole'] },
            ],
          },
        },
      },
      HelloLambdaFunction: { ...lambda('shop.zip'), DependsOn: ['HelloLogGroup', 'ServerlessDeploymentBucket'] },
      HelloLogGroup: { Type: 'AWS::Logs::LogGroup', DependsOn: 'ServerlessDeploymentBucket' },
      HelloLambdaVersionkK7: {
        Type: 'AWS::Lambda::Version',
        DeletionPolicy: 'Retain',
        Properties: { FunctionName: { Ref: 'HelloLambdaFunction' }, CodeSha256: digest(zips['shop.zip']) },
      },
      WorkerLambdaFunction: lambda('worker.zip'),
      ...(layer
        ? { ToolsLambdaLayer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: code('tools.zip') } } }
        : {}),
      ...resources,
    },
    Outputs: {
      ServerlessDeploymentBucketName: { Value: deployments ?? bucket, Export: { Name: 'sls-shop-dev-Bucket' } },
      HelloLambdaFunctionQualifiedArn: { Value: { Ref: 'HelloLambdaVersionkK7' } },
    },
  };
  const documents = {
    'serverless-state.json': {
      service: {
        service: 'shop',
        provider: { name: 'aws', ...provider },
        functions: { hello: { package: {} }, worker: { package: { artifact: '/ci/shop/.serverless/worker.zip' } } },
        layers: {},
        ...state,
      },
      package: { artifactDirectoryName: DIRECTORY, artifact: 'shop.zip' },
    },
    'cloudformation-template-create-stack.json': { Resources: own },
    'cloudformation-template-update-stack.json': template,
  };
  const texts = Object.entries(documents).map(([name, one]): [string, string] => [name, JSON.stringify(one)]);
  const all: [string, string | Uint8Array][] = [...texts, ...Object.entries(zips)];
  return Object.fromEntries(all.map(([name, content]) => [`${folder}/${name}`, content]));
}

/** A function of a service whose zip has another name. */
export const lambdaOf = (name: string): object => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Role: 'arn', Code: { S3Bucket: bucket, S3Key: `${DIRECTORY}/${name}` } },
});
