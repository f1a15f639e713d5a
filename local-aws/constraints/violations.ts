import type { ApiModel, Shape } from './shapes.ts';
import { javaPattern } from './java-pattern.ts';

/** One thing in a request that AWS's model forbids. */
export interface Violation {
  readonly kind: 'missing' | 'null' | 'type' | 'value';
  /** The members on the way to it, and `3.member` for the third item of a list. */
  readonly path: readonly string[];
  /** `Member must have length less than or equal to 64`. */
  readonly constraint: string;
  /** What stands there, as an error repeats it; undefined where it must not, or is too much to. */
  readonly shown: string | undefined;
}

/** Everything in a request that the model of its operation forbids; nothing for an operation without input. */
export function violationsOf(input: unknown, operation: string, model: ApiModel): Violation[] {
  const name = model.operations[operation]?.input;
  if (name === undefined) return [];
  const found: Violation[] = [];
  walk(input ?? {}, model.shapes[name], model, [], found);
  return found;
}

function walk(
  value: unknown,
  shape: Shape | undefined,
  model: ApiModel,
  path: readonly string[],
  found: Violation[],
): void {
  if (shape === undefined) return;
  const wrong = wrongType(value, shape);
  if (wrong !== undefined) {
    found.push({ kind: 'type', path, constraint: wrong, shown: undefined });
    return;
  }
  for (const constraint of broken(value, shape))
    found.push({ kind: 'value', path, constraint, shown: shape.sensitive ? undefined : shown(value) });
  if (isMembers(value)) {
    if (shape.type === 'structure') walkMembers(value, shape, model, path, found);
    if (shape.type === 'map') walkEntries(value, shape, model, path, found);
  }
  if (Array.isArray(value)) walkItems(value, shape, model, path, found);
}

function walkMembers(
  value: Readonly<Record<string, unknown>>,
  shape: Shape,
  model: ApiModel,
  path: readonly string[],
  found: Violation[],
): void {
  for (const name of shape.required ?? [])
    if (ownValue(value, name) === undefined)
      found.push({ kind: 'missing', path: [...path, name], constraint: NOT_NULL, shown: 'null' });
  for (const [name, below] of Object.entries(shape.members ?? {})) {
    const member = ownValue(value, name);
    if (member !== undefined) walk(member, model.shapes[below], model, [...path, name], found);
  }
}

function walkItems(
  value: readonly unknown[],
  shape: Shape,
  model: ApiModel,
  path: readonly string[],
  found: Violation[],
): void {
  const below = model.shapes[shape.member ?? ''];
  for (const [index, item] of value.entries()) {
    const where = [...path, `${index + 1}.member`];
    if (item === null || item === undefined)
      found.push({ kind: 'null', path: where, constraint: NOT_NULL, shown: 'null' });
    else walk(item, below, model, where, found);
  }
}

function walkEntries(
  value: Readonly<Record<string, unknown>>,
  shape: Shape,
  model: ApiModel,
  path: readonly string[],
  found: Violation[],
): void {
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    for (const constraint of broken(key, model.shapes[shape.key ?? ''] ?? { type: 'string' }))
      found.push({ kind: 'value', path, constraint: `Map keys must satisfy constraint: [${constraint}]`, shown: key });
    if (item === null)
      found.push({ kind: 'null', path: [...path, `${key}.member`], constraint: NOT_NULL, shown: 'null' });
    else walk(item, model.shapes[shape.value ?? ''], model, [...path, `${key}.member`], found);
  }
}

const NOT_NULL = 'Member must not be null';

/** What of a shape's own constraints a value breaks, in AWS's words. */
function broken(value: unknown, { type, min, max, pattern, enum: values }: Shape): string[] {
  const constraints: string[] = [];
  const size = sizeOf(value);
  const what = typeof value === 'number' ? 'value' : 'length';
  if (size !== undefined && min !== undefined && size < min)
    constraints.push(`Member must have ${what} greater than or equal to ${min}`);
  const tooLong = size !== undefined && max !== undefined && size > max;
  if (tooLong) constraints.push(`Member must have ${what} less than or equal to ${max}`);
  // What is too long is not matched as well: patterns can take time beyond measure on long texts.
  if (typeof value === 'string' && type === 'string' && !tooLong) {
    if (pattern !== undefined && !javaPattern(pattern).test(value))
      constraints.push(`Member must satisfy regular expression pattern: ${pattern}`);
    if (values !== undefined && !values.includes(value))
      constraints.push(`Member must satisfy enum value set: [${values.join(', ')}]`);
  }
  return constraints;
}

/** The number, or how many characters, bytes, items or entries; undefined for what has no size. */
function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return [...value].length;
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length;
  return isMembers(value) ? Object.keys(value).length : undefined;
}

/** What a value should be where it is of another type. */
function wrongType(value: unknown, { type }: Shape): string | undefined {
  switch (type) {
    case 'structure':
    case 'map':
      return isMembers(value) ? undefined : 'a structure';
    case 'list':
      return Array.isArray(value) ? undefined : 'a list';
    case 'string':
      return typeof value === 'string' ? undefined : 'a string';
    case 'integer':
      return Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 31 ? undefined : 'an integer of 32 bits';
    case 'long':
      return typeof value === 'bigint' || Number.isInteger(value) ? undefined : 'an integer';
    case 'float':
    case 'double':
      return typeof value === 'number' ? undefined : 'a number';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'a boolean';
    // A payload may come as text, as bytes or as a stream.
    case 'blob':
    case 'timestamp':
      return undefined;
  }
}

function shown(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => (typeof item === 'string' ? item : '')).join(', ')}]`;
  return undefined;
}

function ownValue(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? (value[name] ?? undefined) : undefined;
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Date)
  );
}
