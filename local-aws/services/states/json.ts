/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isObject(value: Json): value is { readonly [name: string]: Json } {
  return isRecord(value);
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value is JSON because it came out of JSON.parse. */
export function parseJson(text: string): Json {
  const parsed: unknown = JSON.parse(text);
  if (isJson(parsed)) return parsed;
  throw new SyntaxError('Not JSON.');
}

export function isJson(value: unknown): value is Json {
  if (value === null || ['boolean', 'string', 'number'].includes(typeof value)) return true;
  if (Array.isArray(value)) return value.every(isJson);
  return isRecord(value) && Object.values(value).every(isJson);
}

/** How Step Functions names a value's type in its messages. */
export function typeName(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Payloads (inputs, outputs, results) are at most this many bytes of UTF-8. */
export const PAYLOAD_LIMIT = 262_144;

export function byteLength(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}
