import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError, NotImplemented } from '../kernel/errors.ts';

/**
 * Reads and writes JSON documents by AWS's own schemas (awsJson 1.0/1.1, restJson1).
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export function readJson(value: unknown, schema: NormalizedSchema, where: string, depth = 0): unknown {
  if (value === null || value === undefined) return undefined;
  if (depth > DEEPEST) throw malformed(where, 'nested less deeply');
  if (schema.isStructSchema()) return readStruct(value, schema, where, depth + 1);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw malformed(where, 'a list');
    return value.map((item: unknown, index) => readItem(item, schema, `${where}[${index}]`, depth + 1));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(record(value, where));
    return Object.fromEntries(
      entries.map(([key, item]) => [key, readItem(item, schema, `${where}.${key}`, depth + 1)]),
    );
  }
  return readScalar(value, schema, where);
}

/** What no request of AWS's comes near: DynamoDB's values may be nested 32 times, three levels of JSON each. */
const DEEPEST = 400;

/**
 * A list's or map's item, which is null only where the model says that the list is sparse; elsewhere null is refused as Smithy's
 * tests of the protocols have it.
 * https://smithy.io/2.0/spec/type-refinement-traits.html#sparse-trait
 */
function readItem(item: unknown, schema: NormalizedSchema, where: string, depth: number): unknown {
  const sparse = Boolean(schema.getMergedTraits()['sparse']);
  if (!sparse && (item === null || item === undefined)) throw malformed(where, 'a value, not null');
  return readJson(item, schema.getValueSchema(), where, depth);
}

function readStruct(value: unknown, schema: NormalizedSchema, where: string, depth: number): Record<string, unknown> {
  const given = record(value, where);
  const result: Record<string, unknown> = {};
  const names = new Map<string, [string, NormalizedSchema]>();
  for (const [member, memberSchema] of schema.structIterator())
    names.set(wireName(member, memberSchema), [member, memberSchema]);
  for (const [name, item] of Object.entries(given)) {
    if (name === '__type') continue;
    const known = names.get(name);
    if (known === undefined) throw new NotImplemented(`the parameter ${where}.${name}`);
    const read = readJson(item, known[1], `${where}.${name}`, depth);
    if (read !== undefined) result[known[0]] = read;
  }
  return result;
}

function readScalar(value: unknown, schema: NormalizedSchema, where: string): unknown {
  if (schema.isBlobSchema()) {
    if (value instanceof Uint8Array) return value;
    if (typeof value !== 'string' || !BASE64.test(value)) throw malformed(where, 'base64 text');
    return Uint8Array.from(Buffer.from(value, 'base64'));
  }
  if (schema.isTimestampSchema()) return readTimestamp(value, where);
  if (schema.isStringSchema()) {
    const plain = typeof value === 'string' ? value : undefined;
    // A media-type string (jsonValue) may come as any JSON.
    if (plain === undefined) throw malformed(where, 'a string');
    return plain;
  }
  if (schema.isBooleanSchema()) {
    if (typeof value !== 'boolean') throw malformed(where, 'a boolean');
    return value;
  }
  if (schema.isNumericSchema()) {
    if (typeof value === 'number') return value;
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
    throw malformed(where, 'a number');
  }
  return value;
}

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** What is said of a scalar that cannot be read where it comes as text, which differs by protocol. */
export type TextError = 'MalformedInput' | 'MalformedXML' | 'InvalidArgument' | 'SerializationException';

/** A scalar that comes as text: in XML, a form, a header or a query. @throws AwsError of that code */
export function readText(text: string, schema: NormalizedSchema, where: string, code: TextError): unknown {
  const unreadable = (what: string): AwsError => new AwsError(code, `${where} should be ${what}.`);
  if (schema.isBlobSchema()) {
    if (!BASE64.test(text)) throw unreadable('base64 text');
    return Uint8Array.from(Buffer.from(text, 'base64'));
  }
  if (schema.isBooleanSchema()) {
    if (!/^(true|false)$/i.test(text)) throw unreadable('true or false');
    return text.toLowerCase() === 'true';
  }
  if (schema.isNumericSchema()) {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && !['NaN', 'Infinity', '-Infinity'].includes(text))
      throw unreadable('a number');
    return Number(text);
  }
  if (schema.isTimestampSchema()) {
    const date = new Date(/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : text);
    if (Number.isNaN(date.getTime())) throw unreadable('a timestamp');
    return date;
  }
  return text;
}

