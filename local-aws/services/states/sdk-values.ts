/**
 * Arguments and results of integrations that are one call of a service, by the schemas that the AWS SDK's clients carry. Members
 * are in PascalCase whatever the API calls them; keys of maps stay as they are.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../../kernel/errors.ts';
import { isList, isObject, isRecord, type Json } from './json.ts';

/**
 * What the API is called with. A member that it has not stays, for the API to refuse by its name.
 * @throws AwsError ValidationException for a timestamp that is none
 */
export function toApi(schema: NormalizedSchema, value: Json): unknown {
  if (schema.isStructSchema() && isObject(value)) {
    const members = new Map([...schema.structIterator()].map(([name, member]) => [pascal(name), { name, member }]));
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, given]): [string, unknown][] => {
        const known = members.get(key);
        if (given === null) return [];
        return [known === undefined ? [key, given] : [known.name, toApi(known.member, given)]];
      }),
    );
  }
  if (schema.isListSchema() && isList(value)) return value.map((item) => toApi(schema.getValueSchema(), item));
  if (schema.isMapSchema() && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toApi(schema.getValueSchema(), item)]));
  return scalarToApi(schema, value);
}

function scalarToApi(schema: NormalizedSchema, value: Json): unknown {
  if (schema.isDocumentSchema()) return value;
  if (schema.isBlobSchema()) return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value), 'utf8');
  if (schema.isTimestampSchema() && typeof value === 'string') {
    const time = new Date(value);
    if (Number.isNaN(time.getTime())) throw new AwsError('ValidationException', `${value} is not a timestamp.`);
    return time;
  }
  return value;
}

/** What a workflow sees of an answer: times in ISO 8601, bytes that travel alone as text and others in Base64, no `$metadata`. */
export async function fromApi(schema: NormalizedSchema, value: unknown): Promise<Json> {
  if (value instanceof Date) return value.toISOString();
  if (hasText(value)) return value.transformToString();
  if (value instanceof Uint8Array)
    return Buffer.from(value).toString(schema.getMergedTraits().httpPayload === undefined ? 'base64' : 'utf8');
  if (Array.isArray(value)) return Promise.all(value.map((item: unknown) => fromApi(valueOf(schema), item)));
  if (isRecord(value)) return Object.fromEntries(await Promise.all(entriesOf(schema, value)));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function entriesOf(schema: NormalizedSchema, value: Readonly<Record<string, unknown>>): Promise<[string, Json]>[] {
  const isMap = schema.isMapSchema();
  return Object.entries(value)
    .filter(([name, member]) => member !== undefined && name !== '$metadata')
    .map(async ([name, member]): Promise<[string, Json]> => [
      isMap ? name : pascal(name),
      await fromApi(isMap ? schema.getValueSchema() : memberOf(schema, name), member),
    ]);
}

function valueOf(schema: NormalizedSchema): NormalizedSchema {
  return schema.isListSchema() ? schema.getValueSchema() : schema;
}

function memberOf(schema: NormalizedSchema, name: string): NormalizedSchema {
  if (!schema.isStructSchema()) return schema;
  return [...schema.structIterator()].find(([member]) => member === name)?.[1] ?? schema;
}

/** A body that is read as a stream. */
function hasText(value: unknown): value is { transformToString(): Promise<string> | string } {
  return typeof value === 'object' && value !== null && 'transformToString' in value;
}

function pascal(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
