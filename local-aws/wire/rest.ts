import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError, NotImplemented } from '../kernel/errors.ts';
import {
  bytes,
  isRecord,
  parseJson,
  readJson,
  readText,
  record,
  refuseUnknown,
  wireName,
  writeJson,
  writeTimestamp,
  type TextError,
} from './json.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import { parseXml, readTree, writeMembers, writeXml, xmlName } from './xml.ts';

/**
 * The REST protocols: which operation a request is for, and its members' places in path, query, headers and body.
 * https://smithy.io/2.0/spec/http-bindings.html
 */
export function routeRest(
  request: HttpRequest,
  model: ServiceModel,
): { operation: OperationModel; labels: ReadonlyMap<string, string> } {
  let best: { operation: OperationModel; labels: ReadonlyMap<string, string>; score: number } | undefined;
  for (const operation of model.operations.values()) {
    const found = match(request, operation, model.signingName === 's3');
    if (found !== undefined && (best === undefined || found.score > best.score)) best = { operation, ...found };
  }
  if (best === undefined)
    throw new AwsError(
      'UnknownOperationException',
      `No operation of ${model.signingName} answers ${request.method} ${request.path}.`,
      404,
    );
  return best;
}

function match(
  request: HttpRequest,
  operation: OperationModel,
  bucketInPath: boolean,
): { labels: Map<string, string>; score: number } | undefined {
  const { http } = operation;
  if (http === undefined || http.method !== request.method) return undefined;
  const labels = new Map<string, string>();
  let path = request.path;
  if (bucketInPath && operation.input.isStructSchema() && 'Bucket' in operation.input.getMemberSchemas()) {
    const [, bucket = '', rest = ''] = /^\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    if (bucket === '') return undefined;
    labels.set('Bucket', decoded(bucket));
    path = rest === '' ? '/' : rest;
  } else if (bucketInPath && path !== '/') return undefined;
  if (!matchPath(path, http.path, labels)) return undefined;
  let score = http.path.includes('{') ? 0 : 1;
  for (const [name, value] of http.query) {
    if (request.query.get(name) !== value) return undefined;
    score += 10;
  }
  const required = requiredBindings(request, operation);
  return required === undefined ? undefined : { labels, score: score + required };
}

/** How many of the required query and header members are there; undefined when one is missing. */
function requiredBindings(request: HttpRequest, operation: OperationModel): number | undefined {
  let found = 0;
  for (const member of operation.required) {
    const traits = operation.input.getMemberSchema(member).getMergedTraits();
    const query: unknown = traits['httpQuery'];
    const header: unknown = traits['httpHeader'];
    if (typeof query === 'string') {
      if (!request.query.has(query)) return undefined;
      found += 3;
    } else if (typeof header === 'string' && operation.namespace === 'com.amazonaws.s3') {
      if (request.headers[header.toLowerCase()] === undefined) return undefined;
      found += 3;
    }
  }
  return found;
}

function matchPath(path: string, template: string, labels: Map<string, string>): boolean {
  const given = segments(path);
  const wanted = segments(template);
  for (const [index, step] of wanted.entries()) {
    const value = given[index];
    if (value === undefined) return false;
    const [, label, greedy] = /^\{([^+}]+)(\+?)\}$/.exec(step) ?? [];
    if (label === undefined) {
      if (decoded(value) !== step) return false;
      continue;
    }
    if (greedy === '+') {
      labels.set(label, decoded(path.slice(path.indexOf(given.slice(index).join('/')))));
      return given.slice(index).join('') !== '' || path.length > 1;
    }
    if (value === '') return false;
    labels.set(label, decoded(value));
  }
  return given.length === wanted.length;
}

/** @throws AwsError InvalidURI for `%` that is followed by anything but two hexadecimal digits of UTF-8 */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

