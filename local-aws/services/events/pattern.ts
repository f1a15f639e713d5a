/**
 * Event patterns.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
 */
import { invalid, isRecord, readMatcher, type Matcher } from './matchers.ts';

/** Whether an event, or a part of one, matches. */
export type Pattern = (event: Readonly<Record<string, unknown>>) => boolean;

/** Reads a pattern. @throws AwsError InvalidEventPatternException, naming what is wrong or unknown */
export function readPattern(text: string): Pattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw invalid('Filter is not an object');
  }
  if (!isRecord(pattern)) throw invalid('Filter is not an object');
  return readObject(pattern);
}

function readObject(pattern: Readonly<Record<string, unknown>>): Pattern {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalid('Empty objects are not allowed');
  const tests = entries.map(([name, value]) => (name === '$or' ? readAlternatives(value) : readField(name, value)));
  return (event) => tests.every((test) => test(event));
}

function readAlternatives(value: unknown): Pattern {
  if (!Array.isArray(value) || value.length < 2) throw invalid('There must be at least 2 Objects in $or relationship.');
  const alternatives = value.map((each: unknown) => {
    if (!isRecord(each)) throw invalid('Only JsonObject is allowed in array of $or relationship');
    return readObject(each);
  });
  return (event) => alternatives.some((alternative) => alternative(event));
}

function readField(name: string, value: unknown): Pattern {
  if (isRecord(value)) {
    const inner = readObject(value);
    return (event) => {
      const field = event[name];
      if (Array.isArray(field)) return field.filter(isRecord).some(inner);
      // An object that is missing can still match by what must not exist in it.
      return inner(isRecord(field) ? field : {});
    };
  }
  if (!Array.isArray(value)) throw invalid(`"${name}" must be an object or an array`);
  if (value.length === 0) throw invalid('Empty arrays are not allowed');
  const matchers = value.map((leaf: unknown): Matcher => readMatcher(leaf));
  return (event) => {
    const values = leaves(event[name]);
    return matchers.some((matches) => matches(values));
  };
}

/** The values of a field that matchers look at: arrays give their elements, objects are no leaves. */
function leaves(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  return value === undefined || isRecord(value) ? [] : [value];
}
