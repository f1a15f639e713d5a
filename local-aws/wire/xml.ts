import type { NormalizedSchema } from '@smithy/core/schema';
import { XMLParser } from 'fast-xml-parser';
import { AwsError, NotImplemented } from '../kernel/errors.ts';
import { bytes, isRecord, list, readText, record, refuseUnknown, writeTimestamp, type TextError } from './json.ts';

/**
 * Reads and writes XML by AWS's own schemas (restXml, and the answers of awsQuery).
 * https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings
 */
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
  ignoreDeclaration: true,
});

/** The content of the document's root element, as nested records of text. */
export function parseXml(text: string): unknown {
  let document: unknown;
  try {
    document = parser.parse(text, true);
  } catch (error) {
    throw new AwsError(
      'MalformedXML',
      `The XML you provided was not well-formed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!isRecord(document)) return undefined;
  return Object.entries(document).find(([name]) => !name.startsWith('?') && name !== '#text')?.[1];
}

/** Reads a node of nested records of text, as XML and query forms give them. */
export function readTree(node: unknown, schema: NormalizedSchema, where: string, code: TextError): unknown {
  if (node === undefined) return undefined;
  if (schema.isStructSchema()) return readStruct(node, schema, where, code);
  if (schema.isListSchema())
    return items(node, schema).map((item, index) =>
      readTree(item, schema.getValueSchema(), `${where}[${index}]`, code),
    );
  if (schema.isMapSchema()) return readMap(node, schema, where, code);
  return readText(textOf(node), schema, where, code);
}

function readStruct(node: unknown, schema: NormalizedSchema, where: string, code: TextError): Record<string, unknown> {
  const given = isRecord(node) ? node : {};
  const result: Record<string, unknown> = {};
  const names = new Map<string, [string, NormalizedSchema]>();
  for (const [member, memberSchema] of schema.structIterator())
    names.set(xmlName(member, memberSchema), [member, memberSchema]);
  for (const [name, item] of Object.entries(given)) {
    if (name === '#text') continue;
    const known = names.get(name) ?? names.get(name.charAt(0).toLowerCase() + name.slice(1));
    if (known === undefined) throw new NotImplemented(`the parameter ${where}.${name}`);
    result[known[0]] = readTree(item, known[1], `${where}.${name}`, code);
  }
  return result;
}

/** A list's items, whether they stand in `<member>` elements, in elements of another name, under numbers, or flattened. */
function items(node: unknown, schema: NormalizedSchema): readonly unknown[] {
  if (Array.isArray(node)) return node;
  if (!isRecord(node)) return node === '' ? [] : [node];
  const keys = Object.keys(node).filter((key) => key !== '#text');
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key)))
    return keys.sort((a, b) => Number(a) - Number(b)).map((key) => node[key]);
  const itemName = xmlName('member', schema.getValueSchema());
  if (
    keys.length === 1 &&
    (keys[0] === itemName || keys[0] === 'member') &&
    !schema.getMergedTraits()['xmlFlattened']
  ) {
    const inner = node[keys[0]];
    return Array.isArray(inner) ? inner : items(isNumbered(inner) ? inner : [inner], schema);
  }
  return keys.length === 0 ? [] : [node];
}

function isNumbered(node: unknown): boolean {
  return isRecord(node) && Object.keys(node).every((key) => /^\d+$/.test(key));
}

function readMap(node: unknown, schema: NormalizedSchema, where: string, code: TextError): Record<string, unknown> {
  const inner = isRecord(node) && 'entry' in node ? node['entry'] : node;
  const entries = isRecord(inner) && isNumbered(inner) ? Object.values(inner) : Array.isArray(inner) ? inner : [inner];
  // A key may be called `__proto__`, which is no way to set a member.
  return Object.fromEntries(
    entries.filter(isRecord).map((entry) => {
      const key = entry['key'] ?? entry[xmlName('key', schema.getKeySchema())] ?? entry['Name'];
      const value = entry['value'] ?? entry[xmlName('value', schema.getValueSchema())] ?? entry['Value'];
      if (value === undefined) throw new AwsError(code, `${where}.${textOf(key)} should have a value.`);
      return [textOf(key), readTree(value, schema.getValueSchema(), `${where}.${textOf(key)}`, code)];
    }),
  );
}

function textOf(node: unknown): string {
  if (typeof node === 'string') return node;
  return isRecord(node) && typeof node['#text'] === 'string' ? node['#text'] : '';
}

/** The element `<name>…</name>` (or several, where a list is flattened). */
export function writeXml(name: string, value: unknown, schema: NormalizedSchema, where: string): string {
  if (value === null || value === undefined) return '';
  if (schema.isStructSchema()) return element(name, writeMembers(value, schema, where));
  if (schema.isListSchema()) {
    const flat = Boolean(schema.getMergedTraits()['xmlFlattened']);
    const itemSchema = schema.getValueSchema();
    const itemName = flat ? name : xmlName('member', itemSchema);
    const written = list(value, where)
      .map((item, index) => writeXml(itemName, item, itemSchema, `${where}[${index}]`))
      .join('');
    return flat ? written : element(name, written);
  }
  if (schema.isMapSchema()) {
    const flat = Boolean(schema.getMergedTraits()['xmlFlattened']);
    const keyName = xmlName('key', schema.getKeySchema());
    const valueName = xmlName('value', schema.getValueSchema());
    const entries = Object.entries(record(value, where)).map(([key, item]) =>
      element(
        flat ? name : 'entry',
        element(keyName, escape(key)) + writeXml(valueName, item, schema.getValueSchema(), `${where}.${key}`),
      ),
    );
    return flat ? entries.join('') : element(name, entries.join(''));
  }
  if (schema.isBlobSchema()) return element(name, Buffer.from(bytes(value, where)).toString('base64'));
  if (schema.isTimestampSchema()) return element(name, String(writeTimestamp(value, schema, 'date-time', where)));
  return element(name, escape(plain(value, where)));
}

/** A structure's members as elements, without one around them; `skip` leaves out members bound elsewhere. */
export function writeMembers(
  value: unknown,
  schema: NormalizedSchema,
  where: string,
  skip: (member: NormalizedSchema) => boolean = () => false,
): string {
  const given = record(value, where);
  const known = new Set<string>(['$metadata', '$unknown']);
  let written = '';
  for (const [member, memberSchema] of schema.structIterator()) {
    known.add(member);
    if (!skip(memberSchema))
      written += writeXml(xmlName(member, memberSchema), given[member], memberSchema, `${where}.${member}`);
  }
  refuseUnknown(given, known, where);
  return written;
}

export function xmlName(member: string, schema: NormalizedSchema): string {
  const name: unknown =
    schema.getMemberTraits()['xmlName'] ?? (schema.isStructSchema() ? undefined : schema.getMergedTraits()['xmlName']);
  return typeof name === 'string' ? name : member;
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name.split(' ')[0] ?? name}>`;
}

export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\r\u0085\u2028]/g, (character) => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`);
}

function plain(value: unknown, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError(`${where} should be text, a number or a boolean`);
}
