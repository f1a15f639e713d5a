/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html */
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteAuthorizerCommand,
  GetAuthorizersCommand,
  GetRouteCommand,
  ResetAuthorizersCacheCommand,
  UpdateAuthorizerCommand,
  UpdateRouteCommand,
  type CreateAuthorizerCommandInput,
} from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, roleFor, where } from '../lambda/functions.ts';

let aws: LocalAws;
let apis: ApiGatewayV2Client;
let ApiId: string;
let endpoint: string;
let integration: string;
let asked = 0;

/** As the documentation's examples: a simple answer, or a policy; with the event in the context. */
const AUTHORIZER = `export const handler = async (event) => {
  const word = event.headers.authorization ?? event.queryStringParameters?.user;
  if (word === 'unauthorized') throw new Error('Unauthorized');
  if (word === 'fails') throw new Error('no');
  const context = { event: JSON.stringify(event), ...(event.version === '2.0' ? { deep: { list: [1] } } : {}) };
  if (word.startsWith('simple')) return { isAuthorized: word === 'simple', context };
  const Effect = word === 'deny' ? 'Deny' : 'Allow';
  const Resource = word === 'narrow' ? event.routeArn ?? event.methodArn : '*';
  const policyDocument = { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] };
  return { principalId: 'me', policyDocument, context };
};`;
const ECHO = `export const handler = async ({ requestContext }) => ({ statusCode: 200, body: JSON.stringify(requestContext.authorizer ?? null) });`;
/** What the integration is told by an authorizer that tells its event. */
const toldSchema = z.object({ lambda: z.object({ event: z.string() }) });
const uri = (name: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${where.account}:function:${name}/invocations`;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual' });
  aws.kernel.onObservation((observed) => {
    if (observed.kind === 'invocation' && observed.functionName === 'authorizer') asked += 1;
  });
  apis = aws.client(ApiGatewayV2Client, where);
  const lambda = aws.client(LambdaClient, where);
  const role = await roleFor(aws, 'role', []);
  await createFunction(lambda, 'authorizer', role, AUTHORIZER);
  await createFunction(lambda, 'closed', role, AUTHORIZER);
  await createFunction(lambda, 'echo', role, ECHO);
  const api = await apis.send(new CreateApiCommand({ Name: 'guarded', ProtocolType: 'HTTP' }));
  ApiId = api.ApiId ?? '';
  endpoint = api.ApiEndpoint ?? '';
  await aws.client(CloudWatchLogsClient, where).send(new CreateLogGroupCommand({ logGroupName: 'access' }));
  const Format = '$context.routeKey $context.status $context.authorizer.principalId $context.authorizer.deep';
  const AccessLogSettings = { DestinationArn: `arn:aws:logs:us-east-1:${where.account}:log-group:access`, Format };
  await apis.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true, AccessLogSettings }));
  for (const [FunctionName, below] of [
    ['authorizer', 'authorizers/*'],
    ['echo', '*/*'],
  ])
    await lambda.send(
      new AddPermissionCommand({
        ...{ FunctionName, StatementId: 'api', Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' },
        SourceArn: `arn:aws:execute-api:us-east-1:${where.account}:${ApiId}/${below ?? ''}`,
      }),
    );
  const { IntegrationId = '' } = await apis.send(
    new CreateIntegrationCommand({
      ...{ ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: uri('echo'), PayloadFormatVersion: '2.0' },
    }),
  );
  integration = IntegrationId;
});
afterAll(() => aws.close());

type Settings = Partial<CreateAuthorizerCommandInput>;

/** An authorizer, and a route of the same name that asks it. */
async function guard(name: string, settings: Settings): Promise<{ authorizerId: string; routeId: string }> {
  const { AuthorizerId = '' } = await apis.send(
    new CreateAuthorizerCommand({
      ...{ ApiId, Name: name, AuthorizerType: 'REQUEST', AuthorizerUri: uri('authorizer') },
      ...{ AuthorizerPayloadFormatVersion: '2.0', IdentitySource: ['$request.header.Authorization'], ...settings },
    }),
  );
  const routeId = await route(`ANY /${name}/{id}`, AuthorizerId);
  return { authorizerId: AuthorizerId, routeId };
}

async function route(RouteKey: string, AuthorizerId: string): Promise<string> {
  const { RouteId = '' } = await apis.send(
    new CreateRouteCommand({
      ...{ ApiId, RouteKey, Target: `integrations/${integration}`, AuthorizationType: 'CUSTOM', AuthorizerId },
    }),
  );
  return RouteId;
}

async function call(path: string, authorization?: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${endpoint}${path}`, { headers: authorization === undefined ? {} : { authorization } });
  return { status: answer.status, body: await answer.json() };
}

