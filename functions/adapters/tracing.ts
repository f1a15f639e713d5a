import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { HttpRequest } from '@smithy/core/protocols';
import { isThrottlingError } from '@smithy/core/retry';
import type { BuildMiddleware, HandlerExecutionContext, MetadataBearer, MiddlewareStack } from '@smithy/types';

/*
 * Calls of AWS SDK clients as subsegments of the trace that Lambda began, told to the daemon that Lambda runs beside a function:
 * a datagram each. The X-Ray SDK does the same, ends in February 2027, and would be a tenth of each bundle.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-subsegments
 */

/** What is traced of a client: where its calls pass, and the Region that they go to. */
export interface TracedClient {
  readonly middlewareStack: Pick<MiddlewareStack<object, MetadataBearer>, 'add'>;
  readonly config: { readonly region: string | (() => Promise<string>) };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Makes each call of the client a subsegment, where a daemon listens and the invocation is sampled. */
export function traceClient(client: TracedClient, variables: Variables = process.env): void {
  const middleware: BuildMiddleware<object, MetadataBearer> = (next, context) => async (args) => {
    const trace = sampledTrace(variables);
    if (trace === undefined || !HttpRequest.isInstance(args.request)) return next(args);
    const call = beginCall(trace, context, args.input);
    args.request.headers['X-Amzn-Trace-Id'] = headerFrom(trace, call.id);
    const { region } = client.config;
    try {
      const answer = await next(args);
      const aws = { ...call.aws, region: typeof region === 'string' ? region : await region() };
      tell(trace, { ...call, ...outcome(answer.output.$metadata, aws) });
      return answer;
    } catch (problem) {
      tell(trace, { ...call, ...failure(problem, call.aws) });
      throw problem;
    }
  };
  client.middlewareStack.add(middleware, { name: 'traceCalls', step: 'build', override: true });
}

interface Trace {
  readonly root: string;
  readonly parent: string;
  /** The whole header that the invocation came with. */
  readonly header: string;
  readonly host: string;
  readonly port: number;
}

// Read at each call: the next invocation has another trace, or none.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
function sampledTrace({ _X_AMZN_TRACE_ID: header, AWS_XRAY_DAEMON_ADDRESS: daemon }: Variables): Trace | undefined {
  if (header === undefined || daemon === undefined) return undefined;
  const fields = new Map(header.split(';').map((field) => [field.slice(0, field.indexOf('=')), field]));
  const [root, parent] = [valueOf(fields.get('Root')), valueOf(fields.get('Parent'))];
  if (root === '' || parent === '' || fields.get('Sampled') !== 'Sampled=1') return undefined;
  const colon = daemon.lastIndexOf(':');
  return { root, parent, header, host: daemon.slice(0, colon), port: Number(daemon.slice(colon + 1)) };
}

function valueOf(field = ''): string {
  return field.slice(field.indexOf('=') + 1);
}

// All else in the header goes on with it: by its lineage Lambda finds functions that call themselves.
function headerFrom({ header, parent }: Trace, id: string): string {
  return header.replace(`Parent=${parent}`, `Parent=${id}`);
}

interface Call {
  readonly id: string;
  readonly name: string;
  readonly start_time: number;
  readonly aws: Readonly<Record<string, unknown>>;
}

// X-Ray knows services by these names: `DynamoDB`, operation `TransactWriteItems`.
function beginCall({ parent, root }: Trace, { clientName, commandName }: HandlerExecutionContext, input: object): Call {
  const begun = {
    id: randomBytes(8).toString('hex'),
    name: (clientName ?? 'AWS').replace(/Client$/, ''),
    type: 'subsegment',
    namespace: 'aws',
    trace_id: root,
    parent_id: parent,
    start_time: Date.now() / 1000,
  };
  return { ...begun, aws: { operation: (commandName ?? '').replace(/Command$/, ''), ...shownOf(input) } };
}

// Of a call's input, what says whom it acts on; nothing else is told.
const shown: Readonly<Record<string, string>> = {
  Bucket: 'bucket_name',
  FunctionName: 'function_name',
  IndexName: 'index_name',
  InvocationType: 'invocation_type',
  Key: 'key',
  Qualifier: 'qualifier',
  TableName: 'table_name',
  TopicArn: 'topic_arn',
  VersionId: 'version_id',
};

function shownOf(input: object): Readonly<Record<string, string>> {
  const told = Object.entries(input).flatMap(([name, value]: [string, unknown]) => {
    const as = shown[name];
    return as === undefined || typeof value !== 'string' ? [] : [[as, value] as const];
  });
  return Object.fromEntries(told);
}

function outcome(metadata: MetadataBearer['$metadata'], aws: Call['aws']) {
  const { requestId, extendedRequestId, httpStatusCode: status, attempts } = metadata;
  return {
    end_time: Date.now() / 1000,
    aws: { ...aws, request_id: requestId, id_2: extendedRequestId, retries: (attempts ?? 1) - 1 },
    ...(status === undefined ? {} : { http: { response: { status } } }),
  };
}

// What the stack of an error says is in the log, under the same trace.
function failure(problem: unknown, aws: Call['aws']) {
  const error: Error & Partial<MetadataBearer> = problem instanceof Error ? problem : new Error(String(problem));
  const { name, message, $metadata = {} } = error;
  const theirs = ($metadata.httpStatusCode ?? 500) >= 500;
  const id = randomBytes(8).toString('hex');
  return {
    ...outcome($metadata, aws),
    ...(theirs ? { fault: true } : { error: true }),
    ...(isThrottlingError({ name, message, $metadata }) ? { throttle: true } : {}),
    cause: { exceptions: [{ id, type: name, message, remote: true }] },
  };
}

// Nothing waits for it, nothing fails by it: a trace is not worth a release.
function tell({ host, port }: Trace, subsegment: object): void {
  const socket = createSocket('udp4').unref();
  socket.on('error', () => undefined);
  socket.send(`{"format":"json","version":1}\n${JSON.stringify(subsegment)}`, port, host, () => socket.close());
}
