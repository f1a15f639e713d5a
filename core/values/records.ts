/** A JSON object's members; none where the value is something else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A list's members; a value that is no list is the only one, as in policy documents. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** A record's own member of a name that comes from outside: `constructor` and `__proto__` are no members of any other. */
export function ownMember<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Is a name of a member one of JavaScript's own (`constructor`, `toString`)? Records with such members are not kept as they are. */
export function isReservedMember(name: string): boolean {
  return name in Object.prototype;
}
