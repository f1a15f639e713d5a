import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** A maximum of one of the schemas. */
export interface Maximum {
  readonly schema: 'release' | 'policy';
  /** `checks.smoke[].retry.attempts`; `*` is any member of a map, `<name>` its name. */
  readonly path: string;
  readonly keyword: (typeof keywords)[number];
  readonly limit: number;
  /** Of a number. */
  readonly whole: boolean;
}

const keywords = ['maxItems', 'maxLength', 'maxProperties', 'maximum', 'exclusiveMaximum'] as const;

const nodeSchema = z.looseObject({
  $ref: z.string().optional(),
  type: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  additionalProperties: z.unknown().optional(),
  propertyNames: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).default([]),
  $defs: z.record(z.string(), z.unknown()).default({}),
});

/** Every maximum of a committed schema, as it stands there: a new one is in the list without anybody's doing. */
export function maximaOf(schema: Maximum['schema']): Maximum[] {
  const root = nodeSchema.parse(JSON.parse(readFileSync(`${schema}.schema.json`, 'utf8')));
  const found = new Map<string, Maximum>();
  const look = (value: unknown, path: string, seen: readonly string[]): void => {
    const { data: node } = nodeSchema.safeParse(value);
    if (node === undefined) return;
    const name = node.$ref?.replace('#/$defs/', '');
    if (name !== undefined) {
      // A payload is any JSON, whose definition names itself.
      if (!seen.includes(name)) look(root.$defs[name], path, [...seen, name]);
      return;
    }
    for (const keyword of keywords) {
      const limit = node[keyword];
      if (typeof limit === 'number')
        found.set(`${path} ${keyword}`, { schema, path, keyword, limit, whole: node.type === 'integer' });
    }
    for (const [member, inner] of Object.entries(node.properties))
      look(inner, path === '' ? member : `${path}.${member}`, seen);
    look(node.additionalProperties, `${path}.*`, seen);
    look(node.propertyNames, `${path}.<name>`, seen);
    look(node.items, `${path}[]`, seen);
    for (const inner of node.anyOf) look(inner, path, seen);
  };
  look(root, '', []);
  return [...found.values()];
}

/** Sets what stands at a path of a document to something made of what stands there; undefined where nothing does. */
export function changeAt(document: unknown, path: string, change: (value: unknown) => unknown): unknown {
  return changeIn(document, path.replaceAll('[]', '.[]').split('.'), change);
}

function changeIn(value: unknown, [first, ...rest]: readonly string[], change: (value: unknown) => unknown): unknown {
  if (first === undefined) return change(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (first === '<name>') {
    const [[name = '', inner] = [], ...others] = Object.entries(value);
    return Object.fromEntries([[String(change(name)), inner], ...others]);
  }
  const key = first === '[]' ? '0' : first === '*' ? (Object.keys(value)[0] ?? '') : first;
  const members = new Map<string, unknown>(Object.entries(value));
  if (!members.has(key)) return undefined;
  const changed = changeIn(members.get(key), rest, change);
  if (changed === undefined) return undefined;
  members.set(key, changed);
  return Array.isArray(value) ? [...members.values()] : Object.fromEntries(members);
}
