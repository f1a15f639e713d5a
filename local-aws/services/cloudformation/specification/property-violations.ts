import { isRecord, Unknown } from '../values.ts';
import type { Members, Property, PropertyType, ResourceSpecification } from './specification.ts';

/** Something in a resource's properties that its type does not allow. */
export interface Violation {
  /** `#` for the properties as a whole, `#/Policies/PasswordPolicy` for what is inside. */
  readonly path: string;
  readonly message: string;
}

/** Everything that the specification forbids: properties that are unknown or missing, and values of another primitive type. */
export function propertyViolations(
  specification: ResourceSpecification,
  properties: Readonly<Record<string, unknown>>,
): readonly Violation[] {
  return inMembers(specification.properties, properties, '#', specification);
}

function inMembers(
  members: Members,
  given: Readonly<Record<string, unknown>>,
  path: string,
  specification: ResourceSpecification,
): readonly Violation[] {
  const extra = Object.keys(given).filter((name) => !Object.hasOwn(members, name));
  const missing = Object.entries(members).filter(([name, { required }]) => required === true && !(name in given));
  return [
    ...extra.map((name) => ({ path, message: `extraneous key [${name}] is not permitted` })),
    ...missing.map(([name]) => ({ path, message: `required key [${name}] not found` })),
    ...Object.entries(given).flatMap(([name, value]) => {
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      return member === undefined ? [] : inProperty(member, value, `${path}/${name}`, specification);
    }),
  ];
}

/** A value may be of an earlier type of its property: templates that have it still work. */
function inProperty(
  { type, previousTypes = [] }: Property,
  value: unknown,
  path: string,
  specification: ResourceSpecification,
): readonly Violation[] {
  return inAny([type, ...previousTypes], value, path, specification);
}

function inAny(
  types: readonly PropertyType[],
  value: unknown,
  path: string,
  specification: ResourceSpecification,
): readonly Violation[] {
  const found = types.map((type) => inValue(type, value, path, specification));
  return found.some((violations) => violations.length === 0) ? [] : (found[0] ?? []);
}

function inValue(
  type: PropertyType,
  value: unknown,
  path: string,
  specification: ResourceSpecification,
): readonly Violation[] {
  if (value instanceof Unknown || isDynamic(value)) return [];
  const wrong = (expected: string): readonly Violation[] => [
    { path, message: `expected type: ${expected}, found: ${kindOf(value)}` },
  ];
  switch (type.type) {
    case 'union':
      return inAny(type.types, value, path, specification);
    case 'array':
      if (!Array.isArray(value)) return wrong('JSONArray');
      return value.flatMap((entry: unknown, at) => inValue(type.element, entry, `${path}/${at}`, specification));
    case 'map':
      if (!isRecord(value)) return wrong('JSONObject');
      return Object.entries(value).flatMap(([key, entry]) =>
        inValue(type.element, entry, `${path}/${key}`, specification),
      );
    case 'ref':
      return isRecord(value) ? inMembers(specification.members(type), value, path, specification) : wrong('JSONObject');
    case 'tag':
      return isRecord(value) ? inMembers(TAG, value, path, specification) : wrong('JSONObject');
    case 'json':
    case 'null':
      return [];
    default:
      return isScalarOf(type.type, value) ? [] : wrong(EXPECTED[type.type]);
  }
}

const TAG: Members = {
  Key: { type: { type: 'string' }, required: true },
  Value: { type: { type: 'string' } },
};

type ScalarType = Exclude<PropertyType['type'], 'union' | 'array' | 'map' | 'ref' | 'tag' | 'json' | 'null'>;

const EXPECTED: Readonly<Record<ScalarType, string>> = {
  string: 'String',
  'date-time': 'String',
  integer: 'Integer',
  number: 'Number',
  boolean: 'Boolean',
};

/** CloudFormation takes `"5"` for 5 and 5 for `"5"`. */
function isScalarOf(type: ScalarType, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'date-time':
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    case 'integer':
      return /^[+-]?\d+(\.0+)?$/.test(textOf(value));
    case 'number':
      return textOf(value).trim() !== '' && Number.isFinite(Number(textOf(value)));
    case 'boolean':
      return /^(true|false)$/i.test(textOf(value)) || typeof value === 'boolean';
  }
}

/** What another service will give: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
function isDynamic(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{resolve:');
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function kindOf(value: unknown): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'JSONArray';
  if (typeof value === 'object') return 'JSONObject';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Double';
  return typeof value === 'boolean' ? 'Boolean' : 'String';
}
