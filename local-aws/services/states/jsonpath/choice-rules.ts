/** Reads the rules of a Choice state. https://states-language.net/#choice-state */
import { isList, isObject, type Json } from '../json.ts';
import { COMPARISONS, QUESTIONS, type Operator } from './choice-operators.ts';
import { problemOf } from './template.ts';

/** What a rule asks. */
export type Test =
  | { readonly kind: 'all' | 'any'; readonly tests: readonly Test[] }
  | { readonly kind: 'not'; readonly test: Test }
  | { readonly kind: 'present'; readonly variable: string; readonly present: boolean }
  | { readonly kind: 'compare'; readonly variable: string; readonly operator: Operator; readonly operand: Operand };

type Operand = { readonly value: Json } | { readonly path: string };

/** A rule, and where it leads. */
export interface Choice {
  readonly test: Test;
  readonly Next: string;
  readonly Assign?: Readonly<Record<string, Json>> | undefined;
}

type Rule = Readonly<Record<string, Json>>;
type Fail = (message: string, at: string) => undefined;

/** A rule at the top of `Choices`; undefined, and told, where it is none. */
export function readChoice(rule: Rule, at: string, fail: Fail): Choice | undefined {
  const { Next, Assign, ...rest } = rule;
  const test = readTest(rest, at, fail);
  if (typeof Next !== 'string') return fail('These fields are required: [Next]', at);
  if (Assign !== undefined && !isObject(Assign)) return fail('Expected an object of variables', `${at}/Assign`);
  return test === undefined ? undefined : { test, Next, ...(Assign === undefined ? {} : { Assign }) };
}

function readTest({ Comment, Variable, ...rest }: Rule, at: string, fail: Fail): Test | undefined {
  if (Comment !== undefined && typeof Comment !== 'string') return fail('Expected a string', `${at}/Comment`);
  const [given, ...more] = Object.entries(rest);
  if (given === undefined || more.length > 0) {
    const unknown = Object.keys(rest).find((key) => !isKnown(key));
    if (unknown !== undefined) return fail(unsupported(unknown), at);
    return fail('Exactly one comparison, And, Or or Not is required', at);
  }
  const [key, operand] = given;
  if (key === 'And' || key === 'Or') return readList(key, operand, `${at}/${key}`, fail);
  if (key === 'Not') {
    if (!isObject(operand)) return fail('Expected a rule', `${at}/Not`);
    const test = readTest(operand, `${at}/Not`, fail);
    return test === undefined ? undefined : { kind: 'not', test };
  }
  if (!isKnown(key)) return fail(unsupported(key), at);
  if (typeof Variable !== 'string') return fail('These fields are required: [Variable]', at);
  const problem = pathProblem(Variable);
  if (problem !== undefined) return fail(problem, `${at}/Variable`);
  return readComparison(Variable, key, operand, `${at}/${key}`, fail);
}

function readList(key: 'And' | 'Or', operand: Json, at: string, fail: Fail): Test | undefined {
  if (!isList(operand) || operand.length === 0) return fail('Expected an array of rules that is not empty', at);
  const tests = operand.map((each, index) =>
    isObject(each) ? readTest(each, `${at}[${index}]`, fail) : fail('Expected a rule', `${at}[${index}]`),
  );
  const whole = tests.filter((test) => test !== undefined);
  return whole.length < tests.length ? undefined : { kind: key === 'And' ? 'all' : 'any', tests: whole };
}

function readComparison(variable: string, key: string, operand: Json, at: string, fail: Fail): Test | undefined {
  if (key === 'IsPresent')
    return typeof operand === 'boolean'
      ? { kind: 'present', variable, present: operand }
      : fail('Expected a boolean', at);
  const literal = operatorOf(key);
  if (literal !== undefined)
    return literal.takes(operand)
      ? { kind: 'compare', variable, operator: literal, operand: { value: operand } }
      : fail(`Expected ${literal.expects}`, at);
  const operator = operatorOf(key.slice(0, -'Path'.length));
  if (operator === undefined || typeof operand !== 'string') return fail('Expected a path', at);
  const problem = pathProblem(operand);
  return problem === undefined
    ? { kind: 'compare', variable, operator, operand: { path: operand } }
    : fail(problem, at);
}

function pathProblem(text: string): string | undefined {
  const problem = text.startsWith('$') ? problemOf(text) : `Invalid path '${text}'`;
  return problem === undefined ? undefined : `Value is not a valid JSONPath: ${problem}`;
}

function operatorOf(key: string): Operator | undefined {
  if (Object.hasOwn(COMPARISONS, key)) return COMPARISONS[key];
  return Object.hasOwn(QUESTIONS, key) ? QUESTIONS[key] : undefined;
}

function isKnown(key: string): boolean {
  return OPERATORS.includes(key) || ['And', 'Or', 'Not'].includes(key);
}

/** All operators of a rule, by their names. */
export const OPERATORS: readonly string[] = [
  ...Object.keys(COMPARISONS).flatMap((name) => [name, `${name}Path`]),
  ...Object.keys(QUESTIONS),
  'IsPresent',
];

function unsupported(key: string): string {
  if (key === 'Condition' || key === 'Output')
    return `The JSONata field '${key}' is not supported when 'QueryLanguage' is 'JSONPath'`;
  return `Field '${key}' is not supported`;
}
