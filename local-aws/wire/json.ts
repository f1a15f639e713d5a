import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError, NotImplemented } from '../kernel/errors.ts';

/**
 * Reads and writes JSON documents by AWS's own schemas (awsJson 1.0/1.1, restJson1).
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export function readJson(value: unknown, schema: NormalizedSchema, where: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema.isStructSchema()) return readStruct(value, schema, where);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw malformed(where, 'a list');
    return value.map((item: unknown, index) => readJson(item, schema.getValueSchema(), `${where}[${index}]`));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(record(value, where));
    return Object.fromEntries(
      entries.map(([key, item]) => [key, readJson(item, schema.getValueSchema(), `${where}.${key}`)]),
    );
  }
  return readScalar(value, schema, where);
}

function readStruct(value: unknown, schema: NormalizedSchema, where: string): Record<string, unknown> {
  const given = record(value, where);
  const result: Record<string, unknown> = {};
  const names = new Map<string, [string, NormalizedSchema]>();
  for (const [member, memberSchema] of schema.structIterator())
    names.set(wireName(member, memberSchema), [member, memberSchema]);
  for (const [name, item] of Object.entries(given)) {
    if (name === '__type') continue;
    const known = names.get(name);
    if (known === undefined) throw new NotImplemented(`the parameter ${where}.${name}`);
    const read = readJson(item, known[1], `${where}.${name}`);
    if (read !== undefined) result[known[0]] = read;
  }
  return result;
}

function readScalar(value: unknown, schema: NormalizedSchema, where: string): unknown {
  if (schema.isBlobSchema()) {
    if (value instanceof Uint8Array) return value;
    if (typeof value !== 'string') throw malformed(where, 'base64 text');
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

/** A timestamp as seconds since the epoch, a date of ISO 8601 or of HTTP. */
export function readTimestamp(value: unknown, where: string): Date {
  if (value instanceof Date) return value;
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(String(value));
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

function malformed(where: string, what: string): AwsError {
  return new AwsError('SerializationException', `${where} should be ${what}.`);
}
