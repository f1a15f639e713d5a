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

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html

let aws: LocalAws;
let stacks: CloudFormationClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

const role = (service: string, more: object = {}): object => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    ...more,
  },
});
const ARN = { 'Fn::GetAtt': ['Hello', 'Arn'] };
/** Answers with the event that it was given. */
const withFunction = {
  Role: role('lambda.amazonaws.com'),
  Hello: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      ...{ Runtime: 'nodejs24.x', Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      Code: {
        ZipFile: `exports.handler = async (event) => ({
          statusCode: 200, headers: { 'access-control-allow-origin': 'own' }, body: JSON.stringify(event) });`,
      },
    },
  },
};
const permission = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    ...{ Action: 'lambda:InvokeFunction', FunctionName: ARN, Principal: 'apigateway.amazonaws.com' },
    SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*' },
  },
};
const integration = (payloadFormatVersion: string): object => ({
  'x-amazon-apigateway-integration': {
    ...{ type: 'aws_proxy', httpMethod: 'POST', payloadFormatVersion },
    uri: {
      'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Hello.Arn}/invocations',
    },
  },
  responses: {},
});
const ANY = 'x-amazon-apigateway-any-method';
const bodyOf = (paths: object, more: object = {}): object => ({
  ...{ openapi: '3.0.1', info: { title: 'shop', version: '1.0' }, paths, ...more },
});
const api = (properties: object): object => ({ Type: 'AWS::ApiGatewayV2::Api', Properties: properties });
const stage = {
  Type: 'AWS::ApiGatewayV2::Stage',
  Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
};

function template(resources: object): string {
  return JSON.stringify({
    Resources: { ...withFunction, ...resources },
    Outputs: {
      Url: { Value: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com' } },
      Endpoint: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
    },
  });
}

async function finished(StackName: string): Promise<{ status: string; url: string }> {
  for (;;) {
    const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus: status = '', Outputs = [] } = Stacks[0] ?? {};
    const url = Outputs.find(({ OutputKey }) => OutputKey === 'Url')?.OutputValue ?? '';
    if (!status.endsWith('_IN_PROGRESS')) return { status, url };
    await aws.clock.sleep(1_000, 'a stack');
  }
}
const Capabilities = ['CAPABILITY_IAM' as const];
async function create(StackName: string, resources: object): Promise<string> {
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody: template(resources), Capabilities }));
  const { status, url } = await finished(StackName);
  expect(status).toBe('CREATE_COMPLETE');
  return url;
}
async function update(StackName: string, resources: object): Promise<string> {
  await stacks.send(new UpdateStackCommand({ StackName, TemplateBody: template(resources), Capabilities }));
  const { status, url } = await finished(StackName);
  expect(status).toBe('UPDATE_COMPLETE');
  return url;
}
/** Why a stack of these resources cannot be made. */
async function refusal(StackName: string, resources: object): Promise<string> {
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody: template(resources), Capabilities }));
  expect((await finished(StackName)).status).toBe('ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.map(({ ResourceStatusReason: reason = '' }) => reason).join('\n');
}

it('serve what a Body says, in either payload format, and what it says after an update', async () => {
  const paths = {
    '/one': { get: integration('1.0') },
    '/two/{id}': { post: integration('2.0') },
    '/files/{proxy+}': { [ANY]: integration('2.0') },
  };
  const url = await create('body', { Api: api({ Body: bodyOf(paths) }), Stage: stage, Permission: permission });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await fetch(`${url}/one?x=1&x=2`, { headers: { 'X-Thing': 'Yes' } })).json()).toMatchObject({
    ...{ version: '1.0', resource: '/one', path: '/one', httpMethod: 'GET', body: null, pathParameters: null },
    ...{ queryStringParameters: { x: '2' }, multiValueQueryStringParameters: { x: ['1', '2'] } },
    requestContext: { resourcePath: '/one', stage: '$default', identity: { sourceIp: '127.0.0.1' } },
  });
  expect(await (await fetch(`${url}/two/7`, { method: 'POST' })).json()).toMatchObject({
    ...{ version: '2.0', routeKey: 'POST /two/{id}', pathParameters: { id: '7' } },
  });
  expect(await (await fetch(`${url}/files/a/b`)).json()).toMatchObject({ pathParameters: { proxy: 'a/b' } });
  expect((await fetch(`${url}/other`)).status).toBe(404);

  const Body = bodyOf({ $default: { [ANY]: integration('2.0') } });
  const after = await update('body', { Api: api({ Body }), Stage: stage, Permission: permission });
  expect(after).toBe(url);
  expect(await (await fetch(`${url}/one`)).json()).toMatchObject({ version: '2.0', routeKey: '$default' });
});

