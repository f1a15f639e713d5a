import { BlockList, isIP } from 'node:net';
import { AwsError } from '../../kernel/errors.ts';

/** Whether one value matches. */
type Test = (value: unknown) => boolean;

/** Whether a value matches, or that there must be none. */
export type Matcher = Test | 'absent';

/** Reads a leaf of a pattern: a value to equal, or an object of one operator. @throws AwsError InvalidEventPatternException */
export function readMatcher(leaf: unknown): Matcher {
  if (!isRecord(leaf)) {
    if (!isScalar(leaf)) throw invalid('Match value must be String, number, true, false, or null');
    return (value) => value === leaf;
  }
  const [name, argument] = only(leaf);
  if (name === 'exists') {
    if (typeof argument !== 'boolean') throw invalid('exists match pattern must be either true or false.');
    return argument ? () => true : 'absent';
  }
  return readTest(name, argument);
}

function readTest(name: string, argument: unknown): Test {
  switch (name) {
    case 'prefix':
      return affix(name, argument, (value, part) => value.startsWith(part));
    case 'suffix':
      return affix(name, argument, (value, part) => value.endsWith(part));
    case 'equals-ignore-case': {
      const wanted = text(name, argument).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
    }
    case 'wildcard':
      return wildcard(text(name, argument));
    case 'anything-but':
      return anythingBut(argument);
    case 'numeric':
      return numeric(argument);
    case 'cidr':
      return cidr(text(name, argument));
    default:
      throw invalid(`Unrecognized match type ${name}`);
  }
}

/** `prefix` and `suffix`, plain or `{ "equals-ignore-case": … }`. */
function affix(name: string, argument: unknown, holds: (value: string, part: string) => boolean): Test {
  if (!isRecord(argument)) {
    const part = text(name, argument);
    return (value) => typeof value === 'string' && holds(value, part);
  }
  const [inner, wanted] = only(argument);
  if (inner !== 'equals-ignore-case') throw invalid(`Unsupported anything-but pattern: ${inner} in ${name}`);
  const part = text(name, wanted).toLowerCase();
  return (value) => typeof value === 'string' && holds(value.toLowerCase(), part);
}

/** `*` is any run of characters; `\*` and `\\` are the characters themselves. */
function wildcard(pattern: string): Test {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(pattern)) throw invalid('Consecutive wildcard characters at pos');
  const [first = '', ...others] = literals(pattern);
  const last = others.pop();
  return (value) => {
    if (typeof value !== 'string') return false;
    if (last === undefined) return value === first;
    if (!value.startsWith(first) || !value.endsWith(last)) return false;
    // What stands between wildcards is looked for where it comes first, which leaves most to the rest: no way back is needed.
    let from = first.length;
    for (const part of others) {
      const found = value.indexOf(part, from);
      if (found === -1) return false;
      from = found + part.length;
    }
    return from <= value.length - last.length;
  };
}

/** The texts between the wildcards. */
function literals(pattern: string): string[] {
  const parts = [''];
  for (const [token, escaped] of pattern.matchAll(/\\([\\*])|[^]/g)) {
    if (token === '\\') throw invalid('Invalid escape character at pos');
    if (token === '*') parts.push('');
    else parts[parts.length - 1] += escaped ?? token;
  }
  return parts;
}

/** Values other than these, or other than what matches prefix, suffix, equals-ignore-case or wildcard. */
function anythingBut(argument: unknown): Test {
  if (isRecord(argument)) {
    const [name, wanted] = only(argument);
    if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name))
      throw invalid(`Unsupported anything-but pattern: ${name}`);
    const tests = list(wanted).map((each) => readTest(name, each));
    return (value) => !tests.some((test) => test(value));
  }
  const excluded = list(argument);
  if (excluded.length === 0 || !excluded.every((each) => typeof each === 'string' || typeof each === 'number'))
    throw invalid('Inside anything-but list, start|null|boolean is not supported.');
  return (value) => !excluded.some((each) => each === value);
}

const COMPARISONS: ReadonlyMap<string, (value: number, bound: number) => boolean> = new Map([
  ['=', (value: number, bound: number) => value === bound],
  ['<', (value: number, bound: number) => value < bound],
  ['<=', (value: number, bound: number) => value <= bound],
  ['>', (value: number, bound: number) => value > bound],
  ['>=', (value: number, bound: number) => value >= bound],
]);

/** `["=", 5]`, `[">", 0, "<=", 5]`. */
function numeric(argument: unknown): Test {
  const parts = list(argument);
  if (!Array.isArray(argument) || (parts.length !== 2 && parts.length !== 4))
    throw invalid('Value of numeric must be an array.');
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const [operator, bound] = parts.slice(index, index + 2);
    const compare = COMPARISONS.get(String(operator));
    if (compare === undefined) throw invalid(`Unrecognized numeric range operator: ${String(operator)}`);
    if (typeof bound !== 'number') throw invalid('Value of numeric range must be a number');
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function cidr(range: string): Test {
  const [network = '', prefix = ''] = range.split('/');
  const family = isIP(network) === 4 ? 'ipv4' : 'ipv6';
  if (isIP(network) === 0 || !/^\d+$/.test(prefix) || Number(prefix) > (family === 'ipv4' ? 32 : 128))
    throw invalid(`Malformed CIDR, one '/' required`);
  const addresses = new BlockList();
  addresses.addSubnet(network, Number(prefix), family);
  return (value) =>
    typeof value === 'string' && isIP(value) !== 0 && addresses.check(value, isIP(value) === 4 ? 'ipv4' : 'ipv6');
}

function only(value: Readonly<Record<string, unknown>>): [string, unknown] {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) throw invalid('Only one key allowed in match expression');
  return entry;
}

function text(name: string, value: unknown): string {
  // An empty prefix or suffix fits every text: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
  if (typeof value === 'string' && (value !== '' || name === 'prefix' || name === 'suffix')) return value;
  throw invalid(`${name} match pattern must be a string`);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value.map((each: unknown) => each) : [value];
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
