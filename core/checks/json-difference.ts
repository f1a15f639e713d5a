import type { Json } from './schema.ts';
import { cutText } from '../values/text.ts';

/** One place where a value is not as expected. */
export interface Difference {
  /** `$.items[0].name`. */
  readonly path: string;
  readonly sentence: string;
}

/**
 * Where `got` does not contain `expected`: objects may have more members than expected, lists must have the same length,
 * everything else must be equal.
 */
export function findDifferences(expected: Json, got: unknown, path = '$'): Difference[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) {
      return [{ path, sentence: `expected a list of ${expected.length} at ${path}, got ${show(got)}` }];
    }
    return expected.flatMap((item, index) => findDifferences(item, got[index], `${path}[${index}]`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof got !== 'object' || got === null || Array.isArray(got)) {
      return [{ path, sentence: `expected an object at ${path}, got ${show(got)}` }];
    }
    const members = new Map<string, unknown>(Object.entries(got));
    return Object.entries(expected).flatMap(([name, value]) =>
      findDifferences(value, members.get(name), `${path}.${name}`),
    );
  }
  return Object.is(expected, got)
    ? []
    : [{ path, sentence: `expected ${show(expected)} at ${path}, got ${show(got)}` }];
}

/** A value in one short line. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return cutText(text, 120);
}
