import { resourceProblem } from './errors.ts';
import { isList, isMap, isText, type Fields } from './values.ts';

/** What a property may be. */
export interface Check {
  readonly accepts: (value: unknown) => boolean;
  /** How SAM names the type, where it says it. */
  readonly named?: string;
  readonly required?: boolean;
  /** An intrinsic function in its place is not waved through. */
  readonly literal?: boolean;
}
export type Shape = Readonly<Record<string, Check>>;

export const anything: Check = { accepts: () => true, literal: true };
export const text: Check = { accepts: isText, named: 'string' };
export const map: Check = { accepts: isMap, named: 'map' };
export const list: Check = { accepts: isList };
export const truth: Check = { accepts: (value) => typeof value === 'boolean' };
export const whole: Check = { accepts: (value) => Number.isInteger(value) || typeof value === 'boolean' };

export function oneOf(...checks: readonly Check[]): Check {
  return { accepts: (value) => checks.some(({ accepts }) => accepts(value)) };
}

export function listOf({ accepts }: Check): Check {
  return { accepts: (value) => isList(value) && value.every(accepts) };
}

export function mapOfMaps({ accepts }: Check): Check {
  return { accepts: (value) => isMap(value) && Object.values(value).every(accepts) };
}

export function required(check: Check): Check {
  return { ...check, required: true };
}

export function literal(check: Check): Check {
  return { ...check, literal: true };
}

/**
 * Looks at the properties of a resource or an event by its shape.
 * @param type as its `Type` says
 * @throws Problem for a property that the type does not have, lacks, or that is of another type
 */
export function checkShape(id: string, type: string, properties: Fields, shape: Shape): void {
  const unknown = Object.keys(properties).find((name) => !Object.hasOwn(shape, name));
  if (unknown !== undefined) throw resourceProblem(id, `property ${unknown} not defined for resource of type ${type}`);
  for (const [name, check] of Object.entries(shape)) {
    const value = properties[name];
    if (check.literal !== true && isMap(value) && Object.keys(value).length === 1) continue;
    if (value === undefined || value === null) {
      if (check.required === true) throw resourceProblem(id, `Missing required property '${name}'.`);
    } else if (!check.accepts(value)) throw wrongType(id, name, check.named);
  }
}

function wrongType(id: string, path: string, named: string | undefined) {
  return resourceProblem(
    id,
    named === undefined ? `Type of property '${path}' is invalid.` : `Property '${path}' should be a ${named}.`,
  );
}

type Raise = (id: string, text: string) => Error;

/** @throws Problem unless the value is a map */
export function requireMap(id: string, path: string, value: unknown, raise: Raise = resourceProblem): Fields {
  if (isMap(value)) return value;
  throw raise(id, `Property '${path}' should be a map.`);
}

/** @throws Problem unless the value is a list */
export function requireList(
  id: string,
  path: string,
  value: unknown,
  raise: Raise = resourceProblem,
): readonly unknown[] {
  if (isList(value)) return value;
  throw raise(id, `Property '${path}' should be a list.`);
}

/** @throws Problem unless the value is a text */
export function requireText(id: string, path: string, value: unknown, raise: Raise = resourceProblem): string {
  if (isText(value)) return value;
  throw raise(id, `Property '${path}' should be a string.`);
}

/** @throws Problem unless the value, where there is one, is true or false */
export function requireTruth(id: string, path: string, value: unknown): void {
  if (value === undefined || value === null || typeof value === 'boolean') return;
  throw resourceProblem(id, `Property '${path}' should be a boolean.`);
}
