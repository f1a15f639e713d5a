import { Agent, request } from 'node:http';
import { Hash } from '@smithy/core/serde';
import { cbor } from '@smithy/core/cbor';
import type { NormalizedSchema } from '@smithy/core/schema';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../../kernel/ports.ts';
import { escape, xmlName } from '../../wire/xml.ts';
import type { OperationModel, ServiceModel } from '../../wire/model.ts';

/** A request as it is before it is signed. */
export interface Raw {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export type Protocol = 'json' | 'cbor' | 'query' | 'rest';

type Input = Readonly<Record<string, unknown>>;

/** The protocols in which a service can be asked. */
export function protocolsOf({ style, signingName }: ServiceModel): readonly Protocol[] {
  if (style === 'rest-json' || style === 'rest-xml') return ['rest'];
  if (style === 'query') return ['query'];
  if (signingName === 'monitoring') return ['json', 'cbor', 'query'];
  return signingName === 'sqs' ? ['json', 'query'] : ['json'];
}

/** Writes an input as it is, whether or not it fits its schema. */
export function write(input: Input, operation: OperationModel, service: ServiceModel, protocol: Protocol): Raw {
  switch (protocol) {
    case 'json':
      return json(`${service.target}.${operation.name}`, JSON.stringify(textual(input)), service);
    case 'cbor':
      return {
        method: 'POST',
        path: `/service/${service.target}/operation/${operation.name}`,
        headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
        body: cbor.serialize(input),
      };
    case 'query':
      return form([['Action', operation.name], ['Version', '2010-01-01'], ...flat(input, '')]);
    case 'rest':
      return rest(input, operation, service);
  }
}

export function json(target: string, body: string, { jsonVersion }: ServiceModel): Raw {
  const headers = { 'content-type': `application/x-amz-json-${jsonVersion}`, 'x-amz-target': target };
  return { method: 'POST', path: '/', headers, body };
}

export function form(entries: readonly (readonly [string, string])[]): Raw {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return {
    method: 'POST',
    path: '/',
    headers,
    body: new URLSearchParams(entries.map(([name, value]): [string, string] => [name, value])).toString(),
  };
}

function flat(value: unknown, path: string): [string, string][] {
  if (value instanceof Uint8Array) return [[path, text(value)]];
  if (Array.isArray(value)) return value.flatMap((item, index) => flat(item, `${path}.member.${index + 1}`));
  if (isInput(value))
    return Object.entries(value).flatMap(([name, item]) => flat(item, path === '' ? name : `${path}.${name}`));
  return [[path, text(value)]];
}

function rest(input: Input, operation: OperationModel, { style }: ServiceModel): Raw {
  const xml = style === 'rest-xml';
  const { method = 'POST', path: template = '/', query: fixed = new Map<string, string>() } = operation.http ?? {};
  const query = new URLSearchParams([...fixed]);
  const headers: Record<string, string> = {};
  const inBody: Record<string, unknown> = {};
  let path = template;
  let payload: string | Uint8Array | undefined;
  for (const [member, schema] of operation.input.structIterator()) {
    if (!Object.hasOwn(input, member)) continue;
    const traits = schema.getMergedTraits();
    const value = input[member];
    const { httpQuery, httpHeader, httpPrefixHeaders, jsonName, xmlName } = traits;
    if (path.includes(`{${member}}`) || path.includes(`{${member}+}`))
      path = path.replace(new RegExp(`\\{${member}\\+?\\}`), () => encodeURIComponent(text(value)) || '%20');
    else if (typeof httpQuery === 'string') query.append(httpQuery, text(value));
    else if (typeof httpHeader === 'string') headers[httpHeader.toLowerCase()] = headerText(value);
    else if (typeof httpPrefixHeaders === 'string')
      for (const [name, each] of Object.entries(isInput(value) ? value : {}))
        headers[`${httpPrefixHeaders}${name}`.toLowerCase()] = headerText(each);
    else if (traits['httpPayload']) payload = payloadOf(member, value, schema, xml);
    else inBody[typeof jsonName === 'string' ? jsonName : typeof xmlName === 'string' ? xmlName : member] = value;
  }
  const bucket = input['Bucket'];
  if (xml && bucket !== undefined) path = `/${encodeURIComponent(text(bucket)) || '%20'}${path === '/' ? '' : path}`;
  path = path.replace(/\{(\w+)\+?\}/g, 'corpus');
  const body = payload ?? (xml ? element('Body', inBody) : JSON.stringify(textual(inBody)));
  const questions = query.toString().replaceAll('+', '%20');
  return {
    method,
    path: questions === '' ? path : `${path}?${questions}`,
    headers: { 'content-type': xml ? 'application/xml' : 'application/json', ...headers },
    body: method === 'POST' || method === 'PUT' || method === 'PATCH' ? body : '',
  };
}

function payloadOf(member: string, value: unknown, schema: NormalizedSchema, xml: boolean): string | Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (schema.isBlobSchema() || schema.isStringSchema()) return text(value);
  return xml ? element(member, value, schema) : JSON.stringify(value ?? null);
}

