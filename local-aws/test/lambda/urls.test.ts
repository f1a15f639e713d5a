import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateFunctionUrlConfigCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import type { Credentials } from '../../kernel/ports.ts';
import { createFunction, roleFor, where } from './functions.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html

let aws: LocalAws;
let stacks: CloudFormationClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

const CODE = `exports.handler = async (event) => {
  if (event.rawPath === '/broken') throw new Error('Broken.');
  return { statusCode: 201, headers: { 'access-control-allow-origin': 'https://own.example', 'x-own': 'yes' }, cookies: ['a=1'], body: JSON.stringify(event) };
};`;
const BOTH = {
  Url: { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
  Function: { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
};

/** A function with a URL and what permissions of everybody's are named. */
function template(
  url: object,
  permissions: Readonly<Record<string, object>>,
  { code = CODE, target = { 'Fn::GetAtt': ['Page', 'Arn'] } }: { code?: string; target?: object } = {},
): string {
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return JSON.stringify({
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] } },
      },
      Page: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          ...{ Runtime: 'nodejs24.x', Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
          Code: { ZipFile: code },
        },
      },
      Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Page' } } },
      Live: {
        Type: 'AWS::Lambda::Alias',
        Properties: {
          ...{ FunctionName: { Ref: 'Page' }, Name: 'live' },
          FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
        },
      },
      Url: { Type: 'AWS::Lambda::Url', DependsOn: 'Live', Properties: { TargetFunctionArn: target, ...url } },
      ...Object.fromEntries(
        Object.entries(permissions).map(([name, properties]) => [
          `${name}Permission`,
          {
            Type: 'AWS::Lambda::Permission',
            Properties: { FunctionName: target, Principal: '*', ...properties },
          },
        ]),
      ),
    },
    Outputs: {
      Url: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } },
      Arn: { Value: { 'Fn::GetAtt': ['Url', 'FunctionArn'] } },
      Ref: { Value: { Ref: 'Url' } },
    },
  });
}

async function finished(StackName: string): Promise<{ status: string; outputs: Record<string, string> }> {
  for (;;) {
    const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus: status = '', Outputs = [] } = Stacks[0] ?? {};
    const outputs = Outputs.map(({ OutputKey = '', OutputValue = '' }): [string, string] => [OutputKey, OutputValue]);
    if (!status.endsWith('_IN_PROGRESS')) return { status, outputs: Object.fromEntries(outputs) };
    await aws.clock.sleep(1_000, 'a stack');
  }
}

const Capabilities = ['CAPABILITY_IAM' as const];
async function create(StackName: string, TemplateBody: string): Promise<Record<string, string>> {
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities }));
  const { status, outputs } = await finished(StackName);
  expect(status).toBe('CREATE_COMPLETE');
  return outputs;
}
async function update(StackName: string, TemplateBody: string): Promise<Record<string, string>> {
  await stacks.send(new UpdateStackCommand({ StackName, TemplateBody, Capabilities }));
  const { status, outputs } = await finished(StackName);
  expect(status).toBe('UPDATE_COMPLETE');
  return outputs;
}

async function signed(url: string, credentials: Credentials): Promise<Response> {
  const { hostname, port, pathname } = new URL(url);
  const sha256 = Hash.bind(null, 'sha256');
  const signer = new SignatureV4({ service: 'lambda', region: where.region, credentials, sha256 });
  const { headers } = await signer.sign({
    ...{ method: 'GET', protocol: 'http:', hostname, path: pathname },
    headers: { host: `${hostname}:${port}` },
  });
  return fetch(url, { headers });
}

