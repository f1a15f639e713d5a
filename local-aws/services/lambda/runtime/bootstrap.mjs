// The runtime inside one execution environment: loads the handler, then runs one invocation at a time.
// It follows https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html and nodejs-handler.html; the parent process speaks
// to it by IPC ('init', 'invoke') and reads standard output and error, where a marker line ends each invocation's output.
import dns from 'node:dns';
import { existsSync } from 'node:fs';
import Module, { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import timers from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { answerPlainly, answersSent } from './plain-answers.mjs';

const send = process.send.bind(process);
delete process.send;
process.on('disconnect', () => process.exit(0));

const RealDate = Date;
const realTime = performance.now.bind(performance);
/** What time it was when the parent last said so, and how fast it passes while this process is at work. */
let told = { now: RealDate.now(), at: realTime(), rate: 1 };
shiftDate();
shiftPerformance();

let current;
let handler;
const pauses = new Map();
shiftPauses();
if (process.env.AWS_ENDPOINT_URL !== undefined) {
  answerPlainly(process.env.AWS_ENDPOINT_URL);
  resolvePrefixed(new URL(process.env.AWS_ENDPOINT_URL).hostname);
}
patchConsole();
process.on('uncaughtException', (error) => crash(error, 129));
process.on('unhandledRejection', (reason) => {
  const error = new Error(reason instanceof Error ? String(reason) : format('%s', reason));
  error.name = 'Runtime.UnhandledPromiseRejection';
  if (reason instanceof Error && reason.stack) error.stack = reason.stack;
  crash(error, 128);
});
process.on('message', (message) => {
  if (message.kind === 'resume') return resume(message);
  told = { now: message.now, at: realTime(), rate: message.rate };
  if (message.kind === 'init') void init(message.opt);
  else void invoke(message);
});

async function init(opt) {
  try {
    if (opt !== undefined) serveOpt(opt);
    handler = await load(opt);
    await flushAll('');
    send({ kind: 'ready' });
  } catch (error) {
    send({ kind: 'unusable', error: describe(error) }, () => process.exit(1));
  }
}

async function load(opt) {
  const [, folder, file, names] = /^(.*\/)?([^/.]*)\.(.+)$/.exec(process.env._HANDLER) ?? [];
  if (names === undefined) throw named('Runtime.MalformedHandlerName', `Bad handler '${process.env._HANDLER}'`);
  const root = atOpt(path.resolve(process.env.LAMBDA_TASK_ROOT, folder ?? '', file), opt);
  const found = ['', '.js', '.mjs', '.cjs'].map((extension) => root + extension).find((name) => existsSync(name));
  if (found === undefined)
    throw named(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${file}'\nRequire stack:\n- /var/runtime/index.mjs`,
    );
  const module = await importModule(found);
  const pick = (from) => names.split('.').reduce((value, name) => value?.[name], from);
  const picked = pick(module) ?? pick(module.default);
  if (picked === undefined)
    throw named('Runtime.HandlerNotFound', `${process.env._HANDLER} is undefined or not exported`);
  if (typeof picked !== 'function') throw named('Runtime.HandlerNotFound', `${process.env._HANDLER} is not a function`);
  if (picked.length >= 3) refuseCallbacks();
  return picked;
}

function atOpt(file, opt) {
  return opt !== undefined && file.startsWith('/opt/') ? path.join(opt, file.slice('/opt'.length)) : file;
}

/**
 * Modules that code names by `/opt/…` are those of its layers. This is a process among others and has no `/opt` of its own: what is
 * opened there as a file is not found.
 */
function serveOpt(opt) {
  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) => resolveFilename(atOpt(request, opt), ...rest);
  const hooks = `
    import path from 'node:path';
    import { pathToFileURL } from 'node:url';
    export const resolve = (specifier, context, next) => {
      const [, named] = /^(?:file:\\/\\/)?\\/opt(\\/.*)$/.exec(specifier) ?? [];
      return next(named === undefined ? specifier : pathToFileURL(path.join(${JSON.stringify(opt)}, named)).href, context);
    };`;
  Module.register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}

async function importModule(file) {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw named('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, error);
    if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND')
      throw named('Runtime.ImportModuleError', `Error: ${error.message}`, error);
    throw error;
  }
}

function refuseCallbacks() {
  if (isNode24())
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  throw named('Runtime.NotImplementedByLocalAws', 'The local AWS does not implement callback-based function handlers.');
}

function isNode24() {
  return process.env.AWS_EXECUTION_ENV === 'AWS_Lambda_nodejs24.x';
}

async function invoke(message) {
  current = message.requestId;
  process.env._X_AMZN_TRACE_ID = message.traceId;
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    await answersSent();
    await finish({ kind: 'done', payload: stringify(result) });
  } catch (error) {
    const described = describe(error);
    console.error('Invoke Error', JSON.stringify({ ...described, stack: described.trace }));
    await finish({ kind: 'failed', error: described });
  }
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch (error) {
    throw named('Runtime.MarshalError', `Unable to stringify response body as json: ${error.message}`, error);
  }
}