describe('an HTTP API’s authorizer', () => {
  it('that answers simply lets in or not, and tells the integration what it says of whoever calls', async () => {
    await guard('simple', { EnableSimpleResponses: true });
    const allowed = await call('/simple/1?a=1&a=2', 'simple');
    expect(allowed).toMatchObject({ status: 200, body: { lambda: { deep: { list: [1] } } } });
    expect(await call('/simple/1', 'simple no')).toEqual({ status: 403, body: { message: 'Forbidden' } });
  });

  it('is given payload format 2.0', async () => {
    await guard('two', { IdentitySource: ['$request.header.Authorization', '$request.querystring.user'] });
    const { body } = await call('/two/1?user=x&more=1&more=2', 'allow');
    const event: unknown = JSON.parse(toldSchema.parse(body).lambda.event);
    expect(event).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: `arn:aws:execute-api:us-east-1:${where.account}:${ApiId}/$default/GET/two/1`,
      identitySource: ['allow', 'x'],
      routeKey: 'ANY /two/{id}',
      rawPath: '/two/1',
      rawQueryString: 'user=x&more=1&more=2',
      headers: { authorization: 'allow' },
      queryStringParameters: { user: 'x', more: '1,2' },
      requestContext: {
        accountId: where.account,
        apiId: ApiId,
        http: { method: 'GET', path: '/two/1' },
        stage: '$default',
      },
      pathParameters: { id: '1' },
    });
    expect(event).not.toHaveProperty('body');
  });

  it('is given payload format 1.0, as a REST API’s is', async () => {
    await guard('one', {
      AuthorizerPayloadFormatVersion: '1.0',
      IdentitySource: ['$request.header.Authorization', '$request.querystring.user'],
    });
    const { body } = await call('/one/1?user=x', 'allow');
    const event: unknown = JSON.parse(toldSchema.parse(body).lambda.event);
    expect(event).toMatchObject({
      ...{ version: '1.0', type: 'REQUEST', identitySource: 'allow,x', authorizationToken: 'allow,x' },
      methodArn: `arn:aws:execute-api:us-east-1:${where.account}:${ApiId}/$default/GET/one/1`,
      ...{ resource: '/one/{id}', path: '/one/1', httpMethod: 'GET', queryStringParameters: { user: 'x' } },
      ...{ pathParameters: { id: '1' }, requestContext: { apiId: ApiId, httpMethod: 'GET', stage: '$default' } },
    });
  });

  it.each([
    ['nobody, unasked', undefined, 401, 'Unauthorized'],
    ['whom it does not know', 'unauthorized', 401, 'Unauthorized'],
    ['who is denied', 'deny', 403, 'Forbidden'],
    ['anybody when it fails', 'fails', 500, 'Internal Server Error'],
    ['anybody when it answers simply and should not', 'simple', 500, 'Internal Server Error'],
  ])('keeps out %s', async (name, word, status, message) => {
    const before = asked;
    const key = name.replaceAll(/\W/g, '');
    await guard(key, {});
    expect(await call(`/${key}/1`, word)).toEqual({ status, body: { message } });
    expect(asked - before).toBe(word === undefined ? 0 : 1);
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
  it('tells the access log of whom it let in', async () => {
    await guard('logged', {});
    expect((await call('/logged/1', 'allow')).status).toBe(200);
    expect((await call('/logged/1')).status).toBe(401);
    await aws.clock.idle();
    const { events = [] } = await aws
      .client(CloudWatchLogsClient, where)
      .send(new FilterLogEventsCommand({ logGroupName: 'access', filterPattern: 'logged' }));
    expect(events.map(({ message }) => message)).toEqual([
      'ANY /logged/{id} 200 me {"list":[1]}',
      'ANY /logged/{id} 401 - -',
    ]);
  });

  it('keeps everybody out where it may not be invoked', async () => {
    await guard('closed', { AuthorizerUri: uri('closed') });
    expect(await call('/closed/1', 'allow')).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
  });

  it('is asked once in five minutes for one identity, for all of its routes', async () => {
    const { authorizerId } = await guard('kept', {});
    await route('GET /kept-too', authorizerId);
    const before = asked;
    expect((await call('/kept/1', 'narrow')).status).toBe(200);
    expect((await call('/kept/1', 'narrow')).status).toBe(200);
    // Its policy is for what was asked of first.
    expect((await call('/kept-too', 'narrow')).status).toBe(403);
    expect(asked - before).toBe(1);
    await aws.clock.advance(299_000);
    expect((await call('/kept/1', 'narrow')).status).toBe(200);
    expect(asked - before).toBe(1);
    await aws.clock.advance(2_000);
    expect((await call('/kept-too', 'narrow')).status).toBe(200);
    expect(asked - before).toBe(2);
    await apis.send(new ResetAuthorizersCacheCommand({ ApiId, StageName: '$default' }));
    expect((await call('/kept/1', 'narrow')).status).toBe(200);
    expect(asked - before).toBe(3);
  });

  it('is asked for each route where the route is part of the identity, and each time where nothing is kept', async () => {
    const IdentitySource = ['$request.header.Authorization', '$context.routeKey'];
    const { authorizerId } = await guard('each', { IdentitySource });
    await route('GET /each-too', authorizerId);
    await guard('never', { AuthorizerResultTtlInSeconds: 0, IdentitySource: [] });
    const before = asked;
    for (const path of ['/each/1', '/each/1', '/each-too', '/each-too']) await call(path, 'allow');
    expect(asked - before).toBe(2);
    for (const path of ['/never/1', '/never/1']) expect((await call(path, 'allow')).status).toBe(200);
    expect(asked - before).toBe(4);
  });
});

