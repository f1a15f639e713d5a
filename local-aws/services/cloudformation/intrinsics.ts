import { NotImplemented } from '../../kernel/errors.ts';
import { validationError } from './errors.ts';
import { addressBlocks, availabilityZones } from './network-functions.ts';
import { attributeParts, single } from './references.ts';
import { isRecord, listOf, NO_VALUE, Unknown } from './values.ts';
import { own } from '../../kernel/own.ts';

/**
 * The intrinsic functions of CloudFormation, evaluated over plain data; what is not known yet stays `Unknown`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export interface Scope {
  /** The value of a parameter, pseudo parameter or resource. @throws AwsError ValidationError when there is none */
  readonly ref: (name: string) => unknown;
  /** The value of a resource's attribute. @throws AwsError ValidationError when there is none */
  readonly attribute: (logicalId: string, name: string) => unknown;
  /** Whether a condition of the template holds. @throws AwsError ValidationError when there is none */
  readonly condition: (name: string) => boolean;
  /** A mapping's section. */
  readonly mapping: (name: string) => unknown;
  /** What another stack exports. @throws AwsError ValidationError */
  readonly exported: (name: string) => string;
}

type Evaluator = (argument: unknown, scope: Scope) => unknown;

const FUNCTIONS: Readonly<Record<string, Evaluator>> = {
  Ref: (argument, scope) => scope.ref(text('Ref', argument)),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': sub,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::If': conditional,
  'Fn::FindInMap': findInMap,
  'Fn::GetAZs': getAzs,
  'Fn::Cidr': cidr,
  'Fn::Base64': (argument, scope) => mapKnown(evaluate(argument, scope), (value) => base64(value)),
  'Fn::ImportValue': (argument, scope) =>
    mapKnown(evaluate(argument, scope), (value) => scope.exported(text('Fn::ImportValue', value))),
};

/** The names evaluate() knows; condition functions are known where conditions stand. */
export const INTRINSICS: readonly string[] = Object.keys(FUNCTIONS);

/** Resolves every intrinsic function in a value. @throws AwsError ValidationError; NotImplemented naming a function */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((entry) => evaluate(entry, scope)).filter((entry) => entry !== NO_VALUE);
  if (!isRecord(value)) return value;
  const [name, argument] = single(value) ?? [];
  if (name !== undefined && isFunctionName(name)) {
    const evaluator = own(FUNCTIONS, name);
    if (evaluator === undefined) throw new NotImplemented(`the intrinsic function ${name}`);
    return evaluator(argument, scope);
  }
  const entries = Object.entries(value).map(([key, entry]): [string, unknown] => [key, evaluate(entry, scope)]);
  return Object.fromEntries(entries.filter(([, entry]) => entry !== NO_VALUE));
}

/** Whether the only member of an object makes it a function call. */
export function isFunctionName(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

function getAtt(argument: unknown, scope: Scope): unknown {
  const parts = attributeParts(argument);
  if (parts === undefined)
    throw validationError('Template error: every Fn::GetAtt object requires two non-empty parameters.');
  return mapKnown(evaluate(parts[1], scope), (attribute) => scope.attribute(parts[0], text('Fn::GetAtt', attribute)));
}

function sub(argument: unknown, scope: Scope): unknown {
  const [template, variables] = Array.isArray(argument) ? listOf(argument) : [argument, {}];
  if (typeof template !== 'string' || (variables !== undefined && !isRecord(variables)))
    throw validationError(
      'Template error: One or more Fn::Sub intrinsic functions don’t specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string',
    );
  const given = variables ?? {};
  const values = new Map<string, unknown>();
  for (const [, raw] of template.matchAll(/\$\{([^!}][^}]*)\}/g)) {
    const name = (raw ?? '').trim();
    values.set(name, Object.hasOwn(given, name) ? evaluate(given[name], scope) : placeholder(name, scope));
  }
  return whenKnown([...values.values()], () =>
    template
      .replaceAll(/\$\{([^!}][^}]*)\}/g, (_, name: string) => asText('Fn::Sub', values.get(name.trim())))
      .replaceAll('${!', '${'),
  );
}

