/** A map of a template, as it was read. */
export type Fields = Record<string, unknown>;

export function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The map that a value is; an empty one where it is none. */
export function mapOf(value: unknown): Fields {
  return isMap(value) ? value : {};
}

/** A value as a list: itself, or the one item. */
export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value.map((item: unknown) => item) : [value];
}

/** Whether something is said: not null, false, 0, nor an empty text, list or map. SAM takes all of these as not given. */
export function isFilled(value: unknown): boolean {
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** The value, unless nothing is said by it. */
export function filled(value: unknown): unknown {
  return isFilled(value) ? value : undefined;
}

/** Whether a key was given a value at all, be it false or empty. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Equality of what two values say, whatever the order of keys. */
export function isEqual(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** JSON without blanks, with sorted keys and nothing but ASCII: the same text for the same data. */
export function canonical(value: unknown): string {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isMap(value)) return ascii(JSON.stringify(value ?? null));
  const members = Object.keys(value)
    .sort()
    .map((key) => `${ascii(JSON.stringify(key))}:${canonical(value[key])}`);
  return `{${members.join(',')}}`;
}

function ascii(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value as SAM writes it into its messages, which are Python's. */
export function written(value: unknown): string {
  if (value === undefined || value === null) return 'None';
  if (isText(value)) return `'${value}'`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (isList(value)) return `[${value.map(written).join(', ')}]`;
  if (!isMap(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `'${key}': ${written(member)}`)
    .join(', ')}}`;
}

/** A value as SAM writes it in the middle of a message: a text without quotes. */
export function said(value: unknown): string {
  return isText(value) ? value : written(value);
}

/** A value with every map and text in it passed through `change`, from the outside in. */
export function walk(value: unknown, change: (node: unknown) => unknown): unknown {
  const changed = change(value);
  if (isList(changed)) return changed.map((item) => walk(item, change));
  if (!isMap(changed)) return changed;
  return Object.fromEntries(Object.entries(changed).map(([key, member]) => [key, walk(member, change)]));
}

/** The members that were given a value; SAM writes no others. */
export function compact(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isGiven(value)));
}