it('answer everybody by payload format 2.0 where both permissions are there', async () => {
  const { Url = '', Arn, Ref } = await create('open', template({ AuthType: 'NONE' }, BOTH));
  expect(Url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(Arn).toMatch(/^arn:aws:lambda:us-east-1:222222222222:function:open-Page-[A-Z0-9]+$/);
  expect(Ref).toBe(Arn);

  const response = await fetch(`${Url}a/b?x=1&x=2`, { method: 'POST', body: 'hello', headers: { cookie: 'k=v' } });
  expect(response.status).toBe(201);
  expect(response.headers.get('x-own')).toBe('yes');
  expect(response.headers.get('set-cookie')).toBe('a=1');
  expect(await response.json()).toMatchObject({
    ...{ version: '2.0', routeKey: '$default', rawPath: '/a/b', rawQueryString: 'x=1&x=2' },
    ...{ cookies: ['k=v'], queryStringParameters: { x: '1,2' }, body: 'hello', isBase64Encoded: false },
    requestContext: { accountId: 'anonymous', stage: '$default', http: { method: 'POST', path: '/a/b' } },
  });
  const broken = await fetch(`${Url}broken`);
  expect([broken.status, await broken.text()]).toEqual([502, 'Internal Server Error']);

  await aws
    .client(LambdaClient, where)
    .send(new PutFunctionConcurrencyCommand({ FunctionName: Arn, ReservedConcurrentExecutions: 0 }));
  expect((await fetch(Url)).status).toBe(429);

  await stacks.send(new DeleteStackCommand({ StackName: 'open' }));
  await expect
    .poll(() =>
      fetch(Url).then(
        () => true,
        () => false,
      ),
    )
    .toBe(false);
});

it.each([
  ['neither', {}],
  ['the URL alone', { Url: BOTH.Url }],
  ['the function alone', { Function: BOTH.Function }],
  ['a URL of another kind', { ...BOTH, Url: { ...BOTH.Url, FunctionUrlAuthType: 'AWS_IAM' } }],
])('refuse everybody where they may invoke %s', async (_, permissions) => {
  const StackName = `closed-${Object.keys(permissions).join('') || 'none'}-${_.length}`;
  const { Url = '' } = await create(StackName, template({ AuthType: 'NONE' }, permissions));
  const response = await fetch(Url);
  expect(response.status).toBe(403);
  expect(response.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
  expect(await response.text()).toMatch(/^\{"Message":"Forbidden\. /);
});

it('let the function in by its URL alone where the permission says so', async () => {
  const { Arn = '' } = await create('by-url', template({ AuthType: 'NONE' }, BOTH));
  const other = aws.client(LambdaClient, { account: '333333333333', region: where.region });
  await expect(other.send(new InvokeCommand({ FunctionName: Arn }))).rejects.toThrow('not authorized');
});

it('let in by IAM who signed', async () => {
  const { Url = '' } = await create('iam', template({ AuthType: 'AWS_IAM' }, {}));
  expect((await fetch(Url)).status).toBe(403);
  expect((await signed(Url, aws.administrator('333333333333'))).status).toBe(403);
  const good = aws.administrator(where.account);
  const response = await signed(Url, good);
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({
    requestContext: {
      authorizer: { iam: { accessKey: good.accessKeyId, userArn: 'arn:aws:iam::222222222222:user/administrator' } },
    },
  });
});

it('are of an alias, whose version answers, and keep their address through updates', async () => {
  const of = (text: string, more: object = {}): string =>
    template({ AuthType: 'NONE', ...more }, BOTH, {
      code: `exports.handler = async () => '${text}';`,
      target: { Ref: 'Live' },
    });
  const { Url = '', Arn } = await create('alias', of('one'));
  expect(Arn).toMatch(/:live$/);
  expect(await (await fetch(Url)).text()).toBe('one');
  const Cors = { AllowOrigins: ['https://a.example'] };
  const { Url: after } = await update('alias', of('two', { Cors }));
  expect(after).toBe(Url);
  // The alias stays on the version that there was.
  const response = await fetch(Url, { headers: { origin: 'https://a.example' } });
  expect(await response.text()).toBe('one');
  expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example');
  await update('alias', of('three'));
  const without = await fetch(Url, { headers: { origin: 'https://a.example' } });
  expect(without.headers.get('access-control-allow-origin')).toBeNull();
});

it('answer cross-origin requests by their configuration, over the function’s own', async () => {
  const Cors = {
    ...{ AllowOrigins: ['https://a.example'], AllowMethods: ['GET', 'PUT'], AllowHeaders: ['x-thing'] },
    ...{ ExposeHeaders: ['x-own'], MaxAge: 60, AllowCredentials: true },
  };
  const { Url = '' } = await create('cors', template({ AuthType: 'NONE', Cors }, BOTH));
  const preflight = (origin: string): Promise<Response> =>
    fetch(Url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } });
  const asked = await preflight('https://a.example');
  expect(asked.status).toBe(200);
  expect(asked.headers.get('x-own')).toBeNull();
  expect(Object.fromEntries(asked.headers)).toMatchObject({
    'access-control-allow-origin': 'https://a.example',
    'access-control-allow-methods': 'GET,PUT',
    'access-control-allow-headers': 'x-thing',
    'access-control-allow-credentials': 'true',
    'access-control-max-age': '60',
  });
  expect((await preflight('https://b.example')).headers.get('access-control-allow-origin')).toBeNull();
  const answered = await fetch(Url, { headers: { origin: 'https://a.example' } });
  expect(answered.status).toBe(201);
  expect(answered.headers.get('access-control-allow-origin')).toBe('https://a.example');
  expect(answered.headers.get('access-control-expose-headers')).toBe('x-own');
  // Without any of its own, the function's stand.
  expect((await fetch(Url)).headers.get('access-control-allow-origin')).toBe('https://own.example');
});

it('refuse by name what is not there: streamed answers, versions, a second URL', async () => {
  const TemplateBody = template({ AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM' }, BOTH);
  await stacks.send(new CreateStackCommand({ StackName: 'stream', TemplateBody, Capabilities }));
  expect((await finished('stream')).status).toBe('ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName: 'stream' }));
  expect(StackEvents.map(({ ResourceStatusReason: reason = '' }) => reason).join('\n')).toContain('RESPONSE_STREAM');

  const lambda = aws.client(LambdaClient, where);
  await createFunction(lambda, 'plain', await roleFor(aws, 'plain', []), CODE, { Publish: true });
  const url = (FunctionName: string): Promise<unknown> =>
    lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }));
  // The pattern of the name lets no number stand for a qualifier: a version has no URL.
  await expect(url('plain:1')).rejects.toThrow(/'functionName' failed to satisfy constraint/);
  await url('plain');
  await expect(url('plain')).rejects.toThrow('FunctionUrlConfig exists');
});