/** As the schema has it where the value fits, and somehow where it does not. */
function element(name: string, value: unknown, schema?: NormalizedSchema): string {
  if (Array.isArray(value)) {
    const flat = schema?.isListSchema() !== true || Boolean(schema.getMergedTraits()['xmlFlattened']);
    const below = schema?.isListSchema() === true ? schema.getValueSchema() : undefined;
    const itemName = flat || below === undefined ? name : xmlName('member', below);
    const items = value.map((item) => element(itemName, item, below)).join('');
    return flat ? items : `<${name}>${items}</${name}>`;
  }
  return `<${name}>${isInput(value) ? elements(value, schema) : escape(text(value))}</${name}>`;
}

function elements(value: Input, schema?: NormalizedSchema): string {
  const members: Readonly<Record<string, NormalizedSchema>> =
    schema?.isStructSchema() === true ? schema.getMemberSchemas() : {};
  return Object.entries(value)
    .map(([member, item]) => {
      const below = Object.hasOwn(members, member) ? members[member] : undefined;
      const name = below === undefined ? member : xmlName(member, below);
      return element(/^[A-Za-z_][\w.-]*$/.test(name) ? name : '_', item, below);
    })
    .join('');
}

/** What a header can carry: latin letters in one line, and no more than a server reads. */
function headerText(value: unknown): string {
  return text(value)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 2_000)
    .trim();
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Date) return value.toISOString();
  return value === null || value === undefined ? '' : (JSON.stringify(value) ?? '');
}

/** Bytes as JSON has them. */
function textual(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(textual);
  return isInput(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, textual(item)]))
    : value;
}

function isInput(value: unknown): value is Input {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Date)
  );
}

/** Signs and sends; what came back. */
export async function send(
  raw: Raw,
  {
    endpoint,
    credentials,
    service,
    region,
  }: { endpoint: string; credentials: Credentials; service: string; region: string },
): Promise<{ readonly status: number; readonly text: string }> {
  const signer = new SignatureV4({
    service,
    region,
    credentials,
    sha256: Hash.bind(null, 'sha256'),
    uriEscapePath: service !== 's3',
  });
  const { host, hostname } = new URL(endpoint);
  const mark = raw.path.indexOf('?');
  const query: Record<string, string | string[]> = {};
  const asked = new URLSearchParams(mark === -1 ? '' : raw.path.slice(mark + 1));
  for (const name of new Set(asked.keys())) query[name] = asked.getAll(name);
  const { headers } = await signer.sign({
    method: raw.method,
    protocol: 'http:',
    hostname,
    path: mark === -1 ? raw.path : raw.path.slice(0, mark),
    query,
    headers: { host, ...raw.headers },
    body: raw.body,
  });
  return exchange(endpoint, raw, headers);
}

const agent = new Agent({ keepAlive: true });

/** The query is sent as it was signed, and not as a client would tidy it up. */
function exchange(
  endpoint: string,
  { method, path, body }: Raw,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> {
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const asked = request(endpoint, { method, path, headers: { ...headers, ...length }, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
