/** The intrinsic functions. https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { byteLength, isList, isObject, parseJson, PAYLOAD_LIMIT, typeName, type Json } from '../json.ts';

/** An intrinsic function was given what it does not take: States.IntrinsicFailure. */
export class IntrinsicFailure extends Error {
  override readonly name = 'IntrinsicFailure';
}

interface Intrinsic {
  /** How many arguments it takes. */
  readonly takes: readonly [least: number, most: number];
  readonly run: (...args: readonly Json[]) => Json;
}

const LONGEST_TEXT = 10_000;
const LONGEST_RANGE = 1_000;
const ANY = Number.POSITIVE_INFINITY;

export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  'States.Format': { takes: [1, ANY], run: (template, ...values) => format(text(template), values) },
  'States.StringToJson': { takes: [1, 1], run: (value) => fromJson(text(value)) },
  'States.JsonToString': { takes: [1, 1], run: (value) => JSON.stringify(value) },
  'States.Array': { takes: [0, ANY], run: (...values) => values },
  'States.ArrayPartition': { takes: [2, 2], run: (values, size) => partition(list(values), positive(size)) },
  'States.ArrayContains': { takes: [2, 2], run: (values, value) => list(values).some((each) => same(each, value)) },
  'States.ArrayRange': { takes: [3, 3], run: (first, last, by) => range(integer(first), integer(last), integer(by)) },
  'States.ArrayGetItem': { takes: [2, 2], run: (values, index) => item(list(values), integer(index)) },
  'States.ArrayLength': { takes: [1, 1], run: (values) => list(values).length },
  'States.ArrayUnique': { takes: [1, 1], run: (values) => unique(list(values)) },
  'States.Base64Encode': { takes: [1, 1], run: (value) => Buffer.from(short(text(value)), 'utf8').toString('base64') },
  'States.Base64Decode': { takes: [1, 1], run: (value) => decode(short(text(value))) },
  'States.Hash': { takes: [2, 2], run: (data, algorithm) => hash(data, text(algorithm)) },
  'States.JsonMerge': { takes: [3, 3], run: merge },
  'States.MathRandom': { takes: [2, 3], run: random },
  'States.MathAdd': { takes: [2, 2], run: (one, other) => inRange(integer(one) + integer(other)) },
  'States.StringSplit': { takes: [2, 2], run: (value, at) => split(text(value), text(at)) },
  'States.UUID': { takes: [0, 0], run: () => randomUUID() },
};

function wrong(expected: string, value: Json | undefined): IntrinsicFailure {
  return new IntrinsicFailure(`${expected} is expected, but was ${value === undefined ? 'nothing' : typeName(value)}`);
}

function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw wrong('A string', value);
  return value;
}

function list(value: Json | undefined): readonly Json[] {
  if (value === undefined || !isList(value)) throw wrong('An array', value);
  if (byteLength(value) > PAYLOAD_LIMIT) throw new IntrinsicFailure(`An array has at most ${PAYLOAD_LIMIT} bytes`);
  return value;
}

/** "If you specify a non-integer value, Step Functions will round it off to the nearest integer." */
function integer(value: Json | undefined): number {
  if (typeof value !== 'number') throw wrong('A number', value);
  return Math.round(value);
}

function positive(value: Json | undefined): number {
  const size = integer(value);
  if (size < 1) throw new IntrinsicFailure(`A positive integer is expected, but was ${size}`);
  return size;
}

function inRange(value: number): number {
  if (value < -(2 ** 31) || value > 2 ** 31 - 1)
    throw new IntrinsicFailure(`${value} is not between -2147483648 and 2147483647`);
  return value;
}

function short(value: string): string {
  if (value.length > LONGEST_TEXT) throw new IntrinsicFailure(`A string has at most ${LONGEST_TEXT} characters`);
  return value;
}

