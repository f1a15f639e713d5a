/** What an editor says of a field: what it means, and an example of it. */
type FieldHelp = readonly [meaning: string, example: unknown];

/** By path: `*` stands for a name that is chosen, `[]` for each of a list, `{a,b}` for each of them. */
export type SchemaHelp = Readonly<Record<string, FieldHelp>>;

/** A part of a JSON Schema. */
type Schema = Record<string, unknown>;

/** A field of a JSON Schema: an entry of `properties`, or what all further entries are. */
export interface SchemaField {
  readonly path: string;
  readonly field: Schema;
  /** Whoever writes what it is a field of has to write it: always, or in one of several forms. */
  readonly required?: 'always' | 'inForm';
}

/** Every field of a JSON Schema, by its path; what several forms share comes once for each path. */
export function fieldsOf(root: Schema): SchemaField[] {
  return below(root, root, '');
}

/** @param common what all forms require, of one of several forms */
function below(root: Schema, schema: Schema, path: string, common?: readonly unknown[]): SchemaField[] {
  const { $ref: reference } = schema;
  if (typeof reference === 'string') {
    const target = definition(root, reference);
    // What contains itself is any JSON: data of the application's own, which has no fields of ours.
    return JSON.stringify(target).includes(`"${reference}"`) ? [] : below(root, target, path, common);
  }
  const required = requiredBy(root, schema);
  const named = Object.entries(partOf(schema['properties'])).map(([name, field]): SchemaField => ({
    path: path === '' ? name : `${path}.${name}`,
    field: partOf(field),
    ...(required.includes(name)
      ? { required: common === undefined || common.includes(name) ? ('always' as const) : ('inForm' as const) }
      : {}),
  }));
  const further = isPart(schema['additionalProperties'])
    ? [{ path: `${path}.*`, field: schema['additionalProperties'] }]
    : [];
  const forms = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isPart) : [];
  const [first = [], ...others] = forms.map((form) => requiredBy(root, form));
  const inAll = first.filter((name) => others.every((names) => names.includes(name)));
  return [
    ...[...named, ...further].flatMap((one) => [one, ...below(root, one.field, one.path)]),
    ...(isPart(schema['items']) ? below(root, schema['items'], `${path}[]`) : []),
    ...forms.flatMap((form) => below(root, form, path, inAll)),
  ];
}

function requiredBy(root: Schema, schema: Schema): readonly unknown[] {
  const { required } = resolved(root, schema);
  return Array.isArray(required) ? required : [];
}

/** Gives the fields of a JSON Schema their meanings and examples. @throws RangeError where one has none, or a path is none of its fields */
export function addHelp(root: Schema, help: SchemaHelp): void {
  const known = new Map(
    Object.entries(help).flatMap(([path, one]) => spelledOut(path).map((full) => [full, one] as const)),
  );
  const fields = fieldsOf(root);
  const paths = new Set(fields.map(({ path }) => path));
  const without = [...paths].filter((path) => !known.has(path));
  const unknown = [...known.keys()].filter((path) => !paths.has(path));
  if (without.length > 0)
    throw new RangeError(`No meaning and example in scripts/schema-help of: ${without.join(', ')}.`);
  if (unknown.length > 0) throw new RangeError(`scripts/schema-help has what is no field: ${unknown.join(', ')}.`);
  const given = new Map<Schema, string>();
  for (const { path, field } of fields) {
    const [meaning = '', example] = known.get(path) ?? [];
    const description = `${meaning.slice(0, 1).toUpperCase()}${meaning.slice(1)}.`;
    const text = JSON.stringify([description, example]);
    if ((given.get(field) ?? text) !== text)
      throw new RangeError(`What stands at ${path} stands elsewhere, too, and there with another meaning or example.`);
    given.set(field, text);
    Object.assign(field, { description, examples: [example] });
  }
}

/** Lets fields be left out of the file that people write. @throws RangeError where one could be already */
export function leaveOpen(root: Schema, paths: readonly string[]): void {
  for (const path of paths) {
    const parts = path.split('.');
    const name = parts.pop();
    const parent = parts.reduce((at, part) => resolved(root, partOf(partOf(at['properties'])[part])), root);
    const required: readonly unknown[] = Array.isArray(parent['required']) ? parent['required'] : [];
    if (!required.includes(name)) throw new RangeError(`${path} may be left out already.`);
    parent['required'] = required.filter((one) => one !== name);
  }
}

function resolved(root: Schema, schema: Schema): Schema {
  return typeof schema['$ref'] === 'string' ? definition(root, schema['$ref']) : schema;
}

/** `checks.{smoke,traffic}[].name` is two paths. */
function spelledOut(path: string): string[] {
  const [, before = '', names, after = ''] = /^(.*?)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  if (names === undefined) return [path];
  return names.split(',').flatMap((name) => spelledOut(`${before}${name}${after}`));
}

function definition(root: Schema, reference: string): Schema {
  return reference
    .replace('#/', '')
    .split('/')
    .reduce((part, name) => partOf(part[name]), root);
}

function partOf(value: unknown): Schema {
  return isPart(value) ? value : {};
}

function isPart(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
