import { isDeepStrictEqual } from 'node:util';

/** Why a value cannot be known before an update runs. The sources are those of a change set's details. */
export interface Cause {
  readonly source: 'ResourceReference' | 'ResourceAttribute';
  /** The logical id, or `<logical id>.<attribute>`. */
  readonly entity: string;
}

/** A value that only the update itself will tell, such as the ARN of a resource that is yet to be created. */
export class Unknown {
  constructor(readonly causes: readonly Cause[]) {}
}

/** What `Ref: AWS::NoValue` gives: the property or list entry that holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

/** Everything unknown in a value, however deep. */
export function causesIn(value: unknown): readonly Cause[] {
  if (value instanceof Unknown) return value.causes;
  if (Array.isArray(value)) return value.flatMap(causesIn);
  return isRecord(value) ? Object.values(value).flatMap(causesIn) : [];
}

/** Whether two property values mean the same to CloudFormation, to which `"5"` and `5` are one. */
export function sameValue(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(normal(one), normal(other));
}

function normal(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(normal);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, normal(entry)]));
  return value;
}

/** The entries of a list; none for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