async function finish(outcome) {
  const requestId = current;
  current = undefined;
  await flushAll(requestId);
  send({ ...outcome, requestId, memory: process.memoryUsage.rss() });
}

/** Everything that loading (without a request) or an invocation wrote comes before the marker. */
async function flushAll(requestId) {
  await flush(process.stdout, requestId);
  await flush(process.stderr, requestId);
}

function flush(stream, requestId) {
  return new Promise((resolve) => stream.write(`\u0000${requestId}\n`, resolve));
}

function crash(error, code) {
  const described = describe(error);
  if (described.errorType !== 'Runtime.UnhandledPromiseRejection')
    console.error('Uncaught Exception', JSON.stringify(described));
  else console.error('Unhandled Promise Rejection', JSON.stringify(described));
  send({ kind: 'crashed', requestId: current, error: described }, () => process.exit(code));
}

// What only callbacks need went with them, in nodejs24.x: aws-lambda-nodejs-runtime-interface-client, src/context/context-builder.ts
function contextOf(message) {
  return {
    ...(isNode24() ? { tenantId: undefined, xRayTraceId: message.traceId } : { callbackWaitsForEmptyEventLoop: true }),
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: message.clientContext,
    identity: undefined,
    invokedFunctionArn: message.invokedFunctionArn,
    awsRequestId: message.requestId,
    getRemainingTimeInMillis: () => Math.max(0, message.deadline - Date.now()),
  };
}

function named(name, text, cause) {
  const error = new Error(text);
  error.name = name;
  if (cause?.stack) error.stack = cause.stack;
  return error;
}

function describe(error) {
  if (error instanceof Error) {
    const trace = String(error.stack ?? '').split('\n');
    return { errorType: error.name, errorMessage: error.message, trace };
  }
  return { errorType: typeof error, errorMessage: format('%s', error), trace: [] };
}

/**
 * `setTimeout` of `node:timers/promises` waits on the clock of the local AWS: a function that does nothing but pause keeps nobody
 * busy. Callbacks (`globalThis.setTimeout`, which sockets and the SDK use) stay on this machine's time.
 */
function shiftPauses() {
  const pause = timers.setTimeout;
  let last = 0;
  timers.setTimeout = (milliseconds = 1, value, options) => {
    // What can be aborted or is not waited for is left to Node.js; and after the answer nothing is waited for.
    if (options !== undefined || current === undefined) return pause(milliseconds, value, options);
    return new Promise((resolve) => {
      const id = (last += 1);
      pauses.set(id, { begun: engineTime(), milliseconds, resolve: () => resolve(value) });
      send({ kind: 'pause', id, milliseconds });
    });
  };
  syncBuiltinESMExports();
}

function resume({ id, now, rate }) {
  const { begun, milliseconds, resolve } = pauses.get(id);
  pauses.delete(id);
  // The parent counts whole milliseconds: never may a pause seem shorter than it was asked to be.
  told = { now: Math.max(now, begun + milliseconds), at: realTime(), rate };
  resolve();
}

function engineTime() {
  return told.now + (realTime() - told.at) * told.rate;
}

/** Pauses count in `performance.now()`, too. */
function shiftPerformance() {
  const begun = engineTime();
  performance.now = () => engineTime() - begun;
}

/** Date tells the time of the local AWS. */
function shiftDate() {
  const now = () => Math.floor(engineTime());
  const shifted = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget === shifted ? target : newTarget),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  RealDate.prototype.constructor = shifted;
  globalThis.Date = shifted;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html: the console's lines in the format the function asks for. */
function patchConsole() {
  const levels = {
    trace: 'TRACE',
    debug: 'DEBUG',
    log: 'INFO',
    info: 'INFO',
    warn: 'WARN',
    error: 'ERROR',
    fatal: 'FATAL',
  };
  const order = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
  const json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  const least = json ? order.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO') : 0;
  for (const [method, level] of Object.entries(levels)) {
    if (method === 'fatal') continue;
    console[method] = (...values) => {
      if (order.indexOf(level) < least) return;
      const line = json
        ? jsonLine(level, values)
        : `${new Date().toISOString()}\t${current ?? 'undefined'}\t${level}\t${format(...values)}`;
      // A carriage return keeps the lines of one message in one log event; the parent turns it back.
      process.stdout.write(`${line.replaceAll('\n', '\r')}\n`);
    };
  }
}

function jsonLine(level, values) {
  const base = { timestamp: new Date().toISOString(), level, ...(current === undefined ? {} : { requestId: current }) };
  const [first] = values;
  const message =
    values.length === 1 && typeof first === 'object' && first !== null && !(first instanceof Error)
      ? first
      : format(...values);
  return JSON.stringify({ ...base, message });
}

/**
 * SDKs put a prefix before the host of some operations (`sync-` for StartSyncExecution), which only AWS's DNS resolves:
 * https://smithy.io/2.0/spec/endpoint-traits.html#endpoint-trait
 */
function resolvePrefixed(host) {
  const { lookup } = dns;
  dns.lookup = (name, ...rest) => lookup(name === `sync-${host}` ? host : name, ...rest);
  syncBuiltinESMExports();
}
