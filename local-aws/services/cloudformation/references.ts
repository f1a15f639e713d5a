import { isRecord, listOf } from './values.ts';

/** What a template value refers to: `Ref` (attribute absent) or `Fn::GetAtt`. */
export interface Reference {
  readonly name: string;
  readonly attribute?: string;
}

/**
 * Everything a value refers to by Ref, Fn::GetAtt and Fn::Sub. With `holds`, only the branches of Fn::If that apply count;
 * without it, all do.
 */
export function references(value: unknown, holds?: (condition: string) => boolean): readonly Reference[] {
  if (Array.isArray(value)) return value.flatMap((entry) => references(entry, holds));
  if (!isRecord(value)) return [];
  const [name, argument] = single(value) ?? [];
  switch (name) {
    case 'Ref':
      return typeof argument === 'string' ? [{ name: argument }] : [];
    case 'Fn::GetAtt':
      return attributeReference(argument);
    case 'Fn::Sub':
      return subReferences(argument, holds);
    case 'Fn::If':
      return ifReferences(argument, holds);
    default:
      return Object.values(value).flatMap((entry) => references(entry, holds));
  }
}

/** The name and argument of an object of one member, the form of every intrinsic function. */
export function single(value: Readonly<Record<string, unknown>>): readonly [string, unknown] | undefined {
  const entries = Object.entries(value);
  return entries.length === 1 ? entries[0] : undefined;
}

/** Splits the argument of Fn::GetAtt, `Name.Attribute` or `[Name, Attribute]`; the attribute may be a function itself. */
export function attributeParts(argument: unknown): readonly [string, unknown] | undefined {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    return dot === -1 ? undefined : [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  const [name, attribute, ...more] = listOf(argument);
  return typeof name === 'string' && attribute !== undefined && more.length === 0 ? [name, attribute] : undefined;
}

/** The placeholders of an Fn::Sub text, without `${!Literal}`. */
function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => (name ?? '').trim());
}

function attributeReference(argument: unknown): readonly Reference[] {
  const parts = attributeParts(argument);
  if (parts === undefined) return [];
  const [name, attribute] = parts;
  return typeof attribute === 'string' ? [{ name, attribute }] : [{ name, attribute: '*' }, ...references(attribute)];
}

function subReferences(argument: unknown, holds?: (condition: string) => boolean): readonly Reference[] {
  const [text, variables] = Array.isArray(argument) ? listOf(argument) : [argument, {}];
  if (typeof text !== 'string') return [];
  const given = isRecord(variables) ? variables : {};
  const named = placeholders(text).filter((name) => !Object.hasOwn(given, name));
  return [...named.flatMap(placeholderReference), ...references(Object.values(given), holds)];
}

function placeholderReference(name: string): readonly Reference[] {
  const dot = name.indexOf('.');
  return dot === -1 ? [{ name }] : [{ name: name.slice(0, dot), attribute: name.slice(dot + 1) }];
}

function ifReferences(argument: unknown, holds?: (condition: string) => boolean): readonly Reference[] {
  const [condition, whenTrue, whenFalse] = listOf(argument);
  if (holds === undefined || typeof condition !== 'string') return references([whenTrue, whenFalse], holds);
  return references(holds(condition) ? whenTrue : whenFalse, holds);
}