describe('authorizers of HTTP APIs', () => {
  it('are shown, changed and deleted once no route asks them', async () => {
    const { authorizerId: AuthorizerId, routeId: RouteId } = await guard('shown', {});
    const { Items = [] } = await apis.send(new GetAuthorizersCommand({ ApiId }));
    expect(Items.find(({ Name }) => Name === 'shown')).toEqual({
      ...{ AuthorizerId, AuthorizerType: 'REQUEST', Name: 'shown', AuthorizerUri: uri('authorizer') },
      ...{ AuthorizerPayloadFormatVersion: '2.0', AuthorizerResultTtlInSeconds: 300, EnableSimpleResponses: false },
      IdentitySource: ['$request.header.Authorization'],
    });
    await apis.send(new UpdateAuthorizerCommand({ ApiId, AuthorizerId, EnableSimpleResponses: true }));
    expect((await call('/shown/1', 'simple')).status).toBe(200);
    await expect(apis.send(new DeleteAuthorizerCommand({ ApiId, AuthorizerId }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await apis.send(new UpdateRouteCommand({ ApiId, RouteId, AuthorizationType: 'NONE' }));
    expect(await apis.send(new GetRouteCommand({ ApiId, RouteId }))).not.toHaveProperty('AuthorizerId');
    expect(await call('/shown/1')).toEqual({ status: 200, body: null });
    await apis.send(new DeleteAuthorizerCommand({ ApiId, AuthorizerId }));
  });

  it.each<[string, Settings, string]>([
    ['without a payload format', { AuthorizerPayloadFormatVersion: undefined }, 'AuthorizerPayloadFormatVersion'],
    [
      'with simple answers in format 1.0',
      { AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: true },
      '2.0',
    ],
    ['that keep answers without identity', { IdentitySource: [], AuthorizerResultTtlInSeconds: 10 }, 'IdentitySource'],
    ['with an identity from nowhere', { IdentitySource: ['$request.body.token'] }, '$request.body.token'],
    ['without a function', { AuthorizerUri: undefined }, 'AuthorizerUri'],
    ['with an issuer besides', { JwtConfiguration: { Issuer: 'https://id.example.com' } }, 'JwtConfiguration'],
    ['with the name of another', { Name: 'simple' }, 'simple'],
  ])('are refused %s', async (_, settings, word) => {
    await expect(guard('refused', settings)).rejects.toThrow(word);
  });

  it('are refused to routes of another authorization', async () => {
    const { routeId: RouteId, authorizerId: AuthorizerId } = await guard('typed', {});
    const update = (more: object): Promise<unknown> => apis.send(new UpdateRouteCommand({ ApiId, RouteId, ...more }));
    await expect(update({ AuthorizationType: 'JWT' })).rejects.toThrow('JWT');
    await expect(update({ AuthorizationScopes: ['read'] })).rejects.toThrow('AuthorizationScopes');
    await expect(update({ AuthorizationType: 'AWS_IAM', AuthorizerId })).rejects.toThrow('AuthorizerId');
    await expect(update({ AuthorizerId: 'nobody' })).rejects.toThrow('AuthorizerId');
  });
});
