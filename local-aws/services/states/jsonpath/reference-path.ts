/** Reference paths: those that can name one node only. https://states-language.net/#ref-paths */
import { isList, isObject, type Json } from '../json.ts';
import { readPath, PathSyntaxError } from './read-path.ts';

/** @throws PathSyntaxError */
export function checkReferencePath(text: string): void {
  const { rest, steps } = readPath(text);
  if (rest !== undefined || steps.some((step) => typeof step === 'number' && step < 0))
    throw new PathSyntaxError(`Invalid reference path '${text}': it must lead to one node`);
}

/** A copy of the input with `value` where the path leads; undefined where it cannot be put there. */
export function place(input: Json, text: string, value: Json): Json | undefined {
  return put(input, readPath(text).steps, value);
}

function put(node: Json | undefined, steps: readonly (string | number)[], value: Json): Json | undefined {
  const [step, ...deeper] = steps;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    if (node === undefined || !isList(node) || step >= node.length) return undefined;
    const entry = put(node[step], deeper, value);
    return entry === undefined ? undefined : node.with(step, entry);
  }
  if (node !== undefined && !isObject(node)) return undefined;
  const before = node !== undefined && Object.hasOwn(node, step) ? node[step] : undefined;
  const member = put(before, deeper, value);
  return member === undefined ? undefined : Object.fromEntries([...Object.entries(node ?? {}), [step, member]]);
}
