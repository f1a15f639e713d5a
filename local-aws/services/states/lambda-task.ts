/** The optimised Lambda integration. https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
import { InvokeCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Outcome } from './host.ts';
import { isJson, isObject, parseJson, type Json } from './json.ts';
import type { CalledService } from './called-service.ts';
import { metadata, refused } from './service-errors.ts';

const invocation = z.strictObject({
  FunctionName: z.string(),
  Payload: z.custom<Json>(isJson).optional(),
  Qualifier: z.string().optional(),
  InvocationType: z.enum(['RequestResponse', 'Event', 'DryRun']).optional(),
});

const LAMBDA: CalledService = {
  prefix: 'Lambda',
  service: 'AWSLambda',
  otherwise: 'AWSLambdaException',
  words: 1,
  codes: new Set([
    ...['ResourceNotFoundException', 'ServiceException', 'TooManyRequestsException', 'InvalidParameterValueException'],
    ...['InvalidRequestContentException', 'RequestTooLargeException', 'ResourceConflictException'],
    ...['ResourceNotReadyException', 'UnsupportedMediaTypeException', 'EC2ThrottledException'],
  ]),
};

/** Invokes the function and answers with its result, or with the error it threw. */
export async function invoke(kernel: Kernel, caller: Caller, parameters: Json): Promise<Outcome> {
  const parsed = invocation.safeParse(parameters);
  if (!parsed.success) return { kind: 'failed', error: 'States.Runtime', cause: z.prettifyError(parsed.error) };
  const { Payload, ...rest } = parsed.data;
  try {
    const payload = Payload === undefined ? {} : { Payload: encode(Payload) };
    return outcomeOf(await kernel.send(caller, new InvokeCommand({ ...defined(rest), ...payload })));
  } catch (error) {
    return refused(LAMBDA, error);
  }
}

/** A function named by its ARN gets the task's input as its event, and its result is the task's. */
export async function invokeFunction(kernel: Kernel, caller: Caller, arn: string, event: Json): Promise<Outcome> {
  const outcome = await invoke(kernel, caller, { FunctionName: arn, Payload: event });
  if (outcome.kind !== 'succeeded' || !isObject(outcome.output)) return outcome;
  return { kind: 'succeeded', output: outcome.output.Payload ?? null };
}

function defined({ FunctionName, Qualifier, InvocationType }: z.output<typeof invocation>): InvokeCommand['input'] {
  return {
    FunctionName,
    ...(Qualifier === undefined ? {} : { Qualifier }),
    ...(InvocationType === undefined ? {} : { InvocationType }),
  };
}

/** A string is sent as it is, anything else as JSON. */
function encode(payload: Json): Uint8Array {
  return Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload), 'utf8');
}

function outcomeOf(answer: InvokeCommandOutput): Outcome {
  const text = Buffer.from(answer.Payload ?? new Uint8Array()).toString('utf8');
  if (answer.FunctionError !== undefined) return { kind: 'failed', error: errorType(text), cause: text };
  const status = answer.StatusCode ?? 200;
  const output = {
    ExecutedVersion: answer.ExecutedVersion ?? '$LATEST',
    Payload: decode(text),
    ...metadata(status),
    StatusCode: status,
  };
  return { kind: 'succeeded', output };
}

const thrown = z.object({ errorType: z.string().min(1) });

/** The name of what the function threw; a function that died without saying so is Lambda.Unknown. */
function errorType(text: string): string {
  const parsed = thrown.safeParse(decode(text));
  return parsed.success ? parsed.data.errorType : 'Lambda.Unknown';
}

function decode(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
