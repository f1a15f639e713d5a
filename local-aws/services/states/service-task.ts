/** Integrations that are one call of a service. https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html */
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Outcome } from './host.ts';
import { isList, isObject, isRecord, type Json } from './json.ts';
import type { ServiceCall } from './resources.ts';
import { metadata, refused } from './service-errors.ts';

/** Makes the call as the machine's role; its result has the members of the API's answer. */
export async function callService(
  kernel: Kernel,
  caller: Caller,
  { namespace, operation, errors, asText }: ServiceCall,
  parameters: Json,
): Promise<Outcome> {
  try {
    const input = asText === undefined ? parameters : withText(parameters, asText);
    const answer = asJson(await kernel.dispatch(namespace, operation, input, caller));
    const output = isObject(answer) ? answer : {};
    const failed = output.FailedEntryCount;
    if (operation === 'PutEvents' && asText !== undefined && typeof failed === 'number' && failed > 0)
      return { kind: 'failed', error: 'EventBridge.FailedEntry', cause: JSON.stringify(output) };
    return { kind: 'succeeded', output: asText === undefined ? output : { ...output, ...metadata(200) } };
  } catch (error) {
    return refused(errors, error);
  }
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

/** An answer of the SDK as JSON: times in ISO 8601, bytes in Base64, no `$metadata`. */
function asJson(value: unknown): Json {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(asJson);
  if (isRecord(value))
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) =>
        member === undefined || name === '$metadata' ? [] : [[name, asJson(member)] as const],
      ),
    );
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
