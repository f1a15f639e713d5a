import {
  APIGatewayClient,
  GetDeploymentsCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  CreateRestApiCommand,
  ImportRestApiCommand,
  PutMethodCommand,
  TagResourceCommand,
} from '@aws-sdk/client-api-gateway';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { where } from '../lambda/functions.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html

let aws: LocalAws;
let stacks: CloudFormationClient;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

const role = (service: string): object => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
  },
});
const withFunction = (answer: string): Record<string, object> => ({
  Role: role('lambda.amazonaws.com'),
  Hello: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: `exports.handler = async ({ path }) => ({ statusCode: 200, body: '${answer} ' + path });` },
    },
  },
});
const permission = (path: string): object => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: 'Hello' },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/${path}` },
  },
});
const uri = {
  'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Hello.Arn}/invocations',
};
const url = { Value: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/Prod' } };

/** What SAM makes of a function with an event of type Api. */
function hello(answer: string, path: string, deployment: string): string {
  const get = { 'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri }, responses: {} };
  const Body = {
    swagger: '2.0',
    info: { version: '1.0', title: { Ref: 'AWS::StackName' } },
    paths: { [path]: { get } },
  };
  return JSON.stringify({
    Resources: {
      ...withFunction(answer),
      Permission: permission(`*/GET${path}`),
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Body } },
      [deployment]: {
        Type: 'AWS::ApiGateway::Deployment',
        Properties: { RestApiId: { Ref: 'Api' }, StageName: 'Stage', Description: deployment },
      },
      Stage: {
        Type: 'AWS::ApiGateway::Stage',
        Properties: { RestApiId: { Ref: 'Api' }, DeploymentId: { Ref: deployment }, StageName: 'Prod' },
      },
    },
    Outputs: { Url: url },
  });
}

/** What the CDK makes of a LambdaRestApi. */
function lambdaRestApi(): string {
  const method = (ResourceId: object): object => ({
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId,
      HttpMethod: 'ANY',
      AuthorizationType: 'NONE',
      Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: uri },
    },
  });
  return JSON.stringify({
    Resources: {
      ...withFunction('cdk'),
      Permission: permission('Prod/*/*'),
      RootPermission: permission('Prod/*/'),
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Api', Tags: [{ Key: 'team', Value: 'web' }] } },
      LogRole: role('apigateway.amazonaws.com'),
      Account: {
        Type: 'AWS::ApiGateway::Account',
        DependsOn: ['Api'],
        Properties: { CloudWatchRoleArn: { 'Fn::GetAtt': ['LogRole', 'Arn'] } },
      },
      Proxy: {
        Type: 'AWS::ApiGateway::Resource',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
          PathPart: '{proxy+}',
        },
      },
      ProxyAny: method({ Ref: 'Proxy' }),
      RootAny: method({ 'Fn::GetAtt': ['Api', 'RootResourceId'] }),
      Deployment: {
        Type: 'AWS::ApiGateway::Deployment',
        DependsOn: ['ProxyAny', 'RootAny'],
        Properties: { RestApiId: { Ref: 'Api' } },
      },
      Stage: {
        Type: 'AWS::ApiGateway::Stage',
        DependsOn: ['Account'],
        Properties: {
          RestApiId: { Ref: 'Api' },
          DeploymentId: { Ref: 'Deployment' },
          StageName: 'Prod',
          MethodSettings: [{ ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 10 }],
        },
      },
    },
    Outputs: { Url: url },
  });
}

async function statusOf(StackName: string): Promise<{ status: string; url: string; reason: string }> {
  for (;;) {
    const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus = '', Outputs = [], StackStatusReason: reason = '' } = Stacks[0] ?? {};
    if (!StackStatus.endsWith('_IN_PROGRESS'))
      return { status: StackStatus, url: Outputs[0]?.OutputValue ?? '', reason };
    await aws.clock.sleep(1_000, 'a stack');
  }
}

const text = async (address: string): Promise<string> => (await fetch(address)).text();

it('serve a hello world of SAM, whose changed routes come with another deployment', async () => {
  const StackName = 'hello';
  const Capabilities = ['CAPABILITY_IAM' as const];
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody: hello('one', '/a', 'First'), Capabilities }));
  const made = await statusOf(StackName);
  expect(made.status).toBe('CREATE_COMPLETE');
  expect(made.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/Prod$/);
  expect(await text(`${made.url}/a`)).toBe('one /a');

  await stacks.send(new UpdateStackCommand({ StackName, TemplateBody: hello('two', '/b', 'First'), Capabilities }));
  expect(await statusOf(StackName)).toMatchObject({ status: 'UPDATE_COMPLETE', url: made.url });
  // The permission is for the new route, and the old one is what is deployed.
  expect(await text(`${made.url}/a`)).toBe('{"message":"Internal server error"}');
  expect(await text(`${made.url}/b`)).toBe('{"message":"Missing Authentication Token"}');

  await stacks.send(new UpdateStackCommand({ StackName, TemplateBody: hello('two', '/b', 'Second'), Capabilities }));
  expect(await statusOf(StackName)).toMatchObject({ status: 'UPDATE_COMPLETE' });
  expect(await text(`${made.url}/b`)).toBe('two /b');
  const { StackResources = [] } = await stacks.send(new DescribeStackResourcesCommand({ StackName }));
  const restApiId = StackResources.find(({ LogicalResourceId }) => LogicalResourceId === 'Api')?.PhysicalResourceId;
  const gateway = aws.client(APIGatewayClient, where);
  const { items = [] } = await gateway.send(new GetDeploymentsCommand({ restApiId }));
  expect(items.map(({ description }) => description)).toEqual(['Second']);

  await stacks.send(new DeleteStackCommand({ StackName }));
  await expect(statusOf(StackName)).rejects.toThrow('does not exist');
  expect((await gateway.send(new GetRestApisCommand({}))).items).toEqual([]);
});

it('serve a LambdaRestApi of the CDK', async () => {
  const StackName = 'cdk';
  await stacks.send(
    new CreateStackCommand({ StackName, TemplateBody: lambdaRestApi(), Capabilities: ['CAPABILITY_IAM'] }),
  );
  const { status, url: base } = await statusOf(StackName);
  expect(status).toBe('CREATE_COMPLETE');
  expect(await text(base)).toBe('cdk /');
  expect(await text(`${base}/x/y`)).toBe('cdk /x/y');
  await stacks.send(new DeleteStackCommand({ StackName }));
  await expect(statusOf(StackName)).rejects.toThrow('does not exist');
});

it('are imported over the wire', async () => {
  const gateway = aws.client(APIGatewayClient, where);
  const body = Buffer.from(JSON.stringify({ openapi: '3.0.1', info: { title: 'imported' }, paths: {} }));
  const parameters = { endpointConfigurationTypes: 'REGIONAL' };
  const { id: restApiId } = await gateway.send(new ImportRestApiCommand({ body, parameters }));
  expect(await gateway.send(new GetRestApiCommand({ restApiId }))).toMatchObject({
    name: 'imported',
    endpointConfiguration: { types: ['REGIONAL'] },
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
it('are governed by the methods of their paths, and by the tags of the API', async () => {
  const iam = aws.client(IAMClient, where);
  const UserName = 'web';
  const arn = (path: string): string => `arn:aws:apigateway:us-east-1::${path}`;
  const own = { StringEquals: { 'aws:ResourceTag/team': 'web' } };
  const Statement = [
    { Effect: 'Allow', Action: 'apigateway:POST', Resource: arn('/restapis') },
    { Effect: 'Allow', Action: 'apigateway:GET', Resource: arn('/restapis/*'), Condition: own },
    { Effect: 'Allow', Action: 'apigateway:PUT', Resource: arn('/tags/*') },
  ];
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'web', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
  const gateway = new APIGatewayClient({ endpoint: aws.endpoint, region: where.region, credentials });
  const { id: restApiId = '', rootResourceId: resourceId } = await gateway.send(
    new CreateRestApiCommand({ name: 'web' }),
  );
  await expect(gateway.send(new GetRestApiCommand({ restApiId }))).rejects.toThrow('apigateway:GET');
  await gateway.send(new TagResourceCommand({ resourceArn: arn(`/restapis/${restApiId}`), tags: { team: 'web' } }));
  expect(await gateway.send(new GetRestApiCommand({ restApiId }))).toMatchObject({ tags: { team: 'web' } });
  const put = new PutMethodCommand({ restApiId, resourceId, httpMethod: 'GET', authorizationType: 'NONE' });
  await expect(gateway.send(put)).rejects.toThrow(
    `apigateway:PUT on resource: ${arn(`/restapis/${restApiId}/resources/${resourceId ?? ''}/methods/GET`)}`,
  );
});
