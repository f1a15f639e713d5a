import * as z from 'zod';

/** Where something is in a text, as editors count: both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A position, and the file where that is another than the document's own. */
export interface FilePosition extends Position {
  readonly file?: string;
}

/**
 * Where the members of a document are: by the name of each, or its number in a list, line and column, its own members, and the file
 * where these are in another than what it is a member of.
 */
export interface PlaceTree {
  readonly [name: string]: PlaceNode;
}
export type PlaceNode =
  | readonly [line: number, column: number]
  | readonly [line: number, column: number, members: PlaceTree]
  | readonly [line: number, column: number, members: PlaceTree, file: string];

/** More lines, and longer ones, than any text has that is read here. */
const MOST = 10_000_000;
const number = z.int().min(1).max(MOST);
const node = z.tuple([number, number, z.unknown().optional(), z.string().optional()]);

/**
 * Where a place is: what is not there is looked for where it would be, and is where that is what it is inside of. A place is
 * `Resources.Orders.Properties.FunctionName` or `checks.smoke[0].http`. A name may hold a dot.
 * @param tree of whatever shape: what is none of a tree's is as if it were not there
 * @returns undefined where not even what it is inside of is found
 */
export function positionIn(tree: unknown, place: string): FilePosition | undefined {
  return find(tree, partsOf(place).slice(0, DEEPEST), undefined);
}

/** Levels that are looked into, and parts that a name with dots may have: more would take long where a tree and a place are made for it. */
const DEEPEST = 64;
const MOST_PARTS = 8;

/** Names on the way to a place. */
export function partsOf(place: string): string[] {
  return place.split(/\.|\[(?=\d+\])/).map((part) => part.replace(/^(\d+)\]$/, '$1'));
}

function find(members: unknown, parts: readonly string[], outer: FilePosition | undefined): FilePosition | undefined {
  for (let count = Math.min(parts.length, MOST_PARTS); count > 0; count -= 1) {
    const found = node.safeParse(memberOf(members, parts.slice(0, count).join('.'))).data;
    if (found === undefined) continue;
    const [line, column, inner, file = outer?.file] = found;
    return find(inner, parts.slice(count), { line, column, ...(file === undefined ? {} : { file }) });
  }
  return outer;
}

function memberOf(members: unknown, name: string): unknown {
  if (typeof members !== 'object' || members === null || !Object.hasOwn(members, name)) return undefined;
  const member: unknown = Reflect.get(members, name);
  return member;
}
