/** What a Choice rule can ask of a value. https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html */
import { TIMESTAMP } from '../fields.ts';
import type { Json } from '../json.ts';

export interface Operator {
  /** What the operand is, for a message. */
  readonly expects: 'a string' | 'a number' | 'a boolean' | 'a timestamp';
  readonly takes: (operand: Json) => boolean;
  /** Whether the value stands in this relation; false where the value is of another type. */
  readonly holds: (value: Json, operand: Json) => boolean;
}

type Relation = (one: number | string | boolean, other: number | string | boolean) => boolean;

const RELATIONS: Readonly<Record<string, Relation>> = {
  Equals: (one, other) => one === other,
  LessThan: (one, other) => one < other,
  GreaterThan: (one, other) => one > other,
  LessThanEquals: (one, other) => one <= other,
  GreaterThanEquals: (one, other) => one >= other,
};

const stringOf = (value: Json): string | undefined => (typeof value === 'string' ? value : undefined);
const numberOf = (value: Json): number | undefined => (typeof value === 'number' ? value : undefined);
const booleanOf = (value: Json): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** Milliseconds of an RFC 3339 timestamp with T and Z or an offset; undefined for anything else. */
export function timeOf(value: Json): number | undefined {
  if (typeof value !== 'string' || !TIMESTAMP.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

function comparison(
  expects: Operator['expects'],
  read: (value: Json) => number | string | boolean | undefined,
  relation: Relation,
): Operator {
  const holds = (value: Json, operand: Json): boolean => {
    const [one, other] = [read(value), read(operand)];
    return one !== undefined && other !== undefined && relation(one, other);
  };
  return { expects, takes: (operand) => read(operand) !== undefined, holds };
}

function comparisons(type: string, ...how: readonly [Operator['expects'], Parameters<typeof comparison>[1]]): object {
  return Object.fromEntries(
    Object.entries(RELATIONS).map(([name, relation]) => [`${type}${name}`, comparison(...how, relation)]),
  );
}

function asks(what: (value: Json) => boolean): Operator {
  return {
    expects: 'a boolean',
    takes: (operand) => typeof operand === 'boolean',
    holds: (value, operand) => what(value) === operand,
  };
}

/** Operators that compare; each also as `…Path`, where the operand is at a path, but for StringMatches. */
export const COMPARISONS: Readonly<Record<string, Operator>> = {
  ...comparisons('String', 'a string', stringOf),
  ...comparisons('Numeric', 'a number', numberOf),
  ...comparisons('Timestamp', 'a timestamp', timeOf),
  BooleanEquals: comparison('a boolean', booleanOf, (one, other) => one === other),
};

/** Operators whose operand stands in the definition. `IsPresent` is asked of a path, not of a value. */
export const QUESTIONS: Readonly<Record<string, Operator>> = {
  StringMatches: {
    expects: 'a string',
    takes: (operand) => typeof operand === 'string' && patternOf(operand) !== undefined,
    holds: (value, operand) =>
      typeof value === 'string' && typeof operand === 'string' && matchesPattern(value, patternOf(operand) ?? []),
  },
  IsNull: asks((value) => value === null),
  IsNumeric: asks((value) => typeof value === 'number'),
  IsString: asks((value) => typeof value === 'string'),
  IsBoolean: asks((value) => typeof value === 'boolean'),
  IsTimestamp: asks((value) => timeOf(value) !== undefined),
};

/** The texts between the wildcards; `\*` and `\\` are the characters themselves. Undefined for an open backslash. */
function patternOf(pattern: string): readonly string[] | undefined {
  const texts = [''];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (character === '*') {
      texts.push('');
      continue;
    }
    if (character === '\\') at += 1;
    const literal = pattern[at];
    if (literal === undefined || (character === '\\' && literal !== '*' && literal !== '\\')) return undefined;
    texts.push(`${texts.pop() ?? ''}${literal}`);
  }
  return texts;
}

/** Each text is found as early as possible, which finds a match if there is one. */
function matchesPattern(value: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const middle of others) {
    const found = value.indexOf(middle, at);
    if (found < 0) return false;
    at = found + middle.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}
