import { NotImplemented } from '../../kernel/errors.ts';
import { validationError } from './errors.ts';
import type { ParameterDefinition, Template } from './template.ts';

/**
 * Parameter values.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
interface ParameterValue {
  /** As given, or the default; for SSM types the parameter's name. */
  readonly given: string;
  /** What an SSM type stands for. */
  readonly resolved?: string;
  /** What Ref gives: a list for list types. */
  readonly value: string | readonly string[];
}
export type ParameterValues = ReadonlyMap<string, ParameterValue>;

/** A parameter as a request gives it. */
export interface GivenParameter {
  readonly ParameterKey?: string | undefined;
  readonly ParameterValue?: string | undefined;
  readonly UsePreviousValue?: boolean | undefined;
  readonly ResolvedValue?: string | undefined;
}

const SSM_VALUE = /^AWS::SSM::Parameter::Value<(.+)>$/;

/** The SSM parameter names that the given values name, to be fetched before resolveParameters(). */
export function ssmNames(template: Template, given: ReadonlyMap<string, string>): readonly string[] {
  return [...template.parameters].flatMap(([key, { Type }]) => {
    const name = given.get(key);
    return SSM_VALUE.test(Type) && name !== undefined ? [name] : [];
  });
}

/** The text of every parameter: given, previous or default. @throws AwsError ValidationError */
export function givenValues(
  template: Template,
  given: readonly GivenParameter[],
  previous: ParameterValues,
): ReadonlyMap<string, string> {
  const keys = given.map(({ ParameterKey }) => ParameterKey ?? '');
  const unknown = keys.filter((key) => !template.parameters.has(key));
  if (unknown.length > 0) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw validationError(`Duplicate parameter key ${twice}`);
  const values = new Map<string, string>();
  const missing: string[] = [];
  for (const [key, definition] of template.parameters) {
    const value = givenValue(key, definition, given, previous);
    if (value === undefined) missing.push(key);
    else values.set(key, value);
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  return values;
}

function givenValue(
  key: string,
  definition: ParameterDefinition,
  given: readonly GivenParameter[],
  previous: ParameterValues,
): string | undefined {
  const entry = given.find(({ ParameterKey }) => ParameterKey === key);
  if (entry?.UsePreviousValue !== true) return entry?.ParameterValue ?? definition.Default;
  if (entry.ParameterValue !== undefined)
    throw validationError(
      `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
    );
  const before = previous.get(key);
  if (before === undefined)
    throw validationError(
      `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
    );
  return before.given;
}

/** Checks constraints and gives each parameter its value. `ssm` holds the values of SSM parameters by name. */
export function resolveParameters(
  template: Template,
  values: ReadonlyMap<string, string>,
  ssm: ReadonlyMap<string, string>,
): ParameterValues {
  return new Map(
    [...template.parameters].map(([key, definition]) => [key, resolveOne(key, definition, values.get(key) ?? '', ssm)]),
  );
}

function resolveOne(
  key: string,
  definition: ParameterDefinition,
  given: string,
  ssm: ReadonlyMap<string, string>,
): ParameterValue {
  check(key, definition, given);
  const inner = SSM_VALUE.exec(definition.Type)?.[1];
  if (inner === undefined) return { given, value: typed(key, definition.Type, given) };
  const resolved = ssm.get(given);
  if (resolved === undefined)
    throw validationError(`Unable to fetch parameters [${given}] from parameter store for this account.`);
  return { given, resolved, value: typed(key, inner, resolved) };
}

function typed(key: string, type: string, value: string): string | readonly string[] {
  switch (type) {
    case 'String':
    case 'AWS::SSM::Parameter::Name':
      return value;
    case 'Number':
      if (value.trim() === '' || Number.isNaN(Number(value)))
        throw validationError(`Parameter '${key}' must be a number.`);
      return value;
    case 'CommaDelimitedList':
    case 'List<String>':
    case 'List<Number>': {
      const list = value === '' ? [] : value.split(',').map((entry) => entry.trim());
      if (type === 'List<Number>' && list.some((entry) => Number.isNaN(Number(entry))))
        throw validationError(`Parameter '${key}' must be a list of numbers.`);
      return list;
    }
    default:
      if (EXISTING.test(type)) return value;
      if (EXISTING.test(/^List<(.*)>$/.exec(type)?.[1] ?? '')) return value.split(',').map((entry) => entry.trim());
      throw new NotImplemented(`the parameter type ${type} of ${key}`);
  }
}

/**
 * Names of what an account has. AWS refuses those that it has not; here nothing but what templates recorded is in one, so any name is
 * taken.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
 */
const EXISTING =
  /^AWS::(EC2::(AvailabilityZone::Name|Image::Id|Instance::Id|KeyPair::KeyName|SecurityGroup::(GroupName|Id)|Subnet::Id|Volume::Id|VPC::Id)|Route53::HostedZone::Id)$/;

function check(key: string, definition: ParameterDefinition, value: string): void {
  const { AllowedValues, AllowedPattern, ConstraintDescription, Type } = definition;
  const list = Type === 'CommaDelimitedList' || Type.startsWith('List<');
  const entries = list && value !== '' ? value.split(',').map((entry) => entry.trim()) : [value];
  const fail = (rule: string): never => {
    throw validationError(
      ConstraintDescription === undefined
        ? `Parameter '${key}' ${rule}`
        : `Parameter ${key} failed to satisfy constraint: ${ConstraintDescription}`,
    );
  };
  if (AllowedValues !== undefined && !entries.every((entry) => AllowedValues.includes(entry)))
    fail('must be one of AllowedValues');
  if (AllowedPattern !== undefined && !entries.every((entry) => allowedPattern(AllowedPattern, key).test(entry)))
    fail(`must match pattern ${AllowedPattern}`);
  checkBounds(definition, value, fail);
}

function allowedPattern(pattern: string, key: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    throw validationError(`Template format error: the AllowedPattern of parameter ${key} is no regular expression.`);
  }
}

function checkBounds(definition: ParameterDefinition, value: string, fail: (rule: string) => never): void {
  const { MinLength, MaxLength, MinValue, MaxValue } = definition;
  if (MinLength !== undefined && value.length < MinLength) fail(`must contain at least ${MinLength} characters`);
  if (MaxLength !== undefined && value.length > MaxLength) fail(`must contain at most ${MaxLength} characters`);
  if (MinValue !== undefined && Number(value) < MinValue) fail(`must be a number not less than ${MinValue}`);
  if (MaxValue !== undefined && Number(value) > MaxValue) fail(`must be a number not greater than ${MaxValue}`);
}
