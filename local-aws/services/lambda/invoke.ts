import { InvokeCommand, type InvokeCommandInput } from '@aws-sdk/client-lambda';
import { Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import type { Invoked } from './invoker.ts';
import { ask, type Lambda } from './lambda.ts';
import { readReference } from './names.ts';
import { versionOf } from './store.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (asynchronous: 1 MB since October 2025) */
const LARGEST_REQUEST = 6_291_456;
const LARGEST_EVENT = 1_048_576;

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function invokeOperation(lambda: Lambda): AnyOperation {
  return operation({
    command: InvokeCommand,
    accepts: ['FunctionName', 'InvocationType', 'LogType', 'ClientContext', 'Payload', 'Qualifier'],
    authorize: (input, call) => ask(lambda, 'InvokeFunction', input, call),
    handle: async (input, call) => {
      const reference = readReference(input.FunctionName, call.caller, input.Qualifier);
      const record = lambda.store.get(reference);
      const version = versionOf(record, reference.qualifier);
      const { principal } = call.caller;
      const request = {
        record,
        qualifier: reference.qualifier,
        requestId: call.requestId,
        event: eventIn(input),
        clientContext: clientContextIn(input.ClientContext),
        nested: principal.type === 'assumedRole' && principal.executionEnvironment !== undefined,
      };
      if (input.InvocationType === 'DryRun') return { StatusCode: 204, ExecutedVersion: version.version };
      if (input.InvocationType === 'Event') {
        // "Lambda passes the ClientContext object to your function for synchronous invocations only."
        lambda.asynchronous.queue({ ...request, clientContext: undefined });
        return { StatusCode: 202 };
      }
      return answer(await lambda.invoker.invoke(request), input);
    },
  });
}

function answer(invoked: Invoked, { LogType }: InvokeCommandInput) {
  return {
    StatusCode: 200,
    ExecutedVersion: invoked.executedVersion,
    Payload: Uint8ArrayBlobAdapter.fromString(invoked.payload),
    ...(invoked.failed ? { FunctionError: 'Unhandled' } : {}),
    ...(LogType === 'Tail' ? { LogResult: invoked.logTail } : {}),
  };
}

function eventIn({ Payload, InvocationType }: InvokeCommandInput): string {
  const bytes = bytesOf(Payload);
  const text = bytes.toString('utf8');
  const most = InvocationType === 'Event' ? LARGEST_EVENT : LARGEST_REQUEST;
  if (bytes.length > most)
    throw new AwsError(
      'RequestTooLargeException',
      `${bytes.length} byte payload is too large for the ${InvocationType ?? 'RequestResponse'} invocation type (limit ${most} bytes)`,
      413,
      { Type: 'User' },
    );
  if (text === '') return '{}';
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`, 400, {
      Type: 'User',
    });
  }
}

/** The wire gives bytes; a service that calls through the kernel may give a string. */
function bytesOf(payload: InvokeCommandInput['Payload']): Buffer {
  if (payload === undefined) return Buffer.alloc(0);
  if (typeof payload === 'string' || payload instanceof Uint8Array) return Buffer.from(payload);
  throw new NotImplemented('a payload that is neither bytes nor a string');
}

function clientContextIn(encoded: string | undefined): unknown {
  if (encoded === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    return parsed;
  } catch {
    throw new AwsError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
      400,
      { Type: 'User' },
    );
  }
}
