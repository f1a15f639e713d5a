/**
 * The Condition element.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { OneOrMany, PolicyStatement } from '../../kernel/principal.ts';
import { matchesArn, matchesPattern, substitute, type RequestContext } from './match.ts';

/** Compares one value of the request with one value of the policy. */
type Comparison = (actual: string, expected: string, context: RequestContext) => boolean;

interface Operator {
  readonly compare: Comparison;
  /** Operators that say *not*: they hold when no value of the policy matches, and when the key is absent. */
  readonly negated?: true;
}

const equals: Comparison = (actual, expected, context) => substitute(expected, context) === actual;
const equalsIgnoringCase: Comparison = (actual, expected, context) =>
  substitute(expected, context)?.toLowerCase() === actual.toLowerCase();
const like: Comparison = (actual, expected, context) => matchesPattern(expected, actual, context);
const arn: Comparison = (actual, expected, context) => matchesArn(expected, actual, context);
const bool: Comparison = (actual, expected) => actual.toLowerCase() === expected.toLowerCase();
const inRange: Comparison = (actual, expected) => isInRange(actual, expected);

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: equals },
  StringNotEquals: { compare: equals, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoringCase, negated: true },
  StringLike: { compare: like },
  StringNotLike: { compare: like, negated: true },
  NumericEquals: { compare: numeric((a, b) => a === b) },
  NumericNotEquals: { compare: numeric((a, b) => a === b), negated: true },
  NumericLessThan: { compare: numeric((a, b) => a < b) },
  NumericLessThanEquals: { compare: numeric((a, b) => a <= b) },
  NumericGreaterThan: { compare: numeric((a, b) => a > b) },
  NumericGreaterThanEquals: { compare: numeric((a, b) => a >= b) },
  DateEquals: { compare: date((a, b) => a === b) },
  DateNotEquals: { compare: date((a, b) => a === b), negated: true },
  DateLessThan: { compare: date((a, b) => a < b) },
  DateLessThanEquals: { compare: date((a, b) => a <= b) },
  DateGreaterThan: { compare: date((a, b) => a > b) },
  DateGreaterThanEquals: { compare: date((a, b) => a >= b) },
  Bool: { compare: bool },
  BinaryEquals: { compare: (actual, expected) => actual === expected },
  IpAddress: { compare: inRange },
  NotIpAddress: { compare: inRange, negated: true },
  ArnEquals: { compare: arn },
  ArnNotEquals: { compare: arn, negated: true },
  ArnLike: { compare: arn },
  ArnNotLike: { compare: arn, negated: true },
};

/** Before an operator: how several values of the request count. */
export const SET_OPERATORS: readonly string[] = ['ForAllValues', 'ForAnyValue'];
/** After any operator but Null: it holds where the key is absent. */
export const IF_EXISTS = 'IfExists';
export const CONDITION_OPERATORS: readonly string[] = [...Object.keys(OPERATORS), 'Null'];
const WRITTEN = new RegExp(`^(?:(${SET_OPERATORS.join('|')}):)?([A-Za-z]+?)(${IF_EXISTS})?$`);

/** An operator as a policy writes it, taken apart; undefined when there is no such operator. */
function operatorOf(
  name: string,
): { readonly operator: Operator | 'Null'; readonly set?: string; readonly ifExists: boolean } | undefined {
  const [, set, base = '', ifExists] = WRITTEN.exec(name) ?? [];
  const operator = base === 'Null' ? (ifExists === undefined ? 'Null' : undefined) : OPERATORS[base];
  if (operator === undefined) return undefined;
  return { operator, ifExists: ifExists !== undefined, ...(set === undefined ? {} : { set }) };
}

/** Whether IAM knows a condition operator of this name. */
export function isConditionOperator(name: string): boolean {
  return operatorOf(name) !== undefined;
}

/**
 * How a policy asks for a key: plainly, or as a set; and whether it says itself what holds where the key is absent, by
 * `…IfExists` or by a `Null` that asks for nothing else.
 */
export function asksFor(
  name: string,
  expected: OneOrMany<string | number | boolean>,
): { readonly plainly: boolean; readonly allowsAbsence: boolean } {
  const found = operatorOf(name);
  if (found?.operator === 'Null')
    return {
      plainly: false,
      allowsAbsence: (isMany(expected) ? expected : [expected]).every((one) => String(one).toLowerCase() === 'true'),
    };
  return { plainly: found?.set === undefined, allowsAbsence: found?.ifExists === true };
}

/** Whether every entry of a statement's Condition holds for the request. */
export function conditionHolds(condition: PolicyStatement['Condition'], context: RequestContext): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => entryHolds(operator, key, expected, context)),
  );
}

function entryHolds(
  name: string,
  key: string,
  expected: OneOrMany<string | number | boolean>,
  context: RequestContext,
): boolean {
  const found = operatorOf(name);
  // Refused when the policy was saved; a statement that cannot be understood never matches.
  if (found === undefined) return false;
  const wanted = (isMany(expected) ? expected : [expected]).map(String);
  const actual = context.get(key.toLowerCase());
  if (found.operator === 'Null')
    return wanted.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const { compare, negated } = found.operator;
  if (actual === undefined || actual.length === 0) {
    if (found.ifExists || found.set === 'ForAllValues') return true;
    return negated === true && found.set !== 'ForAnyValue';
  }
  const holds = (value: string): boolean => wanted.some((want) => compare(value, want, context)) !== (negated === true);
  if (found.set === 'ForAllValues') return actual.every(holds);
  if (found.set === 'ForAnyValue') return actual.some(holds);
  return negated === true ? actual.every(holds) : actual.some(holds);
}

function isMany<T>(value: OneOrMany<T>): value is readonly T[] {
  return Array.isArray(value);
}

function numeric(compare: (actual: number, expected: number) => boolean): Comparison {
  return (actual, expected, context) => {
    const number = Number(substitute(expected, context));
    return !Number.isNaN(Number(actual)) && !Number.isNaN(number) && compare(Number(actual), number);
  };
}

function date(compare: (actual: number, expected: number) => boolean): Comparison {
  return (actual, expected) => {
    const [left, right] = [instant(actual), instant(expected)];
    return !Number.isNaN(left) && !Number.isNaN(right) && compare(left, right);
  };
}

/** An ISO 8601 date, or seconds since the epoch. */
function instant(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function isInRange(address: string, range: string): boolean {
  const [network = '', prefix] = range.split('/');
  const family = isIPv4(network) ? 'ipv4' : isIPv6(network) ? 'ipv6' : undefined;
  if (family === undefined || (!isIPv4(address) && !isIPv6(address))) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix), family);
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
