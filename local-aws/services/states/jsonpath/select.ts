import type { JSONValue } from 'json-p3';
import { isJson, isList, isObject, type Json } from '../json.ts';
import { readPath, type Path } from './read-path.ts';

/** What paths of a state can see. */
export interface Sources {
  /** `$` */
  readonly input: Json;
  /** `$$` */
  readonly context: Json;
  /** Variables in scope, by their names without `$`. */
  readonly variables: Readonly<Record<string, Json>>;
}

/**
 * The value that a path leads to; the list of values where it may lead to many. Undefined where it leads nowhere.
 * https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
 */
export function select(text: string, sources: Sources): Json | undefined {
  const path = readPath(text);
  const node = path.steps.reduce<Json | undefined>(step, rootOf(path, sources));
  if (node === undefined || path.rest === undefined) return node;
  const found: unknown = [...path.rest.query(copy(node)).values()];
  if (!isJson(found)) throw new TypeError(`The path ${text} led to what is not JSON.`);
  return found;
}

function rootOf({ root }: Path, { input, context, variables }: Sources): Json | undefined {
  if (root.kind === 'variable') return step(variables, root.name);
  return root.kind === 'input' ? input : context;
}

function step(node: Json | undefined, key: string | number): Json | undefined {
  if (node === undefined) return undefined;
  if (typeof key === 'number') return isList(node) ? node.at(key) : undefined;
  return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
}

/** json-p3 wants a value that could be changed, which it does not do. */
function copy(node: Json): JSONValue {
  if (isList(node)) return node.map(copy);
  if (!isObject(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, copy(value)]));
}
