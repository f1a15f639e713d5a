import type { PlaceNode, PlaceTree, Position } from '../../core/values/place-tree.ts';
import { placesIn } from '../../core/values/positions.ts';
import { ownMember } from '../../core/values/records.ts';

/** A part of a document that people write in another file. */
export interface Part {
  /** Names from the document's root on. */
  readonly path: readonly string[];
  /** As a person names it from the folder. */
  readonly file: string;
  /** What the part stands for: the whole text of the file, or what a line of it makes. */
  readonly by: { readonly text: string } | { readonly position: Position };
}

/** Where the members of a document are, with those that come from other files. What its own text has at the same place counts. */
export function treeWith(tree: PlaceTree, parts: readonly Part[]): PlaceTree {
  return parts.reduce((before, part) => withPart(before, part.path, part), tree);
}

function withPart(tree: PlaceTree, [name, ...rest]: readonly string[], part: Part): PlaceTree {
  if (name === undefined) return { ...('text' in part.by ? inFile(part.by.text, part.file) : {}), ...tree };
  const node = ownMember(tree, name);
  return node === undefined ? tree : { ...tree, [name]: nodeWith(node, rest, part) };
}

function nodeWith([line, column, members = {}, file]: PlaceNode, rest: readonly string[], part: Part): PlaceNode {
  if (rest.length === 0 && 'position' in part.by)
    return [part.by.position.line, part.by.position.column, {}, part.file];
  const inner = withPart(members, rest, part);
  return file === undefined ? [line, column, inner] : [line, column, inner, file];
}

/** The members that a file has. */
function inFile(text: string, file: string): PlaceTree {
  return Object.fromEntries(
    Object.entries(placesIn(text).tree).map(([name, [line, column, members = {}]]): [string, PlaceNode] => [
      name,
      [line, column, members, file],
    ]),
  );
}
