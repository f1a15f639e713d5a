/**
 * JSONata as Step Functions has it: version 2.0.6 without $eval, with $partition, $range, $hash, $random, $uuid and
 * $parse added. https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
import { createHash, randomUUID } from 'node:crypto';
import jsonata from 'jsonata';
import { EvaluationFailure } from './failures.ts';
import { isJson, isList, isObject, parseJson, typeName, type Json } from './json.ts';

/** What expressions of a state can see. */
export interface Bindings {
  /** `$states` */
  readonly states: Readonly<Record<string, Json>>;
  /** Variables in scope, by their names without `$`. */
  readonly variables: Readonly<Record<string, Json>>;
  /** Engine time in milliseconds: what $now and $millis answer. */
  readonly now: number;
}

/** `{% … %}`, with no blank before or after. */
export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}') && value.length >= 4;
}

/** The JSONata between `{%` and `%}`. */
export function sourceOf(expression: string): string {
  return expression.slice(2, -2).trim();
}

/** Evaluates a template: every string in it that is an expression is replaced by its value. @throws EvaluationFailure */
export async function evaluate(template: Json, location: string, bindings: Bindings): Promise<Json> {
  if (isExpression(template)) return evaluateExpression(sourceOf(template), location, bindings);
  if (isList(template))
    return Promise.all(template.map((entry, index) => evaluate(entry, `${location}[${index}]`, bindings)));
  if (!isObject(template)) return template;
  const entries = Object.entries(template).map(
    async ([name, value]) => [name, await evaluate(value, `${location}/${name}`, bindings)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Evaluates a field that has to give a value of one kind. @throws EvaluationFailure naming the field and both types */
export async function evaluateAs<T extends Json>(
  template: Json,
  location: string,
  bindings: Bindings,
  expected: string,
  is: (value: Json) => value is T,
): Promise<T> {
  const value = await evaluate(template, location, bindings);
  if (is(value)) return value;
  const described = isExpression(template)
    ? `The JSONata expression '${sourceOf(template)}' specified for the field '${location}'`
    : `The value specified for the field '${location}'`;
  throw new EvaluationFailure(
    `${described} returned an unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
    location,
  );
}

/** What Step Functions adds to JSONata, each with its signature: https://docs.jsonata.org/embedding-extending */
export const ADDED_FUNCTIONS: Readonly<Record<string, readonly [AddedFunction, signature: string]>> = {
  partition: [partition, '<an:a>'],
  range: [range, '<nnn:a>'],
  hash: [hash, '<ss:s>'],
  random: [random, '<n?:n>'],
  uuid: [() => randomUUID(), '<:s>'],
  parse: [(text: string) => parseJson(text), '<s:x>'],
};
type AddedFunction = Parameters<jsonata.Expression['registerFunction']>[1];

/** What Step Functions takes away from JSONata. */
export const REMOVED_FUNCTIONS: readonly string[] = ['eval'];
const removed = Object.fromEntries(REMOVED_FUNCTIONS.map((name) => [name, undefined]));

const compiled = new Map<string, jsonata.Expression>();

function compile(source: string): jsonata.Expression {
  let expression = compiled.get(source);
  if (expression === undefined) {
    expression = jsonata(source);
    for (const [name, [implementation, signature]] of Object.entries(ADDED_FUNCTIONS))
      expression.registerFunction(name, implementation, signature);
    compiled.set(source, expression);
  }
  return expression;
}

async function evaluateExpression(source: string, location: string, bindings: Bindings): Promise<Json> {
  const subject = `The JSONata expression '${source}' specified for the field '${location}'`;
  const value = await run(source, bindings).catch((error: unknown) => {
    throw new EvaluationFailure(`${subject} threw an error during evaluation. ${messageOf(error)}`, location);
  });
  if (value === undefined) throw new EvaluationFailure(`${subject} returned nothing (undefined).`, location);
  if (holdsFunction(value)) throw new EvaluationFailure(`${subject} returned an unsupported result type.`, location);
  return parseJson(JSON.stringify(value));
}

async function run(source: string, { states, variables, now }: Bindings): Promise<unknown> {
  const value: unknown = await compile(source).evaluate(undefined, {
    ...variables,
    states,
    ...removed,
    millis: () => now,
    now: (picture?: string, zone?: string) =>
      jsonata('$fromMillis($at, $picture, $zone)').evaluate(undefined, { at: now, picture, zone }),
  });
  return value;
}

function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  return 'code' in error ? `${String(error.code)}: ${String(error.message)}` : String(error.message);
}

/** JSONata's functions are marked objects or JavaScript functions; neither is JSON. */
function holdsFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (Array.isArray(value)) return value.some(holdsFunction);
  if (isJson(value) && !isObject(value)) return false;
  if (typeof value !== 'object' || value === null) return false;
  return '_jsonata_lambda' in value || '_jsonata_function' in value || Object.values(value).some(holdsFunction);
}

function partition(values: readonly unknown[], size: number): unknown[][] {
  if (!Number.isInteger(size) || size < 1) throw new Error('$partition needs a chunk size that is a positive integer.');
  const chunks: unknown[][] = [];
  for (let start = 0; start < values.length; start += size) chunks.push(values.slice(start, start + size));
  return chunks;
}

function range(first: number, last: number, step: number): number[] {
  if (![first, last, step].every(Number.isInteger) || step === 0)
    throw new Error('$range needs integers, and a step that is not 0.');
  const values: number[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) values.push(value);
  return values;
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function hash(data: string, algorithm: string): string {
  const name = ALGORITHMS[algorithm];
  if (name === undefined)
    throw new Error(`$hash knows ${Object.keys(ALGORITHMS).join(', ')}, but was asked for ${algorithm}.`);
  return createHash(name).update(data, 'utf8').digest('hex');
}

/** With a seed the same number every time (which one, only AWS knows). */
function random(seed?: number): number {
  if (seed === undefined) return Math.random();
  return createHash('sha256').update(String(seed)).digest().readUInt32BE(0) / 2 ** 32;
}
