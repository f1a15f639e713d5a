import { isRecord } from './matchers.ts';

/** In which element of each array a field stands: array → index. */
export type Elements = ReadonlyMap<number, number>;

/** A value of an event that a pattern may look at. */
export interface Field {
  readonly value: unknown;
  readonly elements: Elements;
}

/**
 * An event's values by the names of the members on the way to them, joined by dots. Arrays add nothing to a name; an empty object or
 * array has no values. This is how EventBridge's own matcher sees an event.
 * https://github.com/aws/event-ruler/blob/main/README.md
 */
export function fieldsOf(event: unknown): ReadonlyMap<string, readonly Field[]> {
  const fields = new Map<string, Field[]>();
  let arrays = 0;
  const add = (value: unknown, name: string, elements: Elements): void => {
    if (Array.isArray(value)) {
      const array = arrays++;
      for (const [index, element] of value.entries())
        add(element, name, isLeaf(element) ? elements : new Map([...elements, [array, index]]));
    } else if (isRecord(value)) {
      for (const [member, below] of Object.entries(value))
        add(below, name === '' ? member : `${name}.${member}`, elements);
    } else if (value !== undefined) {
      const known = fields.get(name) ?? [];
      known.push({ value, elements });
      fields.set(name, known);
    }
  };
  add(event, '', new Map());
  return fields;
}

function isLeaf(value: unknown): boolean {
  return !Array.isArray(value) && !isRecord(value);
}

/** The elements of both; undefined where they are different elements of one array. */
export function together(one: Elements, other: Elements): Elements | undefined {
  const both = new Map(one);
  for (const [array, index] of other) {
    if ((both.get(array) ?? index) !== index) return undefined;
    both.set(array, index);
  }
  return both;
}
