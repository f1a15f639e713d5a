import { shapeOf, showValue } from './redact.ts';
import type { Json } from './schema.ts';

/** How a value that was answered is told: its shape, or where the check says `keep` the value. */
export type Telling = (value: unknown) => string;

/** One place where a value is not as expected. */
export interface Difference {
  /** `$.items[0].name`. */
  readonly path: string;
  readonly sentence: string;
}

/**
 * Where `got` does not contain `expected`: objects may have more members than expected, lists must have the same length,
 * everything else must be equal. What was expected is told as the manifest has it.
 */
export function findDifferences(expected: Json, got: unknown, tell: Telling = shapeOf, path = '$'): Difference[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) {
      return [{ path, sentence: `expected a list of ${expected.length} at ${path}, got ${tell(got)}` }];
    }
    return expected.flatMap((item, index) => findDifferences(item, got[index], tell, `${path}[${index}]`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof got !== 'object' || got === null || Array.isArray(got)) {
      return [{ path, sentence: `expected an object at ${path}, got ${tell(got)}` }];
    }
    const members = new Map<string, unknown>(Object.entries(got));
    return Object.entries(expected).flatMap(([name, value]) =>
      findDifferences(value, members.get(name), tell, `${path}.${name}`),
    );
  }
  return Object.is(expected, got)
    ? []
    : [{ path, sentence: `expected ${showValue(expected)} at ${path}, got ${tell(got)}` }];
}
