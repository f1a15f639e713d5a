import { cbor, dateToTag } from '@smithy/core/cbor';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../kernel/errors.ts';
import type { HttpAnswer } from './http.ts';
import { isRecord, wireName, writeJson } from './json.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import { element, escape } from './xml.ts';
import { writeQueryAnswer } from './query.ts';
import { writeRest } from './rest.ts';

/** The protocols the local AWS speaks. https://smithy.io/2.0/aws/protocols/index.html */
export type Protocol = 'json' | 'query' | 'rest-json' | 'rest-xml' | 'cbor';

export function writeAnswer(
  output: unknown,
  operation: OperationModel,
  model: ServiceModel,
  protocol: Protocol,
  requestId: string,
): HttpAnswer {
  const where = operation.name;
  switch (protocol) {
    case 'json':
      return json(200, writeJson(output ?? {}, operation.output, where) ?? {}, model);
    case 'cbor':
      return {
        status: 200,
        headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
        body: Buffer.from(cbor.serialize(tagDates(output ?? {}))),
      };
    case 'query':
      return {
        status: 200,
        headers: { 'content-type': 'text/xml' },
        body: Buffer.from(writeQueryAnswer(output, operation, model, requestId)),
      };
    case 'rest-json':
    case 'rest-xml':
      return writeRest(output, operation, model);
  }
}

function json(
  status: number,
  document: unknown,
  model: ServiceModel,
  headers: Record<string, string> = {},
): HttpAnswer {
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${model.jsonVersion}`, ...headers },
    body: Buffer.from(JSON.stringify(document)),
  };
}

function tagDates(value: unknown): unknown {
  if (value instanceof Date) return dateToTag(value);
  if (Array.isArray(value)) return value.map(tagDates);
  if (!isRecord(value) || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, tagDates(item)]),
  );
}

/** An error as the protocol words it, with the members of its own shape. */
export function writeError(
  error: AwsError,
  model: ServiceModel | undefined,
  protocol: Protocol,
  requestId: string,
): HttpAnswer {
  const shape = model?.errors.get(error.code);
  const document = errorDocument(error, shape?.schema);
  const headers = { 'x-amzn-errortype': error.code };
  if (protocol === 'query') {
    const code = shape?.queryCode ?? error.code;
    const members = Object.entries(error.members)
      .map(([name, value]) => element(name, escape(String(value))))
      .join('');
    const detail =
      element('Type', error.status < 500 ? 'Sender' : 'Receiver') +
      element('Code', escape(code)) +
      element('Message', escape(error.message)) +
      members;
    const text = `<ErrorResponse xmlns="${model?.xmlNamespace ?? ''}">${element('Error', detail)}${element('RequestId', requestId)}</ErrorResponse>`;
    return { status: error.status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(text) };
  }
  if (protocol === 'rest-xml') {
    const members = Object.entries(error.members)
      .map(([name, value]) => element(name, escape(String(value))))
      .join('');
    const text = `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', element('Code', escape(error.code)) + element('Message', escape(error.message)) + members + element('RequestId', requestId))}`;
    return { status: error.status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(text) };
  }
  if (protocol === 'cbor') {
    return {
      status: error.status,
      headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
      body: Buffer.from(cbor.serialize(tagDates({ __type: error.code, ...document }))),
    };
  }
  // A service that once spoke the query protocol tells old clients the code they knew.
  const query =
    shape?.queryCode === undefined
      ? {}
      : { 'x-amzn-query-error': `${shape.queryCode};${error.status < 500 ? 'Sender' : 'Receiver'}` };
  const body = { __type: error.code, ...document };
  if (protocol === 'json' && model !== undefined) return json(error.status, body, model, { ...headers, ...query });
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function errorDocument(error: AwsError, schema: NormalizedSchema | undefined): Record<string, unknown> {
  if (schema === undefined || !schema.isStructSchema()) return { message: error.message };
  const document: Record<string, unknown> = {};
  for (const [member, memberSchema] of schema.structIterator()) {
    const value = member.toLowerCase() === 'message' ? error.message : error.members[member];
    const written = writeJson(value, memberSchema, `${error.code}.${member}`);
    if (written !== undefined) document[wireName(member, memberSchema)] = written;
  }
  return { message: error.message, ...document };
}