/** A timestamp as seconds since the epoch, a date of ISO 8601 or of HTTP. */
function readTimestamp(value: unknown, where: string): Date {
  if (value instanceof Date) return value;
  if (typeof value !== 'number' && typeof value !== 'string') throw malformed(where, 'a timestamp');
  const date = new Date(typeof value === 'number' ? value * 1000 : value);
  if (Number.isNaN(date.getTime())) throw malformed(where, 'a timestamp');
  return date;
}

export function writeJson(value: unknown, schema: NormalizedSchema, where: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema.isStructSchema()) return writeStruct(value, schema, where);
  if (schema.isListSchema())
    return list(value, where).map(
      (item, index) => writeJson(item, schema.getValueSchema(), `${where}[${index}]`) ?? null,
    );
  if (schema.isMapSchema()) {
    const entries = Object.entries(record(value, where));
    return Object.fromEntries(
      entries.map(([key, item]) => [key, writeJson(item, schema.getValueSchema(), `${where}.${key}`)]),
    );
  }
  if (schema.isBlobSchema()) return Buffer.from(bytes(value, where)).toString('base64');
  if (schema.isTimestampSchema()) return writeTimestamp(value, schema, 'epoch-seconds', where);
  return value;
}

function writeStruct(value: unknown, schema: NormalizedSchema, where: string): Record<string, unknown> {
  const given = record(value, where);
  const result: Record<string, unknown> = {};
  const known = new Set<string>(['$metadata', '$unknown']);
  for (const [member, memberSchema] of schema.structIterator()) {
    known.add(member);
    const written = writeJson(given[member], memberSchema, `${where}.${member}`);
    if (written !== undefined) result[wireName(member, memberSchema)] = written;
  }
  refuseUnknown(given, known, where);
  return result;
}

export type TimestampFormat = 'epoch-seconds' | 'date-time' | 'http-date';

/** The numbers by which the SDK's schemas name timestamp formats; 4 means the protocol's default. */
const TIMESTAMP_FORMATS: ReadonlyMap<unknown, TimestampFormat> = new Map([
  [5, 'date-time'],
  [6, 'http-date'],
  [7, 'epoch-seconds'],
]);

export function writeTimestamp(
  value: unknown,
  schema: NormalizedSchema,
  fallback: TimestampFormat,
  where: string,
): string | number {
  if (!(value instanceof Date)) throw new TypeError(`${where} should be a Date`);
  const format = TIMESTAMP_FORMATS.get(schema.getSchema()) ?? fallback;
  if (format === 'date-time') return value.toISOString();
  return format === 'http-date' ? value.toUTCString() : value.getTime() / 1000;
}

export function wireName(member: string, schema: NormalizedSchema): string {
  const name: unknown = schema.getMergedTraits()['jsonName'];
  return typeof name === 'string' ? name : member;
}

/** A handler that answers with a member AWS's model does not have is wrong. */
export function refuseUnknown(
  given: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  where: string,
): void {
  for (const [member, value] of Object.entries(given)) {
    if (value !== undefined && !known.has(member))
      throw new TypeError(`${where} has no member ${member} in AWS's model`);
  }
}

export function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw malformed(where, 'a structure');
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(where, 'a list');
  return value;
}

export function bytes(value: unknown, where: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  throw malformed(where, 'bytes');
}

/** The body as JSON; nothing at all is an empty document. @throws AwsError SerializationException */
export function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return parsed;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('SerializationException', `The body is not JSON: ${reason}`);
  }
}

function malformed(where: string, what: string): AwsError {
  return new AwsError('SerializationException', `${where} should be ${what}.`);
}
