import { AwsError } from '../../kernel/errors.ts';
import { isRecord } from '../events/matchers.ts';
import { readPattern, type Pattern } from '../events/pattern.ts';
import type { Publication } from './publication.ts';

/** Whether a subscription wants a publication. */
export type Filter = (publication: Publication) => boolean;

/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;
const LARGEST = 256 * 1024;
const LARGEST_NUMBER = 1e9;

/**
 * What a filter policy lets through, by the attributes of messages or by their bodies. SNS matches as EventBridge does.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 * @throws AwsError InvalidParameter
 */
export function readFilter(text: string | undefined, scope: string): Filter {
  if (scope !== 'MessageAttributes' && scope !== 'MessageBody')
    throw invalid(`FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`);
  const policy = text === undefined || text === '' ? {} : parse(text);
  if (Object.keys(policy).length === 0) return () => true;
  const inBody = scope === 'MessageBody';
  check(policy, inBody);
  const matches = patternOf(JSON.stringify(policy));
  if (!inBody) return ({ attributes }) => matches(valuesOf(attributes));
  return ({ message }) => {
    const body = json(message);
    return isRecord(body) && matches(body);
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  if (Buffer.byteLength(text) > LARGEST) throw invalid(`FilterPolicy: Filter policy is larger than ${LARGEST} bytes`);
  const policy = json(text);
  if (isRecord(policy)) return policy;
  throw invalid('FilterPolicy: failed to parse JSON.');
}

function patternOf(text: string): Pattern {
  try {
    return readPattern(text);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(`FilterPolicy: ${error.message.replace('Event pattern is not valid. Reason: ', '')}`);
  }
}

/** A key of a policy that has values, and how deep it stands. */
interface Key {
  readonly values: readonly unknown[];
  readonly depth: number;
}

function check(policy: Readonly<Record<string, unknown>>, nested: boolean): void {
  const keys = keysOf(policy, 1);
  if (!nested && keys.some(({ depth }) => depth > 1))
    throw invalid('FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy');
  if (keys.length > MOST_KEYS) throw invalid(`FilterPolicy: Filter policy can not have more than ${MOST_KEYS} keys`);
  const combinations = keys.reduce((product, { values, depth }) => product * values.length * depth, 1);
  if (combinations > MOST_COMBINATIONS) throw invalid('FilterPolicy: Filter policy is too complex');
  if (numbersIn(policy).some((number) => Math.abs(number) > LARGEST_NUMBER))
    throw invalid('FilterPolicy: Value of numeric must be between -1.0E9 and 1.0E9, inclusive');
}

/** `$or` is no level of its own. */
function keysOf(policy: Readonly<Record<string, unknown>>, depth: number): Key[] {
  return Object.entries(policy).flatMap(([name, value]): Key[] => {
    if (Array.isArray(value) && name === '$or')
      return value.flatMap((each: unknown) => (isRecord(each) ? keysOf(each, depth) : []));
    if (Array.isArray(value)) return [{ values: value, depth }];
    return isRecord(value) ? keysOf(value, depth + 1) : [];
  });
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap((each: unknown) => numbersIn(each));
  return isRecord(value) ? Object.values(value).flatMap(numbersIn) : [];
}

/** Attributes as a policy sees them; what is binary it does not. */
function valuesOf(attributes: Publication['attributes']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { DataType = '', StringValue = '' }]): [string, unknown][] => {
      const [type] = DataType.split(/\.(?!Array)/);
      if (type === 'String') return [[name, StringValue]];
      if (type === 'Number') return [[name, Number(StringValue)]];
      return type === 'String.Array' ? [[name, json(StringValue)]] : [];
    }),
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function invalid(reason: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${reason}`);
}
