import {
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  DeleteDeploymentCommand,
  GetMethodCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetStageCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  PutRestApiCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Clock } from '../../kernel/clock.ts';
import { Faults } from '../../kernel/faults.ts';
import { Kernel } from '../../kernel/kernel.ts';
import { Meters } from '../../kernel/meters.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type Service } from '../../kernel/service.ts';
import { createIdentity } from '../../services/iam/service.ts';
import { createRestApi } from '../../services/rest-api/service.ts';
import { administrator } from '../events/small-aws.ts';

// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html and the pages that each test names.

const account = '111111111111';
let kernel: Kernel;
let me: Caller;
let restApiId: string;
/** The events the function was given, the names that it was invoked by, and what it answers. */
let events: Record<string, unknown>[];
let invoked: string[];
let answer: unknown;

beforeEach(async () => {
  events = [];
  invoked = [];
  answer = { statusCode: 200, body: 'fine' };
  kernel = new Kernel(new Clock('real', Date.parse('2026-11-20T09:00:00Z')), new Faults(), new Meters(), () => '');
  const identity = createIdentity(kernel);
  const nothing = { emit: () => undefined, record: () => undefined, kill: () => undefined, send: () => undefined };
  kernel.install([...identity.services, ...createRestApi(kernel).services, functions()], {
    iam: identity.port,
    events: nothing,
    metrics: nothing,
    functions: nothing,
    queues: nothing,
  });
  me = administrator(kernel, account);
  restApiId = (await kernel.send(me, new CreateRestApiCommand({ name: 'pets' }))).id ?? '';
});
afterEach(() => kernel.close());

/** A function service that lets API Gateway in for what is not secret. */
function functions(): Service {
  const invoke = operation({
    command: InvokeCommand,
    accepts: ['FunctionName', 'InvocationType', 'Payload'],
    authorize: (input) => ({
      action: 'lambda:InvokeFunction',
      resource: input.FunctionName ?? '',
      resourcePolicy: {
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'apigateway.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Resource: '*',
          Condition: {
            ArnLike: {
              'aws:SourceArn': ['GET/pets', '*/pets/*', 'POST/binary', 'GET/'].map(
                (path) => `arn:aws:execute-api:us-east-1:${account}:${restApiId}/Prod/${path}`,
              ),
            },
          },
        },
      },
    }),
    handle: async (input) => {
      invoked.push(input.FunctionName ?? '');
      const text = input.Payload instanceof Uint8Array ? Buffer.from(input.Payload).toString() : '{}';
      events.push(z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
      return answer instanceof Error
        ? { StatusCode: 200, FunctionError: 'Unhandled' }
        : { StatusCode: 200, Payload: Uint8ArrayBlobAdapter.fromString(JSON.stringify(answer)) };
    },
  });
  return { signingName: 'lambda', documentation: 'a stand-in', operations: [invoke] };
}

