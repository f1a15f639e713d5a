/** Integrations that are one call of a service. https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html */
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { normalized } from '../../wire/model.ts';
import type { Outcome } from './host.ts';
import { isList, isObject, type Json } from './json.ts';
import type { ServiceCall } from './resources.ts';
import { fromApi, toApi } from './sdk-values.ts';
import { metadata, refused } from './service-errors.ts';

/** The execution and the machine that make a call. */
export interface Origin {
  readonly executionArn: string;
  readonly machineArn: string;
}

/** Makes the call as the machine's role; its result has the members of the API's answer. */
export async function callService(
  kernel: Kernel,
  caller: Caller,
  call: ServiceCall,
  parameters: Json,
  origin: Origin,
): Promise<Outcome> {
  const { namespace, operation, errors, optimised, asText } = call;
  try {
    const { schema } = kernel.find(namespace, operation).operation;
    const given = asText === undefined ? parameters : withText(parameters, asText);
    const input = toApi(normalized(schema[4]()), isEvents(call) ? withOrigin(given, origin) : given);
    const output = await fromApi(normalized(schema[5]()), await kernel.dispatch(namespace, operation, input, caller));
    if (isEvents(call) && hasFailed(output))
      return { kind: 'failed', error: 'EventBridge.FailedEntry', cause: JSON.stringify(output) };
    const more = optimised && isObject(output) ? metadata(200) : {};
    return { kind: 'succeeded', output: isObject(output) ? { ...output, ...more } : {} };
  } catch (error) {
    if (error instanceof AwsError) return refused(errors, error);
    throw error;
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html */
function isEvents({ operation, optimised }: ServiceCall): boolean {
  return optimised && operation === 'PutEvents';
}

function hasFailed(output: Json): boolean {
  return isObject(output) && typeof output.FailedEntryCount === 'number' && output.FailedEntryCount > 0;
}

/** Every entry names execution and machine among its resources. */
function withOrigin(parameters: Json, { executionArn, machineArn }: Origin): Json {
  if (!isObject(parameters)) return parameters;
  const entries = parameters.Entries ?? null;
  if (!isList(entries)) return parameters;
  return { ...parameters, Entries: entries.map((entry) => withResources(entry, [executionArn, machineArn])) };
}

function withResources(entry: Json, more: readonly string[]): Json {
  if (!isObject(entry)) return entry;
  const given = entry.Resources ?? [];
  return isList(given) ? { ...entry, Resources: [...given, ...more] } : entry;
}

/** A member that its API wants as text is given as JSON by workflows. */
function withText(parameters: Json, member: string): Json {
  if (!isObject(parameters)) return parameters;
  const [list = '', inner] = member.split('[].');
  const value = parameters[list];
  if (value === undefined) return parameters;
  if (inner === undefined) return { ...parameters, [list]: asString(value) };
  return isList(value) ? { ...parameters, [list]: value.map((entry) => withText(entry, inner)) } : parameters;
}

function asString(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