it('are made by a target alone, and by a role where one is named', async () => {
  const quick = { Name: 'quick', ProtocolType: 'HTTP', Target: ARN };
  const url = await create('quick', { Api: api(quick), Permission: permission });
  expect(await (await fetch(`${url}/any`)).json()).toMatchObject({ version: '2.0', routeKey: '$default' });

  const Statement = [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: ARN }];
  const Policies = [{ PolicyName: 'invoke', PolicyDocument: { Version: '2012-10-17', Statement } }];
  const Caller = role('apigateway.amazonaws.com', { Policies });
  const CredentialsArn = { 'Fn::GetAtt': ['Caller', 'Arn'] };
  await update('quick', { Api: api({ ...quick, RouteKey: 'GET /here', CredentialsArn }), Caller });
  expect(await (await fetch(`${url}/here`)).json()).toMatchObject({ routeKey: 'GET /here' });
  expect((await fetch(`${url}/any`)).status).toBe(404);
});

it.each([
  ['a Body', (cors: object) => ({ Body: bodyOf({ $default: { [ANY]: integration('2.0') } }, cors) })],
  [
    'CorsConfiguration',
    () => ({
      ...{ Name: 'cors', ProtocolType: 'HTTP', Target: ARN },
      CorsConfiguration: {
        ...{ AllowOrigins: ['https://a.example'], AllowMethods: ['GET', 'PUT'], AllowHeaders: ['x-thing'], MaxAge: 60 },
      },
    }),
  ],
])('answer cross-origin requests by %s, and drop what the function says', async (kind, properties) => {
  const cors = {
    'x-amazon-apigateway-cors': {
      ...{ allowOrigins: ['https://a.example'], allowMethods: ['GET', 'PUT'], allowHeaders: ['x-thing'], maxAge: 60 },
    },
  };
  const isBody = kind === 'a Body';
  const url = await create(isBody ? 'cors-body' : 'cors-own', {
    ...{ Api: api(properties(cors)), Permission: permission },
    ...(isBody ? { Stage: stage } : {}),
  });
  const preflight = (origin: string): Promise<Response> =>
    fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } });
  const asked = await preflight('https://a.example');
  expect(asked.status).toBe(204);
  expect(Object.fromEntries(asked.headers)).toMatchObject({
    'access-control-allow-origin': 'https://a.example',
    'access-control-allow-methods': 'GET,PUT',
    'access-control-allow-headers': 'x-thing',
    'access-control-max-age': '60',
  });
  expect((await preflight('https://b.example')).headers.get('access-control-allow-origin')).toBeNull();
  const answered = await fetch(url, { headers: { origin: 'https://a.example' } });
  expect(answered.headers.get('access-control-allow-origin')).toBe('https://a.example');
  expect((await fetch(url)).headers.get('access-control-allow-origin')).toBeNull();
});

it('let past an authorizer of their Body whom it knows, and others where there is none', async () => {
  const securitySchemes = {
    Jwt: {
      type: 'oauth2',
      'x-amazon-apigateway-authorizer': {
        ...{ type: 'jwt', identitySource: '$request.header.Authorization' },
        jwtConfiguration: { issuer: 'https://id.example.com', audience: ['shop'] },
      },
    },
    Iam: { type: 'apiKey', 'x-amazon-apigateway-authtype': 'awsSigv4' },
  };
  const paths = {
    '/jwt': { get: integration('2.0') },
    '/iam': { get: { ...integration('2.0'), security: [{ Iam: [] }] } },
    '/open': { get: { ...integration('2.0'), security: [] } },
    '/none': { get: { ...integration('2.0'), security: [{ NONE: [] }] } },
  };
  const Body = bodyOf(paths, { components: { securitySchemes }, security: [{ Jwt: ['read'] }] });
  const url = await create('secure', { Api: api({ Body }), Stage: stage, Permission: permission });
  const jwt = await fetch(`${url}/jwt`, { headers: { authorization: 'Bearer x' } });
  expect([jwt.status, await jwt.json()]).toEqual([401, { message: 'Unauthorized' }]);
  expect((await fetch(`${url}/iam`)).status).toBe(403);
  expect((await fetch(`${url}/open`)).status).toBe(200);
  expect((await fetch(`${url}/none`)).status).toBe(200);
});

it.each([
  ['x-amazon-apigateway-policy', { Body: bodyOf({}, { 'x-amazon-apigateway-policy': {} }) }],
  [
    'IntegrationType HTTP_PROXY',
    {
      Body: bodyOf({ '/a': { get: { 'x-amazon-apigateway-integration': { type: 'http_proxy', uri: 'https://a' } } } }),
    },
  ],
  ['OpenAPI 3', { Body: bodyOf({}, { openapi: '2.0' }) }],
  ['CorsConfiguration beside the Body', { Body: bodyOf({}), CorsConfiguration: { AllowOrigins: ['*'] } }],
  ['Name and ProtocolType are required', { ProtocolType: 'HTTP' }],
])('refuse %s', async (reason, properties) => {
  const StackName = `no-${reason.replaceAll(/[^a-z]/gi, '')}`;
  expect(await refusal(StackName, { Api: api(properties) })).toContain(reason);
});
