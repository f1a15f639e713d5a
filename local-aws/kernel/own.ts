/**
 * A member that an object has of its own. Names that come with a request may be `constructor` or `toString`, which every object
 * answers to.
 */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
