/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html */
import { APIGatewayClient, CreateDeploymentCommand, ImportRestApiCommand } from '@aws-sdk/client-api-gateway';
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, roleFor, where } from '../lambda/functions.ts';

let aws: LocalAws;
let base: string;
let asked = 0;

/** Lets `allow` in, and `narrow` to one method; other words are what the documentation's own example makes of them. */
const AUTHORIZER = `export const handler = async ({ authorizationToken, methodArn, queryStringParameters }) => {
  const token = authorizationToken ?? queryStringParameters.token;
  if (token === 'unauthorized') throw new Error('Unauthorized');
  if (token === 'broken') return { principalId: 'x' };
  const Resource = token === 'narrow' ? methodArn : token === 'elsewhere' ? methodArn + '/x' : '*';
  const statement = { Action: 'execute-api:Invoke', Effect: token === 'deny' ? 'Deny' : 'Allow', Resource };
  return { principalId: 'me', policyDocument: { Version: '2012-10-17', Statement: [statement] }, context: { n: 1, yes: true } };
};`;
const ECHO = `export const handler = async ({ requestContext }) => ({ statusCode: 200, body: JSON.stringify(requestContext.authorizer) });`;

const arn = (name: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${where.account}:function:${name}/invocations`;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual' });
  aws.kernel.onObservation((observed) => {
    if (observed.kind === 'invocation' && observed.functionName === 'authorizer') asked += 1;
  });
  const lambda = aws.client(LambdaClient, where);
  const role = await roleFor(aws, 'role', []);
  await createFunction(lambda, 'authorizer', role, AUTHORIZER);
  await createFunction(lambda, 'echo', role, ECHO);
  for (const FunctionName of ['authorizer', 'echo'])
    await lambda.send(
      new AddPermissionCommand({
        ...{ FunctionName, StatementId: 'api', Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' },
      }),
    );
  const scheme = (authorizer: object): object => ({
    ...{ type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'custom' },
    'x-amazon-apigateway-authorizer': { authorizerUri: arn('authorizer'), ...authorizer },
  });
  const method = (security: string): object => ({
    security: [{ [security]: [] }],
    'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri: arn('echo') },
  });
  const body = {
    ...{ swagger: '2.0', info: { title: 'guarded', version: '1' } },
    paths: { '/a': { get: method('T') }, '/b': { get: method('T') }, '/q': { get: method('R') } },
    securityDefinitions: {
      T: scheme({ type: 'token', identityValidationExpression: '[a-z]+' }),
      R: scheme({
        type: 'request',
        identitySource: 'method.request.querystring.token',
        authorizerResultTtlInSeconds: 0,
      }),
    },
  };
  const apis = aws.client(APIGatewayClient, where);
  const { id: restApiId = '' } = await apis.send(new ImportRestApiCommand({ body: Buffer.from(JSON.stringify(body)) }));
  await apis.send(new CreateDeploymentCommand({ restApiId, stageName: 'Prod' }));
  base = `${aws.kernel.endpointOf(restApiId, where.region) ?? ''}/Prod`;
});
afterAll(() => aws.close());

async function call(path: string, token?: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${base}${path}`, { headers: token === undefined ? {} : { authorization: token } });
  return { status: answer.status, body: await answer.json() };
}

describe('a REST API’s authorizer', () => {
  it('by token lets in whom its policy allows, and tells the integration of them as text', async () => {
    expect(await call('/a', 'allow')).toEqual({
      status: 200,
      body: { principalId: 'me', integrationLatency: 0, n: '1', yes: 'true' },
    });
  });

  it.each([
    ['nobody’s token', undefined, 401, { message: 'Unauthorized' }],
    ['a token of another form', 'ALLOW', 401, { message: 'Unauthorized' }],
    ['whom it does not know', 'unauthorized', 401, { message: 'Unauthorized' }],
    ['who is denied', 'deny', 403, { Message: 'User is not authorized to access this resource with an explicit deny' }],
    ['who may do other things', 'elsewhere', 403, { Message: 'User is not authorized to access this resource' }],
    ['anybody where its answer is no policy', 'broken', 500, { message: null }],
  ])('keeps out %s', async (_, token, status, body) => {
    expect(await call('/a', token)).toEqual({ status, body });
  });

  it('is asked once in five minutes for one token, and its policy holds for every method', async () => {
    const before = asked;
    expect((await call('/a', 'narrow')).status).toBe(200);
    expect((await call('/a', 'narrow')).status).toBe(200);
    expect((await call('/b', 'narrow')).status).toBe(403);
    expect(asked - before).toBe(1);
    await aws.clock.advance(301_000);
    expect((await call('/b', 'narrow')).status).toBe(200);
    expect(asked - before).toBe(2);
  });

  it('by request needs its identity sources, and is asked each time where nothing is kept', async () => {
    const before = asked;
    expect((await call('/q')).status).toBe(401);
    expect(asked - before).toBe(0);
    expect((await call('/q?token=allow')).status).toBe(200);
    expect((await call('/q?token=allow')).status).toBe(200);
    expect(asked - before).toBe(2);
  });
});
