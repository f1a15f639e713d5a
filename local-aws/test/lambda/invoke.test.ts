import { FilterLogEventsCommand, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, invoke, roleFor, text, where } from './functions.ts';

let aws: LocalAws;
let lambda: LambdaClient;
let role: string;

beforeAll(async () => {
  aws = await startLocalAws();
  lambda = aws.client(LambdaClient, where);
  role = await roleFor(aws, 'writer', ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']);
});
afterAll(() => aws.close());

describe('a synchronous invocation', () => {
  it('gives the handler its event, its context and the environment AWS documents', async () => {
    await createFunction(
      lambda,
      'shows',
      role,
      `export const handler = async (event, context) => ({ event, env: { ...process.env },
         context: { ...context, left: context.getRemainingTimeInMillis() } });`,
      { Environment: { Variables: { TABLE: 'orders' } }, Timeout: 7, MemorySize: 256 },
    );
    const { payload, version } = await invoke(lambda, 'shows', { order: 7 });
    expect(version).toBe('$LATEST');
    expect(payload).toMatchObject({
      event: { order: 7 },
      context: {
        functionName: 'shows',
        functionVersion: '$LATEST',
        memoryLimitInMB: '256',
        logGroupName: '/aws/lambda/shows',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:222222222222:function:shows',
      },
      env: {
        TABLE: 'orders',
        AWS_LAMBDA_FUNCTION_NAME: 'shows',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: aws.endpoint,
        TZ: ':UTC',
        _HANDLER: 'index.handler',
      },
    });
    expect(payload).not.toHaveProperty('env.HOME');
    expect(payload).toHaveProperty('env.AWS_SESSION_TOKEN');
  });

  it('hands the client context on as it is, and refuses what is none', async () => {
    await createFunction(lambda, 'told', role, 'export const handler = async (_, context) => context.clientContext;');
    const ask = (text: string) =>
      lambda.send(new InvokeCommand({ FunctionName: 'told', ClientContext: Buffer.from(text).toString('base64') }));
    const context = { custom: { sluice: { synthetic: true, release: 'orders-1.4.2-a1' } } };
    const { Payload } = await ask(JSON.stringify(context));
    expect(JSON.parse(Buffer.from(Payload ?? []).toString('utf8'))).toEqual(context);
    await expect(ask('no JSON')).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });

  it('answers a thrown error with its type, message and trace', async () => {
    await createFunction(
      lambda,
      'throws',
      role,
      `export const handler = async () => { throw Object.assign(new Error('no such order'), { name: 'OrderMissing' }); };`,
    );
    const { payload, error } = await invoke(lambda, 'throws');
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'OrderMissing', errorMessage: 'no such order' });
    expect(payload).toHaveProperty('trace');
  });

  it.each([
    ['a module that is not there', 'export const other = 1;', 'absent.handler', 'Runtime.ImportModuleError'],
    ['a handler that is not exported', 'export const other = 1;', 'index.handler', 'Runtime.HandlerNotFound'],
    [
      'a callback handler',
      'export const handler = (event, context, callback) => callback();',
      'index.handler',
      'Runtime.CallbackHandlerDeprecated',
    ],
    ['code that throws', 'throw new TypeError("broken");', 'index.handler', 'TypeError'],
    ['code that is no JavaScript', 'export const = 1', 'index.handler', 'Runtime.UserCodeSyntaxError'],
    [
      'a process that exits',
      'export const handler = async () => process.exit(3);',
      'index.handler',
      'Runtime.ExitError',
    ],
    [
      'a rejection nobody handles',
      'export const handler = async () => { Promise.reject(new Error("x")); await new Promise((r) => setTimeout(r, 500)); };',
      'index.handler',
      'Runtime.UnhandledPromiseRejection',
    ],
  ])('tells of %s', async (what, source, handler, errorType) => {
    const name = what.replaceAll(' ', '-');
    await createFunction(lambda, name, role, source, { Handler: handler });
    const { payload, error } = await invoke(lambda, name);
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType });
  });

  it('kills what runs longer than its timeout, and starts afresh', async () => {
    await createFunction(
      lambda,
      'slow',
      role,
      `let count = 0; export const handler = async (event) => {
         count += 1; if (event.wait) await new Promise((r) => setTimeout(r, 60_000)); return count; };`,
      { Timeout: 1 },
    );
    expect((await invoke(lambda, 'slow')).payload).toBe(1);
    expect((await invoke(lambda, 'slow')).payload).toBe(2);
    expect((await invoke(lambda, 'slow', { wait: true })).payload).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: text(/Task timed out after 1\.00 seconds$/),
    });
    expect((await invoke(lambda, 'slow')).payload).toBe(1);
  });

  it('serves each of several at once in a process of its own, up to what is reserved', async () => {
    await createFunction(
      lambda,
      'wide',
      role,
      `export const handler = async () => { await new Promise((r) => setTimeout(r, 1500)); return process.pid; };`,
      { Timeout: 20 },
    );
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'wide', ReservedConcurrentExecutions: 2 }));
    const keys = aws.administrator(where.account);
    const oneAttempt = new LambdaClient({
      endpoint: aws.endpoint,
      region: where.region,
      credentials: keys,
      maxAttempts: 1,
    });
    const results = await Promise.allSettled([1, 2, 3].map(() => invoke(oneAttempt, 'wide')));
    const pids = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value.payload] : []));
    expect(new Set(pids).size).toBe(2);
    expect(results.find((each) => each.status === 'rejected')?.reason).toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  });

  it('writes its log as the role, and nothing where the role may not', async () => {
    const source = `export const handler = async () => { console.log('first\\nsecond'); process.stdout.write('raw'); };`;
    await createFunction(lambda, 'logged', role, source);
    await createFunction(lambda, 'unlogged', await roleFor(aws, 'mute', []), source);
    const { log } = await invoke(lambda, 'logged');
    await invoke(lambda, 'unlogged');
    await aws.clock.idle();
    expect(log).toMatch(/START RequestId: .*\n.*INFO\tfirst\nsecond\nraw\nEND RequestId: .*\nREPORT .*Init Duration/);
    const logs = aws.client(CloudWatchLogsClient, where);
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/logged' }));
    expect(events.map(({ message }) => message?.split(/[\t ]/)[0])).toContain('START');
    expect(events.find(({ message }) => message?.includes('first'))?.message).toMatch(/first\nsecond$/);
    await expect(logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/unlogged' }))).rejects.toMatchObject(
      { name: 'ResourceNotFoundException' },
    );
  });

  it('is billed: invocations and gigabyte-seconds of the function', async () => {
    const before = aws.meters.read({ of: (of) => of === 'shows' });
    await invoke(lambda, 'shows');
    const after = aws.meters.read({ of: (of) => of === 'shows' });
    expect(after.invocations - before.invocations).toBe(1);
    expect(after.gigabyteSeconds).toBeGreaterThan(before.gigabyteSeconds);
  });

  it('refuses by name what is not implemented', async () => {
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'shows', TenantId: 'blue' }))).rejects.toThrow(
      'TenantId',
    );
    await expect(
      createFunction(lambda, 'mounted', role, '', { FileSystemConfigs: [{ Arn: 'arn', LocalMountPath: '/mnt/a' }] }),
    ).rejects.toThrow('FileSystemConfigs');
  });
});
