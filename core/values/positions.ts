import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';
import { partsOf, type PlaceNode, type PlaceTree, type Position, positionIn } from './place-tree.ts';

/** What is written at places of a text. */
export interface Places {
  /** Where a place is; undefined where not even what it is inside of is found. */
  readonly positionOf: (place: string) => Position | undefined;
  /** The text at a place; undefined where there is none. */
  readonly textAt: (place: string) => string | undefined;
  /** All of them. */
  readonly tree: PlaceTree;
}

/**
 * Finds places in the text of a template or a manifest, YAML or JSON. What is not there is looked for where it would be: the position is
 * that of what it is inside of. A place is `Resources.Orders.Properties.FunctionName` or `checks.smoke[0].http`. Short forms count as
 * what they are short for: `!Sub` as `Fn::Sub`. What a name of YAML stands for (`*anchor`) is where that name is.
 */
export function placesIn(text: string): Places {
  const { document, at } = parseAnyIndent(text);
  const tree = treeOf(document.contents, at);
  return {
    positionOf: (place) => positionIn(tree, place),
    textAt: (place) => {
      const value = isMap(document.contents) ? document.getIn(partsOf(place)) : undefined;
      return typeof value === 'string' ? value : undefined;
    },
    tree,
  };
}

/** Line and column of an offset, from 1. */
type At = (offset: number) => { readonly line: number; readonly col: number };

/** Further than any key stands. */
const FAR_ENOUGH = 400;
/** How much text is read again at most, in characters: each line that is indented costs another reading. */
const MOST_READ_AGAIN = 2 * 1024 * 1024;

interface Parsed {
  readonly document: Document;
  readonly at: At;
  /** The line, from 1, at which the first thing that is broken is for want of an indentation. */
  readonly tooFarLeft: number | undefined;
}

/**
 * Lines inside of brackets, braces and quotes may begin anywhere, as for whoever reads templates (`readYamlText`): they are indented
 * before the text is read again, or all that follows them would be lost. Where that mends nothing, the text is read as it is.
 */
function parseAnyIndent(text: string): Parsed {
  const lines = text.split('\n');
  const asWritten = parsed(lines, new Set());
  const indented = new Set<number>();
  let found = asWritten;
  for (let room = MOST_READ_AGAIN - text.length; found.tooFarLeft !== undefined; room -= text.length) {
    if (indented.has(found.tooFarLeft)) return asWritten;
    if (room < 0) break;
    indented.add(found.tooFarLeft);
    found = parsed(lines, indented);
  }
  return found;
}

/** @param indented numbers of lines, from 1 */
function parsed(lines: readonly string[], indented: ReadonlySet<number>): Parsed {
  const counter = new LineCounter();
  const text = lines.map((line, index) => (indented.has(index + 1) ? `${' '.repeat(FAR_ENOUGH)}${line}` : line));
  // Short forms of CloudFormation are tags that nobody declared, and what is broken is read as far as it goes.
  const options = { lineCounter: counter, uniqueKeys: false, logLevel: 'silent' } as const;
  const document = parseDocument(text.join('\n'), options);
  const [first] = document.errors;
  const isIndentation = first?.code === 'BAD_INDENT' || first?.code === 'MISSING_CHAR';
  return {
    document,
    at: (offset) => {
      const { line, col } = counter.linePos(offset);
      return { line, col: indented.has(line) ? Math.max(1, col - FAR_ENOUGH) : col };
    },
    tooFarLeft: isIndentation ? counter.linePos(first.pos[1]).line : undefined,
  };
}

/** The members of a map or a list: a member of a map is where its name is. Of a name that is given twice, the last counts. */
function treeOf(node: unknown, at: At): PlaceTree {
  const longForm = longFormOf(node);
  if (longForm !== undefined) return entriesOf([[longForm, startOf(node), membersOf(node, at)]], at);
  return membersOf(node, at);
}

function membersOf(node: unknown, at: At): PlaceTree {
  if (isSeq(node))
    return entriesOf(
      node.items.map((item, index) => [String(index), startOf(item), treeOf(item, at)]),
      at,
    );
  if (!isMap(node)) return {};
  return entriesOf(
    node.items.flatMap((pair): Entry[] => {
      const name = nameOf(pair);
      return name === undefined ? [] : [[name, startOf(pair.key), treeOf(pair.value, at)]];
    }),
    at,
  );
}

type Entry = readonly [name: string, offset: number | undefined, members: PlaceTree];

function entriesOf(entries: readonly Entry[], at: At): PlaceTree {
  return Object.fromEntries(
    entries.flatMap(([name, offset, members]): [string, PlaceNode][] => {
      if (offset === undefined) return [];
      const { line, col } = at(offset);
      return [[name, Object.keys(members).length === 0 ? [line, col] : [line, col, members]]];
    }),
  );
}

/** `!Ref` is `Ref`, and `!Sub` is `Fn::Sub`: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
function longFormOf(node: unknown): string | undefined {
  const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined;
  if (tag?.startsWith('!') !== true || tag.startsWith('!!')) return undefined;
  const name = tag.slice(1);
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
}

function nameOf({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