function segments(path: string): string[] {
  return path
    .replace(/^\//, '')
    .replace(/(.)\/$/, '$1')
    .split('/');
}

export function readRest(
  request: HttpRequest,
  operation: OperationModel,
  labels: ReadonlyMap<string, string>,
  xml: boolean,
): unknown {
  const code: TextError = xml ? 'InvalidArgument' : 'SerializationException';
  const input: Record<string, unknown> = {};
  const inBody = new Set<string>();
  const queries = new Set<string>(operation.http?.query.keys());
  queries.add('x-id');
  if (!operation.input.isStructSchema()) return input;
  const rest = restOfQuery(request, operation.input);
  if (rest !== undefined) {
    set(input, rest.member, rest.values);
    for (const name of Object.keys(rest.values)) queries.add(name);
  }
  for (const [member, schema] of operation.input.structIterator()) {
    const traits = schema.getMergedTraits();
    const where = `${operation.name}.${member}`;
    const query: unknown = traits['httpQuery'];
    const header: unknown = traits['httpHeader'];
    const prefix: unknown = traits['httpPrefixHeaders'];
    if (member === rest?.member) continue;
    if (traits['httpLabel']) {
      const label = labels.get(member);
      if (label !== undefined) set(input, member, readText(label, schema, where, code));
    } else if (typeof query === 'string') {
      queries.add(query);
      const values = request.query.getAll(query);
      if (values.length > 0)
        set(input, member, schema.isListSchema() ? values : readText(values[0] ?? '', schema, where, code));
    } else if (typeof header === 'string') {
      const value = request.headers[header.toLowerCase()];
      if (value !== undefined && !(member === 'ContentLength'))
        set(input, member, readHeader(value, schema, where, code));
    } else if (typeof prefix === 'string') set(input, member, prefixed(request, prefix.toLowerCase()));
    else if (traits['httpPayload']) set(input, member, readPayload(request.body, schema, where, xml));
    else inBody.add(member);
  }
  for (const name of request.query.keys())
    if (!queries.has(name)) throw new NotImplemented(`the query parameter ${name} of ${operation.name}`);
  return inBody.size === 0 || request.body.length === 0
    ? input
    : { ...readBody(request.body, operation.input, operation.name, xml), ...input };
}

/** The member that takes every query parameter that no other member has. */
function restOfQuery(
  request: HttpRequest,
  input: NormalizedSchema,
): { readonly member: string; readonly values: Readonly<Record<string, string>> } | undefined {
  const traits = [...input.structIterator()].map(([member, schema]) => ({ member, ...schema.getMergedTraits() }));
  const member = traits.find((each) => 'httpQueryParams' in each)?.member;
  if (member === undefined) return undefined;
  const taken = new Set(traits.map((each) => ('httpQuery' in each ? each.httpQuery : undefined)));
  const values = [...request.query].filter(([name]) => !taken.has(name) && name !== 'mode' && name !== 'x-id');
  return { member, values: Object.fromEntries(values) };
}

function readBody(body: Uint8Array, schema: NormalizedSchema, where: string, xml: boolean): Record<string, unknown> {
  const text = Buffer.from(body).toString('utf8');
  const read = xml ? readTree(parseXml(text), schema, where, 'MalformedXML') : readJson(parseJson(body), schema, where);
  return isRecord(read) ? read : {};
}

function readPayload(body: Uint8Array, schema: NormalizedSchema, where: string, xml: boolean): unknown {
  if (schema.isBlobSchema()) return body;
  if (body.length === 0) return undefined;
  const text = Buffer.from(body).toString('utf8');
  if (schema.isStringSchema()) return text;
  return xml ? readTree(parseXml(text), schema, where, 'MalformedXML') : readJson(parseJson(body), schema, where);
}

function readHeader(value: string, schema: NormalizedSchema, where: string, code: TextError): unknown {
  if (schema.isListSchema()) return value.split(',').map((part) => part.trim());
  return readText(value, schema, where, code);
}

function prefixed(request: HttpRequest, prefix: string): Record<string, string> | undefined {
  const found = Object.entries(request.headers).filter(([name]) => name.startsWith(prefix));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value ?? '']));
}

function set(input: Record<string, unknown>, member: string, value: unknown): void {
  if (value !== undefined) input[member] = value;
}