/** `{}` is a place, `\{`, `\}`, `\'` and `\\` are the characters themselves; any other brace or backslash is an error. */
function format(template: string, values: readonly Json[]): string {
  let next = 0;
  const formatted = template.replace(/\\([^]?)|\{\}|[{}]/gu, (found: string, escaped: string | undefined) => {
    if (found === '{}') return printed(values[next++]);
    if (escaped !== undefined && /^[{}'\\]$/.test(escaped)) return escaped;
    throw new IntrinsicFailure(`'${found}' has to be escaped in the template '${template}'`);
  });
  if (next !== values.length)
    throw new IntrinsicFailure(`The template '${template}' has ${next} places for ${values.length} values`);
  return formatted;
}

function printed(value: Json | undefined): string {
  if (value === undefined) return '';
  if (isList(value) || isObject(value)) throw wrong('A string, number, boolean or null', value);
  return String(value);
}

function fromJson(value: string): Json {
  try {
    return parseJson(value);
  } catch {
    throw new IntrinsicFailure(`The string is not JSON: ${value}`);
  }
}

function partition(values: readonly Json[], size: number): Json {
  const chunks: Json[] = [];
  for (let start = 0; start < values.length; start += size) chunks.push(values.slice(start, start + size));
  return chunks;
}

function range(first: number, last: number, by: number): Json {
  if (by === 0) throw new IntrinsicFailure('The increment of a range cannot be 0');
  const count = Math.max(0, Math.floor((last - first) / by) + 1);
  if (count > LONGEST_RANGE) throw new IntrinsicFailure(`A range has at most ${LONGEST_RANGE} elements`);
  return Array.from({ length: count }, (_, index) => first + index * by);
}

function item(values: readonly Json[], index: number): Json {
  const value = index < 0 ? undefined : values[index];
  if (value === undefined) throw new IntrinsicFailure(`There is no index ${index} in an array of ${values.length}`);
  return value;
}

function same(one: Json, other: Json | undefined): boolean {
  return isDeepStrictEqual(one, other);
}

function unique(values: readonly Json[]): Json {
  return values.filter((value, index) => values.findIndex((each) => same(each, value)) === index);
}

function decode(value: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw new IntrinsicFailure('The string is not Base64');
  return Buffer.from(value, 'base64').toString('utf8');
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  ...{ MD5: 'md5', 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' },
};

function hash(data: Json | undefined, algorithm: string): string {
  const name = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
  if (name === undefined) throw new IntrinsicFailure(`There is no hash algorithm ${algorithm}`);
  const value = short(typeof data === 'string' ? data : JSON.stringify(data));
  return createHash(name).update(value, 'utf8').digest('hex');
}

/** "Step Functions supports only the shallow merging mode. Therefore, you must specify the Boolean value as false." */
function merge(one: Json | undefined, other: Json | undefined, deep: Json | undefined): Json {
  if (one === undefined || !isObject(one)) throw wrong('An object', one);
  if (other === undefined || !isObject(other)) throw wrong('An object', other);
  if (deep !== false) throw new IntrinsicFailure('Only shallow merging is supported: the third argument must be false');
  return { ...one, ...other };
}

/** From the first number (inclusive) to the second (exclusive); a seed gives the same number every time (which one, only AWS knows). */
function random(from: Json | undefined, to: Json | undefined, seed?: Json): number {
  const start = inRange(integer(from));
  const end = inRange(integer(to));
  if (start >= end) throw new IntrinsicFailure(`${start} is not smaller than ${end}`);
  const share =
    seed === undefined
      ? Math.random()
      : createHash('sha256')
          .update(String(integer(seed)))
          .digest()
          .readUInt32BE(0) /
        2 ** 32;
  return start + Math.floor(share * (end - start));
}

/** Each character of the second string is a delimiter. */
function split(value: string, delimiters: string): Json {
  const parts = [''];
  for (const character of value)
    if (delimiters.includes(character)) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${character}`);
  return parts.filter((part) => part !== '');
}