function placeholder(name: string, scope: Scope): unknown {
  const dot = name.indexOf('.');
  return dot === -1 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1));
}

function join(argument: unknown, scope: Scope): unknown {
  const [delimiter, list] = pair('Fn::Join', argument);
  const values = evaluate(list, scope);
  return mapKnown(values, (known) => {
    if (typeof delimiter !== 'string' || !Array.isArray(known))
      throw validationError(
        'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings.',
      );
    const parts: readonly unknown[] = known;
    return whenKnown(parts, () => parts.map((part) => asText('Fn::Join', part)).join(delimiter));
  });
}

function select(argument: unknown, scope: Scope): unknown {
  const [position, list] = pair('Fn::Select', argument);
  return mapKnown(evaluate(position, scope), (index) =>
    mapKnown(evaluate(list, scope), (values) => {
      const entries = listOf(values);
      const entry = entries[Number(index)];
      if (entry === undefined)
        throw validationError(`Template error: Fn::Select cannot select nonexistent value at index ${String(index)}`);
      return entry;
    }),
  );
}

function split(argument: unknown, scope: Scope): unknown {
  const [delimiter, source] = pair('Fn::Split', argument);
  return mapKnown(evaluate(source, scope), (value) => text('Fn::Split', value).split(text('Fn::Split', delimiter)));
}

function conditional(argument: unknown, scope: Scope): unknown {
  const [condition, ...branches] = listOf(argument);
  if (typeof condition !== 'string' || branches.length !== 2)
    throw validationError('Template error: Fn::If requires a list argument with the first element being a condition');
  return evaluate(scope.condition(condition) ? branches[0] : branches[1], scope);
}

function findInMap(argument: unknown, scope: Scope): unknown {
  const keys = listOf(argument);
  if (keys.length !== 3) throw new NotImplemented('Fn::FindInMap with other than three arguments');
  const [map, first, second] = keys.map((key) => asText('Fn::FindInMap', evaluate(key, scope)));
  const top = scope.mapping(map ?? '');
  const middle = isRecord(top) ? own(top, first ?? '') : undefined;
  const value = isRecord(middle) ? own(middle, second ?? '') : undefined;
  if (value === undefined)
    throw validationError(`Template error: Unable to get mapping for ${map}::${first}::${second}`);
  return value;
}

function getAzs(argument: unknown, scope: Scope): unknown {
  return mapKnown(evaluate(argument, scope), (region) =>
    availabilityZones(text('Fn::GetAZs', region === '' ? scope.ref('AWS::Region') : region)),
  );
}

function cidr(argument: unknown, scope: Scope): unknown {
  const values = listOf(argument).map((each) => evaluate(each, scope));
  if (values.length !== 3) throw new NotImplemented('Fn::Cidr with other than three arguments');
  return whenKnown(values, () => addressBlocks(text('Fn::Cidr', values[0]), Number(values[1]), Number(values[2])));
}

function pair(name: string, argument: unknown): readonly [unknown, unknown] {
  const entries = listOf(argument);
  if (entries.length !== 2) throw validationError(`Template error: every ${name} object requires two parameters.`);
  return [entries[0], entries[1]];
}

function base64(value: unknown): string {
  return Buffer.from(asText('Fn::Base64', value)).toString('base64');
}

/** A function of a value, or the value itself while it is unknown. */
function mapKnown(value: unknown, known: (value: unknown) => unknown): unknown {
  return value instanceof Unknown ? value : known(value);
}

/** What `known` gives, or all that is unknown among the values. */
function whenKnown(values: readonly unknown[], known: () => unknown): unknown {
  const unknown = values.filter((value) => value instanceof Unknown);
  return unknown.length > 0 ? new Unknown(unknown.flatMap(({ causes }) => causes)) : known();
}

function text(name: string, value: unknown): string {
  if (typeof value !== 'string') throw validationError(`Template error: ${name} requires a string, not ${show(value)}`);
  return value;
}

/** Text from a scalar; lists and objects cannot stand inside a string. */
export function asText(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw validationError(`Template error: ${name} requires a string, not ${show(value)}`);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