export function writeRest(output: unknown, operation: OperationModel, model: ServiceModel): HttpAnswer {
  const xml = model.style === 'rest-xml';
  const headers: Record<string, string> = {};
  const given = operation.output.isStructSchema() ? record(output ?? {}, operation.name) : {};
  let status = operation.http?.status ?? 200;
  let payload: { schema: NormalizedSchema; member: string } | undefined;
  let inBody = 0;
  const known = new Set<string>(['$metadata', '$unknown']);
  if (operation.output.isStructSchema()) {
    for (const [member, schema] of operation.output.structIterator()) {
      known.add(member);
      const traits = schema.getMergedTraits();
      const header: unknown = traits['httpHeader'];
      const prefix: unknown = traits['httpPrefixHeaders'];
      const value = given[member];
      if (typeof header === 'string') {
        if (value !== undefined && value !== null) headers[header] = writeHeader(value, schema, member);
      } else if (typeof prefix === 'string') {
        if (isRecord(value))
          for (const [name, text] of Object.entries(value)) headers[prefix + name] = headerText(String(text));
      } else if (traits['httpResponseCode']) {
        if (typeof value === 'number') status = value;
      } else if (traits['httpPayload']) payload = { schema, member };
      else inBody += 1;
    }
  }
  refuseUnknown(given, known, operation.name);
  // The model does not say so: a part of an object is answered as HTTP has it.
  if (headers['Content-Range'] !== undefined) status = 206;
  if (payload !== undefined) return { status, headers, ...writePayload(given[payload.member], payload, xml, model) };
  if (inBody === 0) return { status, headers, body: Buffer.alloc(0) };
  return xml
    ? {
        status,
        headers: { ...headers, 'content-type': 'application/xml' },
        body: xmlDocument(
          rootName(operation.output, operation.name),
          writeMembers(given, operation.output, operation.name, isBound),
          model,
        ),
      }
    : { status, headers: { ...headers, 'content-type': 'application/json' }, body: jsonDocument(given, operation) };
}

function jsonDocument(given: Readonly<Record<string, unknown>>, operation: OperationModel): Buffer {
  const document: Record<string, unknown> = {};
  for (const [member, schema] of operation.output.structIterator()) {
    if (isBound(schema)) continue;
    const written = writeJson(given[member], schema, `${operation.name}.${member}`);
    if (written !== undefined) document[wireName(member, schema)] = written;
  }
  return Buffer.from(JSON.stringify(document));
}

function isBound(schema: NormalizedSchema): boolean {
  const traits = schema.getMergedTraits();
  return Boolean(traits['httpHeader'] ?? traits['httpPrefixHeaders'] ?? traits['httpResponseCode']);
}

function writePayload(
  value: unknown,
  payload: { schema: NormalizedSchema; member: string },
  xml: boolean,
  model: ServiceModel,
): { body: Buffer; headers?: Record<string, string> } {
  if (value === undefined || value === null) return { body: Buffer.alloc(0) };
  const { schema, member } = payload;
  if (schema.isBlobSchema() || schema.isStringSchema()) return { body: Buffer.from(bytes(value, member)) };
  if (!xml) return { body: Buffer.from(JSON.stringify(writeJson(value, schema, member))) };
  const name = xmlName(rootName(schema, member), schema);
  return { body: Buffer.from(writeXml(`${name} xmlns="${model.xmlNamespace}"`, value, schema, member)) };
}

function rootName(schema: NormalizedSchema, fallback: string): string {
  const name: unknown = schema.getMergedTraits()['xmlName'];
  return typeof name === 'string' ? name : (schema.getName() ?? fallback);
}

function xmlDocument(name: string, members: string, model: ServiceModel): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${model.xmlNamespace}">${members}</${name}>`,
  );
}

function writeHeader(value: unknown, schema: NormalizedSchema, where: string): string {
  if (schema.isTimestampSchema()) return String(writeTimestamp(value, schema, 'http-date', where));
  return headerText(Array.isArray(value) ? value.map(String).join(',') : String(value));
}

/** What is not printable ASCII stands in a header as RFC 2047 has it, as in S3's answers. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}
