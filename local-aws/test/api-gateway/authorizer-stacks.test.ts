/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-authorizer.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html
 */
import { APIGatewayClient, GetAuthorizersCommand, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { where } from '../lambda/functions.ts';

let aws: LocalAws;
let stacks: CloudFormationClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

const arn = (id: string): object => ({ 'Fn::GetAtt': [id, 'Arn'] });
const uri = (id: string): object => ({
  'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${id}.Arn}/invocations`,
});
const functionOf = (code: string): object => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Runtime: 'nodejs24.x', Handler: 'index.handler', Role: arn('Role'), Code: { ZipFile: code } },
});
const permission = (id: string): object => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { Action: 'lambda:InvokeFunction', FunctionName: arn(id), Principal: 'apigateway.amazonaws.com' },
});
const shared = {
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    },
  },
  /** Knows the word, wherever it comes, and says it to the integration. */
  Door: functionOf(`exports.handler = async (event) => {
    const word = event.authorizationToken ?? event.headers.Authorization ?? event.headers.authorization;
    const allowed = word === 'sesame';
    if (event.version === '2.0') return { isAuthorized: allowed, context: { word } };
    const Effect = allowed ? 'Allow' : 'Deny';
    const Statement = [{ Action: 'execute-api:Invoke', Effect, Resource: event.methodArn }];
    return { principalId: 'me', policyDocument: { Version: '2012-10-17', Statement }, context: { word } };
  };`),
  Hello: functionOf(
    `exports.handler = async ({ requestContext: { authorizer } }) => ({ statusCode: 200, body: JSON.stringify(authorizer ?? null) });`,
  ),
  MayAsk: permission('Door'),
  MayCall: permission('Hello'),
};

async function finished(StackName: string): Promise<{ status: string; url: string }> {
  for (;;) {
    const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus: status = '', Outputs = [] } = Stacks[0] ?? {};
    if (!status.endsWith('_IN_PROGRESS')) return { status, url: Outputs[0]?.OutputValue ?? '' };
    await aws.clock.sleep(1_000, 'a stack');
  }
}
function template(resources: object, url: string): string {
  return JSON.stringify({ Resources: { ...shared, ...resources }, Outputs: { Url: { Value: { 'Fn::Sub': url } } } });
}
async function put(how: 'create' | 'update', StackName: string, TemplateBody: string): Promise<string> {
  const input = { StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM' as const] };
  await (how === 'create' ? stacks.send(new CreateStackCommand(input)) : stacks.send(new UpdateStackCommand(input)));
  const { status, url } = await finished(StackName);
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(status)) {
    const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName }));
    throw new Error(StackEvents.map(({ ResourceStatusReason: reason = '' }) => reason).join('\n'));
  }
  return url;
}
async function call(url: string, authorization?: string): Promise<[number, unknown]> {
  const answer = await fetch(url, { headers: authorization === undefined ? {} : { authorization } });
  return [answer.status, await answer.json()];
}

const httpResources = (authorizer: object, route: object): object => ({
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'doors', ProtocolType: 'HTTP' } },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
  },
  Authorizer: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ...{ ApiId: { Ref: 'Api' }, Name: 'door', IdentitySource: ['$request.header.Authorization'], ...authorizer },
    },
  },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ...{ ApiId: { Ref: 'Api' }, IntegrationType: 'AWS_PROXY', IntegrationUri: arn('Hello') },
      PayloadFormatVersion: '2.0',
    },
  },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ...{ ApiId: { Ref: 'Api' }, RouteKey: 'GET /', Target: { 'Fn::Sub': 'integrations/${Integration}' }, ...route },
    },
  },
});
const FUNCTION = {
  ...{ AuthorizerType: 'REQUEST', AuthorizerUri: uri('Door'), AuthorizerPayloadFormatVersion: '2.0' },
  ...{ EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 0 },
};
const ASKS = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } };

it('an HTTP API’s authorizer is a resource, which is changed in place', async () => {
  const url = '${Api.ApiEndpoint}/';
  const made = await put('create', 'http', template(httpResources(FUNCTION, ASKS), url));
  expect(await call(made, 'sesame')).toEqual([200, { lambda: { word: 'sesame' } }]);
  expect((await call(made, 'barley'))[0]).toBe(403);

  const jwt = {
    AuthorizerType: 'JWT',
    JwtConfiguration: { Issuer: 'https://id.example.com', Audience: ['shop'] },
  };
  const asks = { ...ASKS, AuthorizationType: 'NONE', AuthorizerId: undefined };
  await put('update', 'http', template(httpResources(FUNCTION, asks), url));
  expect(await call(made)).toEqual([200, null]);
  const scoped = { ...ASKS, AuthorizationType: 'JWT', AuthorizationScopes: ['read'] };
  await put('update', 'http', template(httpResources(jwt, scoped), url));
  expect(await call(made, 'sesame')).toEqual([401, { message: 'Unauthorized' }]);
});