const uri = (name: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${account}:function:${name}/invocations`;
const proxy = (name = 'read') => ({
  responses: {},
  'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri: uri(name) },
});
const ANY = 'x-amazon-apigateway-any-method';

/** Makes the API what a definition says. */
async function define(paths: object, more: object = {}, mode: 'merge' | 'overwrite' = 'overwrite'): Promise<void> {
  const body = Buffer.from(JSON.stringify({ swagger: '2.0', info: { title: 'pets' }, paths, ...more }));
  await kernel.send(me, new PutRestApiCommand({ restApiId, mode, body }));
}

async function deploy(stageName?: string): Promise<string> {
  return (await kernel.send(me, new CreateDeploymentCommand({ restApiId, stageName }))).id ?? '';
}

async function call(path: string, init?: RequestInit): Promise<{ status: number; body: string; headers: Headers }> {
  const answered = await fetch(`${kernel.endpointOf(restApiId, 'us-east-1') ?? ''}${path}`, init);
  return { status: answered.status, body: await answered.text(), headers: answered.headers };
}

describe('a request', () => {
  it('is answered by a definition whose version is a number, as YAML has it', async () => {
    await define({ '/pets/{id}': { [ANY]: proxy() } }, { swagger: 2 });
    await deploy('Prod');
    expect(await call('/Prod/pets/1')).toMatchObject({ status: 200, body: 'fine' });
    await expect(define({}, { swagger: 3 })).rejects.toThrow('Invalid OpenAPI input');
  });

  it('comes to the function as payload 1.0', async () => {
    await define({ '/pets/{id}': { [ANY]: proxy() } });
    await deploy('Prod');
    const { status, body } = await call('/Prod/pets/a%20b?x=1&x=2&y=3', {
      method: 'POST',
      headers: { 'X-Thing': 'Yes', 'Content-Type': 'application/json' },
      body: '{"n":1}',
    });
    expect({ status, body }).toEqual({ status: 200, body: 'fine' });
    expect(events[0]).toMatchObject({
      resource: '/pets/{id}',
      path: '/pets/a%20b',
      httpMethod: 'POST',
      headers: { 'X-Thing': 'Yes', 'Content-Type': 'application/json' },
      multiValueHeaders: { 'X-Thing': ['Yes'] },
      queryStringParameters: { x: '2', y: '3' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['3'] },
      pathParameters: { id: 'a b' },
      stageVariables: null,
      body: '{"n":1}',
      isBase64Encoded: false,
      requestContext: {
        accountId: account,
        apiId: restApiId,
        httpMethod: 'POST',
        path: '/Prod/pets/a%20b',
        resourcePath: '/pets/{id}',
        stage: 'Prod',
        identity: { sourceIp: '127.0.0.1', userArn: null },
      },
    });
    await call('/Prod/pets/a');
    expect(events[1]).toMatchObject({ body: null, queryStringParameters: null, httpMethod: 'GET' });
  });

  it('comes and goes as bytes where its media type is binary', async () => {
    await define({ '/binary': { post: proxy() } }, { 'x-amazon-apigateway-binary-media-types': ['image/*'] });
    await deploy('Prod');
    answer = { statusCode: 200, body: Buffer.from([255, 0]).toString('base64'), isBase64Encoded: true };
    const bytes = { method: 'POST', headers: { 'content-type': 'image/png', accept: 'image/png' }, body: 'abc' };
    const { body } = await call('/Prod/binary', bytes);
    expect(body).toBe(Buffer.from([255, 0]).toString());
    expect(events[0]).toMatchObject({ body: Buffer.from('abc').toString('base64'), isBase64Encoded: true });
    const asText = await call('/Prod/binary', { method: 'POST', headers: { accept: 'text/plain' }, body: 'abc' });
    expect(asText.body).toBe('/wA=');
  });

  it.each([
    ['GET', '/Prod/pets', '/pets'],
    ['GET', '/Prod/pets/', '/pets'],
    ['GET', '/Prod/pets/dog', '/pets/dog'],
    ['GET', '/Prod/pets/cat', '/pets/{id}'],
    ['GET', '/Prod/pets/cat/toys/1', '/pets/{proxy+}'],
    ['GET', '/Prod', '/'],
  ])('%s %s takes the most specific resource, %s', async (method, path, resource) => {
    await define({
      '/': { get: proxy() },
      '/pets': { get: proxy() },
      '/pets/{proxy+}': { [ANY]: proxy() },
      '/pets/{id}': { get: proxy(), [ANY]: proxy('other') },
      '/pets/dog': { get: proxy() },
    });
    await deploy('Prod');
    expect((await call(path, { method })).status).toBe(200);
    expect(events[0]).toMatchObject({ resource });
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
  it.each([
    ['a path that is not there', 'GET', '/Prod/cats', 403, 'Missing Authentication Token'],
    ['a method that is not there', 'DELETE', '/Prod/pets', 403, 'Missing Authentication Token'],
    ['a stage that is not there', 'GET', '/Beta/pets', 403, 'Forbidden'],
    ['a function that does not let it in', 'GET', '/Prod/secret', 500, 'Internal server error'],
    ['credentials that are not there', 'GET', '/Prod/signed', 403, 'Missing Authentication Token'],
  ])('for %s is refused', async (_, method, path, status, message) => {
    const sigv4 = { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' };
    await define(
      {
        '/pets': { get: proxy() },
        '/secret': { get: proxy() },
        '/signed': { get: { ...proxy(), security: [{ sigv4: [] }] } },
      },
      { securityDefinitions: { sigv4 } },
    );
    await deploy('Prod');
    const refused = await call(path, { method });
    expect([refused.status, refused.body]).toEqual([status, JSON.stringify({ message })]);
    expect(events).toEqual([]);
  });

  it.each([
    ['no status code', { body: 'x' }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['what does not belong there', { statusCode: 200, message: 'x' }],
    ['no object', 'x'],
    ['an error', new Error('no')],
  ])('is answered 502 where the function answers %s', async (_, given) => {
    await define({ '/pets': { get: proxy() } });
    await deploy('Prod');
    answer = given;
    const { status, body } = await call('/Prod/pets');
    expect({ status, body }).toEqual({ status: 502, body: '{"message":"Internal server error"}' });
  });

  it('is answered with both kinds of headers, those with several values first', async () => {
    await define({ '/pets': { get: proxy() } });
    await deploy('Prod');
    answer = {
      statusCode: 201,
      headers: { 'X-One': 'a', 'X-Two': 'b' },
      multiValueHeaders: { 'x-two': ['c', 'd'], 'Set-Cookie': ['e=1', 'f=2'] },
    };
    const { status, headers } = await call('/Prod/pets');
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/json');
    expect([headers.get('x-one'), headers.get('x-two')]).toEqual(['a', 'c, d']);
    expect(headers.getSetCookie()).toEqual(['e=1', 'f=2']);
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
describe('a deployment', () => {
  it('is the API as it was, until another is made', async () => {
    await define({ '/pets': { get: proxy('one') } });
    const first = await deploy('Prod');
    await define({ '/pets': { get: proxy('two') } });
    await call('/Prod/pets');
    await deploy();
    await call('/Prod/pets');
    const third = await deploy('Prod');
    await call('/Prod/pets');
    await kernel.send(
      me,
      new UpdateStageCommand({
        restApiId,
        stageName: 'Prod',
        patchOperations: [{ op: 'replace', path: '/deploymentId', value: first }],
      }),
    );
    await call('/Prod/pets');
    expect(invoked.map((arn) => arn.split(':').at(-1))).toEqual(['one', 'one', 'two', 'one']);
    await expect(kernel.send(me, new DeleteDeploymentCommand({ restApiId, deploymentId: first }))).rejects.toThrow(
      'Active stages pointing to this deployment must be moved or deleted',
    );
    await kernel.send(me, new DeleteDeploymentCommand({ restApiId, deploymentId: third }));
  });

  it('needs methods, each with an integration', async () => {
    await expect(deploy()).rejects.toThrow("The REST API doesn't contain any methods");
    await define({ '/pets': { get: { responses: {} } } });
    await expect(deploy()).rejects.toThrow('No integration defined for method');
  });

  it('leads where the variables of a stage say', async () => {
    await define({ '/pets': { get: proxy('read:${stageVariables.alias}') } });
    const deploymentId = await deploy();
    const variables = { alias: 'live' };
    await kernel.send(me, new CreateStageCommand({ restApiId, stageName: 'Prod', deploymentId, variables }));
    await call('/Prod/pets');
    expect(invoked).toEqual([`arn:aws:lambda:us-east-1:${account}:function:read:live`]);
    expect(events[0]).toMatchObject({ stageVariables: variables });
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
describe('an integration', () => {
  const cors = (template: string, body?: string) => ({
    responses: { 200: { description: 'ok', headers: { 'Access-Control-Allow-Origin': { type: 'string' } } } },
    'x-amazon-apigateway-integration': {
      type: 'mock',
      requestTemplates: { 'application/json': template },
      responses: {
        default: {
          statusCode: '200',
          responseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'*'" },
          ...(body === undefined ? {} : { responseTemplates: { 'application/json': body } }),
        },
        '404': { statusCode: '404' },
      },
    },
  });

  it('that is a mock answers by itself', async () => {
    await define({
      '/a': { options: cors('{"statusCode": 200}', 'hello') },
      '/b': { get: cors('{ statusCode: 404 }') },
    });
    await deploy('Prod');
    const first = await call('/Prod/a', { method: 'OPTIONS' });
    expect(first).toMatchObject({ status: 200, body: 'hello' });
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    expect(await call('/Prod/b')).toMatchObject({ status: 404, body: '' });
  });

  it.each([
    ['VTL', cors('{"statusCode": 200}', '$util.qr($x)'), '$util.qr of mapping templates'],
    [
      'HTTP',
      { 'x-amazon-apigateway-integration': { type: 'http_proxy', httpMethod: 'GET', uri: 'https://example.com' } },
      'integrations of type HTTP_PROXY',
    ],
  ])('that is not simulated is deployed, and says so: %s', async (_, method, what) => {
    await define({ '/a': { get: method } });
    await deploy('Prod');
    const { status, body } = await call('/Prod/a');
    expect({ status, body }).toEqual({
      status: 501,
      body: JSON.stringify({ message: `The local AWS does not simulate ${what}.` }),
    });
  });

  it.each([
    [{ type: 'aws_proxy', uri: uri('a') }, 'Enumeration value for HttpMethod must be non-empty'],
    [{ type: 'aws_proxy', httpMethod: 'POST', uri: 'https://example.com' }, 'currently only supports Lambda function'],
    [{ type: 'mock', tlsConfig: {} }, 'tlsConfig in get /a'],
  ])('that AWS refuses, or that is not implemented, is refused: %j', async (integration, message) => {
    const paths = { '/a': { get: { 'x-amazon-apigateway-integration': integration } } };
    await expect(define(paths)).rejects.toThrow(message);
  });
});

describe('an API', () => {
  it('is made resource by resource', async () => {
    const { rootResourceId: parentId } = await kernel.send(me, new GetRestApiCommand({ restApiId }));
    const made = new CreateResourceCommand({ restApiId, parentId, pathPart: 'pets' });
    const { id: resourceId, path } = await kernel.send(me, made);
    expect(path).toBe('/pets');
    await expect(kernel.send(me, made)).rejects.toThrow(
      'Another resource with the same parent already has this name: pets',
    );
    const at = { restApiId, resourceId, httpMethod: 'GET' };
    await expect(kernel.send(me, new PutMethodCommand({ ...at, authorizationType: 'CUSTOM' }))).rejects.toThrow(
      'requires a valid authorizer',
    );
    await kernel.send(me, new PutMethodCommand({ ...at, authorizationType: 'NONE' }));
    await kernel.send(
      me,
      new PutMethodResponseCommand({
        ...at,
        statusCode: '200',
        responseParameters: { 'method.response.header.A': true },
      }),
    );
    await kernel.send(
      me,
      new PutIntegrationCommand({
        ...at,
        type: 'MOCK',
        requestTemplates: { 'application/json': '{"statusCode":200}' },
      }),
    );
    const undeclared = { 'method.response.header.B': "'b'" };
    await expect(
      kernel.send(me, new PutIntegrationResponseCommand({ ...at, statusCode: '200', responseParameters: undeclared })),
    ).rejects.toThrow('method.response.header.B');
    const responseParameters = { 'method.response.header.A': "'a'" };
    await kernel.send(me, new PutIntegrationResponseCommand({ ...at, statusCode: '200', responseParameters }));
    expect(await kernel.send(me, new GetMethodCommand(at))).toMatchObject({
      authorizationType: 'NONE',
      methodIntegration: { type: 'MOCK', integrationResponses: { 200: { responseParameters } } },
    });
    await deploy('Prod');
    expect((await call('/Prod/pets')).headers.get('a')).toBe('a');
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html
  it('is merged with a definition, or overwritten by it', async () => {
    const paths = async (): Promise<(string | undefined)[]> => {
      const { items = [] } = await kernel.send(me, new GetResourcesCommand({ restApiId }));
      return items.map(({ path }) => path).sort();
    };
    await define({ '/a/b': { get: proxy() } });
    await define({ '/c': { get: proxy() } }, {}, 'merge');
    expect(await paths()).toEqual(['/', '/a', '/a/b', '/c']);
    await define({ '/c': { get: proxy() } });
    expect(await paths()).toEqual(['/', '/c']);
    await expect(define({ '/x': { get: proxy() } }, { 'x-amazon-apigateway-policy': {} })).rejects.toThrow(
      'x-amazon-apigateway-policy in an OpenAPI document',
    );
    expect(await paths()).toEqual(['/', '/c']);
  });

  it('has stages whose settings are kept', async () => {
    await define({ '/a': { get: proxy() } });
    await deploy('Prod');
    const change = (path: string, value: string) =>
      kernel.send(
        me,
        new UpdateStageCommand({ restApiId, stageName: 'Prod', patchOperations: [{ op: 'replace', path, value }] }),
      );
    await change('/*/*/throttling/burstLimit', '5');
    await change('/~1a/GET/logging/loglevel', 'INFO');
    await change('/variables/a', 'b');
    expect(await kernel.send(me, new GetStageCommand({ restApiId, stageName: 'Prod' }))).toMatchObject({
      methodSettings: { '*/*': { throttlingBurstLimit: 5 }, '/a/GET': { loggingLevel: 'INFO' } },
      variables: { a: 'b' },
    });
    await expect(change('/cacheClusterEnabled', 'true')).rejects.toThrow('the patch of /cacheClusterEnabled');
  });
});
