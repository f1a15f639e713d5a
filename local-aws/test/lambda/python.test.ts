import { LambdaClient, PublishLayerVersionCommand, type CreateFunctionRequest } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, invoke, roleFor, text, where, zipOf } from './functions.ts';
import { whyNoPython, withPython } from './python.ts';

const BEGIN = Date.UTC(2031, 4, 6, 7, 8, 9);

let aws: LocalAws;
let lambda: LambdaClient;
let role: string;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max', begin: BEGIN });
  lambda = aws.client(LambdaClient, where);
  role = await roleFor(aws, 'runs', []);
});
afterAll(() => aws.close());

async function python(name: string, source: string, more: Partial<CreateFunctionRequest> = {}): Promise<void> {
  const Code = { ZipFile: zipOf(source, 'app.py') };
  await createFunction(lambda, name, role, '', { Runtime: 'python3.13', Handler: 'app.handler', Code, ...more });
}

describe.skipIf(whyNoPython !== undefined)(withPython('functions of Python'), () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
  it('get event, context and environment, and log what they print', async () => {
    const source = `
import os
from lib.words import greeting

count = 0
print("loaded")

def handler(event, context):
    global count
    count += 1
    print("hello\\nworld")
    return {
        "greeting": greeting(event["name"]), "count": count, "color": os.environ["COLOR"],
        "context": [
            context.function_name, context.function_version, context.invoked_function_arn, context.memory_limit_in_mb,
            context.log_group_name, context.identity.cognito_identity_id, context.client_context,
        ],
        "left": 2000 < context.get_remaining_time_in_millis() <= 3000,
        "request": context.aws_request_id, "stream": context.log_stream_name == os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
    }
`;
    const words = 'def greeting(name):\n    return f"Grüß Gott, {name}"\n';
    const ZipFile = zipSync({ 'app.py': strToU8(source), 'lib/words.py': strToU8(words) });
    await python('greets', '', { Code: { ZipFile }, Environment: { Variables: { COLOR: 'green' } } });
    const first = await invoke(lambda, 'greets', { name: 'Jörg' });
    expect(first).toMatchObject({ error: undefined, version: '$LATEST' });
    const arn = `arn:aws:lambda:us-east-1:${where.account}:function:greets`;
    expect(first.payload).toMatchObject({
      greeting: 'Grüß Gott, Jörg',
      count: 1,
      color: 'green',
      context: ['greets', '$LATEST', arn, '128', '/aws/lambda/greets', null, null],
      left: true,
      stream: true,
    });
    expect(first.log).toMatch(/^loaded\nSTART RequestId: .*\nhello\nworld\nEND RequestId/);
    expect((await invoke(lambda, 'greets', { name: 'x' })).payload).toMatchObject({ count: 2 });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
  it('answer an error with its type, its message and where it was', async () => {
    const source = 'def divide(a, b):\n    return a / b\n\ndef handler(event, context):\n    return divide(1, 0)\n';
    await python('divides', source);
    const { payload, error, log } = await invoke(lambda, 'divides');
    expect(error).toBe('Unhandled');
    expect(payload).toEqual({
      errorType: 'ZeroDivisionError',
      errorMessage: 'division by zero',
      requestId: text(/^[0-9a-f-]{36}$/),
      stackTrace: [
        text(/^ {2}File ".*\/app\.py", line 5, in handler\n {4}return divide\(1, 0\)\n/),
        text(/^ {2}File ".*\/app\.py", line 2, in divide\n {4}return a \/ b\n/),
      ],
    });
    expect(log).toContain('[ERROR] ZeroDivisionError: division by zero\nTraceback (most recent call last):\n');
  });

  it.each([
    ['Runtime.ImportModuleError', "Unable to import module 'app': No module named 'absent'", 'import absent'],
    ['Runtime.ImportModuleError', "Unable to import module 'none': No module named 'none'", '', 'none.handler'],
    ['Runtime.HandlerNotFound', "Handler 'handler' missing on module 'app'", 'handle = 1'],
    ['Runtime.MalformedHandlerName', "Bad handler 'app': not enough values to unpack (expected 2, got 1)", '', 'app'],
    ['Runtime.BuiltInModuleConflict', 'Cannot use built-in module sys as a handler module', '', 'sys.exit'],
    ['Runtime.UserCodeSyntaxError', "Syntax error in module 'app': ", 'def handler(event, context)\n  pass'],
    ['KeyError', "'ABSENT'", 'import os\nos.environ["ABSENT"]'],
  ])('that cannot be loaded say so: %s, %s', async (errorType, errorMessage, source, Handler = 'app.handler') => {
    const name = `loads-${Math.abs(hash(errorType + errorMessage))}`;
    await python(name, source, { Handler });
    const { payload, error } = await invoke(lambda, name);
    expect(error).toBe('Unhandled');
    const message: unknown = expect.stringContaining(errorMessage);
    expect(payload).toMatchObject({ errorType, errorMessage: message, requestId: '' });
  });

  it.each([
    ['a set', 'return {1}', 'Runtime.MarshalError', 'Unable to marshal response: Object of type set is not JSON'],
    ['an exit', 'import sys; sys.exit(3)', 'Runtime.ExitError', 'Runtime exited with error: exit status 3'],
    ['an end', 'import os; os._exit(0)', 'Runtime.ExitError', 'Runtime exited without providing a reason'],
  ])('cannot answer with %s', async (name, body, errorType, errorMessage) => {
    const FunctionName = `answers-${name.replace(' ', '-')}`;
    await python(FunctionName, `def handler(event, context):\n    ${body}\n`);
    const message: unknown = expect.stringContaining(errorMessage);
    expect((await invoke(lambda, FunctionName)).payload).toMatchObject({ errorType, errorMessage: message });
  });

  it('answer decimals as numbers, and nothing as null', async () => {
    await python(
      'decimals',
      'from decimal import Decimal\ndef handler(event, context):\n    return event and Decimal("1.5")',
    );
    expect((await invoke(lambda, 'decimals', 1)).payload).toBe(1.5);
    await python('nothing', 'def handler(event, context):\n    pass');
    expect((await invoke(lambda, 'nothing')).payload).toBeNull();
  });

  it('live in the time of the local AWS, and pause in it', async () => {
    const source = `
import datetime, time
from datetime import date

def handler(event, context):
    begun = time.time()
    ticks = time.monotonic()
    time.sleep(600)
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "begun": begun, "slept": time.time() - begun, "ticks": time.monotonic() - ticks,
        "year": [now.year, date.today().year, datetime.datetime.utcnow().year, time.gmtime().tm_year, time.strftime("%Y")],
        "kinds": [isinstance(now, datetime.datetime), isinstance(now, date), isinstance(now - datetime.timedelta(1), datetime.datetime)],
    }
`;
    await python('pauses', source, { Timeout: 900 });
    const { payload } = await invoke(lambda, 'pauses');
    expect(payload).toMatchObject({ year: [2031, 2031, 2031, 2031, '2031'], kinds: [true, true, true] });
    const { slept, ticks, begun } = z
      .looseObject({ slept: z.number(), ticks: z.number(), begun: z.number() })
      .parse(payload);
    expect(begun).toBeGreaterThanOrEqual(BEGIN / 1_000);
    expect(slept).toBeGreaterThanOrEqual(600);
    expect(ticks).toBeGreaterThanOrEqual(600);
  });

  it('are ended after their timeout', async () => {
    await python('sleeps', 'import time\ndef handler(event, context):\n    time.sleep(60)', { Timeout: 2 });
    const message = text(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 2\.00 seconds$/);
    expect((await invoke(lambda, 'sleeps')).payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: message,
    });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
  it('log by `logging` with level and request, as text or JSON', async () => {
    const source = `
import logging
logger = logging.getLogger()

def handler(event, context):
    logging.info("quiet")
    logger.warning("two\\nlines")
    try:
        raise ValueError("bad")
    except ValueError:
        logging.getLogger("mine").exception("failed", extra={"order": 7})
    return context.aws_request_id
`;
    await python('logs-text', source);
    const plain = await invoke(lambda, 'logs-text');
    expect(plain.log).toContain(`[WARNING]\t2031-05-06T07:`);
    expect(plain.log).toContain(`Z\t${String(plain.payload)}\ttwo\nlines\n`);
    expect(plain.log).not.toContain('quiet');
    await python('logs-json', source, { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' } });
    const json = await invoke(lambda, 'logs-json');
    const lines = json.log
      .split('\n')
      .flatMap((line): unknown[] => (line.includes('"logger"') ? [JSON.parse(line)] : []));
    const common = { requestId: json.payload, timestamp: text(/^2031-.*Z$/) };
    expect(lines).toMatchObject([
      { level: 'INFO', message: 'quiet', logger: 'root', ...common },
      { level: 'WARNING', message: 'two\nlines', logger: 'root', ...common },
      {
        level: 'ERROR',
        message: 'failed',
        logger: 'mine',
        order: 7,
        errorType: 'ValueError',
        errorMessage: 'bad',
        ...common,
      },
    ]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
  it('find the modules of their layers after their own', async () => {
    const layer = zipSync({
      'python/words.py': strToU8('word = "layer"'),
      'python/app_name.py': strToU8('name = "layer"'),
      'python/lib/python3.13/site-packages/far.py': strToU8('word = "site"'),
    });
    const { LayerVersionArn = '' } = await lambda.send(
      new PublishLayerVersionCommand({ LayerName: 'words', Content: { ZipFile: layer } }),
    );
    const source =
      'import words, far, app_name\ndef handler(event, context):\n    return [words.word, far.word, app_name.name]';
    const ZipFile = zipSync({ 'app.py': strToU8(source), 'app_name.py': strToU8('name = "own"') });
    await python('layered', '', { Code: { ZipFile }, Layers: [LayerVersionArn] });
    expect((await invoke(lambda, 'layered')).payload).toEqual(['layer', 'site', 'own']);
  });
});

describe('where there is no Python', () => {
  it('functions deploy, and invoking them says why they cannot run', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const bare = await startLocalAws();
    const client = bare.client(LambdaClient, where);
    await createFunction(client, 'deployed', await roleFor(bare, 'runs', []), '', { Runtime: 'python3.12' });
    const { payload, error } = await invoke(client, 'deployed').finally(() => vi.unstubAllEnvs());
    await bare.close();
    const message = text(
      /^The local AWS runs functions of python3\.12 by the Python that is there, and there is no python3 \(.*ENOENT.*\): it deploys them, and cannot invoke them\.$/,
    );
    expect([error, payload]).toEqual(['Unhandled', { errorType: 'Runtime.NotSimulated', errorMessage: message }]);
  });
});

/** A number that stands for a text. */
function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003, 7);
}