const restResources = (authorizer: object, method: object, deployment: string): object => ({
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'doors' } },
  Authorizer: {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: {
      RestApiId: { Ref: 'Api' },
      Name: 'door',
      IdentitySource: 'method.request.header.Authorization',
      ...authorizer,
    },
  },
  Method: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      ...{ RestApiId: { Ref: 'Api' }, ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] }, HttpMethod: 'GET' },
      Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: uri('Hello') },
      ...method,
    },
  },
  [deployment]: {
    Type: 'AWS::ApiGateway::Deployment',
    DependsOn: 'Method',
    Properties: { RestApiId: { Ref: 'Api' } },
  },
  Stage: {
    Type: 'AWS::ApiGateway::Stage',
    Properties: { RestApiId: { Ref: 'Api' }, StageName: 'v1', DeploymentId: { Ref: deployment } },
  },
});
const REST_URL = 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/v1/';
const TOKEN = { Type: 'TOKEN', AuthorizerUri: uri('Door'), AuthorizerResultTtlInSeconds: 0 };

it('a REST API’s authorizer is a resource, which a deployment takes as it is then', async () => {
  const asks = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } };
  const url = await put('create', 'rest', template(restResources(TOKEN, asks, 'One'), REST_URL));
  expect(await call(url, 'sesame')).toEqual([200, { principalId: 'me', integrationLatency: 0, word: 'sesame' }]);
  expect((await call(url, 'barley'))[0]).toBe(403);
  expect((await call(url))[0]).toBe(401);

  const stricter = { ...TOKEN, IdentityValidationExpression: '[0-9]+' };
  await put('update', 'rest', template(restResources(stricter, asks, 'One'), REST_URL));
  expect((await call(url, 'sesame'))[0]).toBe(200);
  await put('update', 'rest', template(restResources(stricter, asks, 'Two'), REST_URL));
  expect((await call(url, 'sesame'))[0]).toBe(401);

  const request = { ...TOKEN, Type: 'REQUEST', IdentitySource: undefined };
  await put('update', 'rest', template(restResources(request, asks, 'Three'), REST_URL));
  expect((await call(url, 'sesame'))[0]).toBe(200);
});

it('a REST API’s authorizer by users of Cognito is made and shown, and its methods say that it is not simulated', async () => {
  const ProviderARNs = [`arn:aws:cognito-idp:us-east-1:${where.account}:userpool/us-east-1_abcdefghi`];
  const authorizer = { Type: 'COGNITO_USER_POOLS', ProviderARNs };
  const asks = {
    ...{ AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: { Ref: 'Authorizer' } },
    AuthorizationScopes: ['shop/read'],
  };
  const url = await put('create', 'pool', template(restResources(authorizer, asks, 'One'), REST_URL));
  const [status, body] = await call(url, 'a token');
  expect(status).toBe(501);
  expect(JSON.stringify(body)).toContain('COGNITO_USER_POOLS');
  const client = aws.client(APIGatewayClient, where);
  const { items: apis = [] } = await client.send(new GetRestApisCommand({}));
  const shown = await Promise.all(
    apis.map(async ({ id: restApiId }) => (await client.send(new GetAuthorizersCommand({ restApiId }))).items ?? []),
  );
  expect(shown.flat().find(({ type }) => type === 'COGNITO_USER_POOLS')).toMatchObject({
    ...{ name: 'door', authType: 'cognito_user_pools', providerARNs: ProviderARNs },
    ...{ identitySource: 'method.request.header.Authorization', authorizerResultTtlInSeconds: 300 },
  });
});

it.each([
  ['a method without its authorizer', TOKEN, { AuthorizationType: 'CUSTOM' }, 'requires a valid authorizer'],
  [
    'a method with an authorizer of another type',
    TOKEN,
    { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: { Ref: 'Authorizer' } },
    'requires a valid authorizer',
  ],
  [
    'a token in two places',
    { ...TOKEN, IdentitySource: 'method.request.header.A, method.request.header.B' },
    {},
    'one header',
  ],
  [
    'kept answers without identity',
    { Type: 'REQUEST', AuthorizerUri: uri('Door'), IdentitySource: undefined },
    {},
    'caching',
  ],
  ['no function', { Type: 'TOKEN' }, {}, 'authorizerUri'],
])('a REST API is refused %s', async (what, authorizer, method, reason) => {
  const StackName = what.replaceAll(/\W/g, '');
  const body = template(restResources(authorizer, method, 'One'), REST_URL);
  await expect(put('create', StackName, body)).rejects.toThrow(reason);
});
