import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';

/** Where something is in a text, as editors count: both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is written at places of a text. */
export interface Places {
  /** Where a place is; undefined where not even what it is inside of is found. */
  readonly positionOf: (place: string) => Position | undefined;
  /** The text at a place; undefined where there is none. */
  readonly textAt: (place: string) => string | undefined;
}

/**
 * Finds places in the text of a template or a manifest, YAML or JSON. What is not there is looked for where it would be: the position is
 * that of what it is inside of. A place is `Resources.Orders.Properties.FunctionName` or `checks.smoke[0].http`.
 */
export function placesIn(text: string): Places {
  const counter = new LineCounter();
  // Short forms of CloudFormation are tags that nobody declared, and what is broken is read as far as it goes.
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: false, logLevel: 'silent' });
  return {
    positionOf: (place) => {
      const offset = offsetOf(document.contents, partsOf(place));
      if (offset === undefined) return undefined;
      const { line, col } = counter.linePos(offset);
      return { line, column: col };
    },
    textAt: (place) => {
      const value = isMap(document.contents) ? document.getIn(partsOf(place)) : undefined;
      return typeof value === 'string' ? value : undefined;
    },
  };
}

function partsOf(place: string): string[] {
  return place.split(/\.|\[(?=\d+\])/).map((part) => part.replace(/^(\d+)\]$/, '$1'));
}

/** Where a member is written: its name, or the entry of a list. */
function offsetOf(node: unknown, parts: readonly string[]): number | undefined {
  if (parts.length === 0) return undefined;
  const [first, ...further] = parts;
  if (first !== undefined && isShortForm(node, first)) return offsetOf(node, further) ?? startOf(node);
  if (isSeq(node)) {
    const item = node.items[Number(parts[0])];
    return offsetOf(item, parts.slice(1)) ?? startOf(item);
  }
  if (!isMap(node)) return undefined;
  for (let count = parts.length; count > 0; count -= 1) {
    // A name may hold a dot.
    const pair = node.items.find((one) => nameOf(one) === parts.slice(0, count).join('.'));
    if (pair !== undefined) return offsetOf(pair.value, parts.slice(count)) ?? startOf(pair.key);
  }
  return undefined;
}

/** `!Ref` is `Ref`, and `!Sub` is `Fn::Sub`: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
function isShortForm(node: unknown, name: string): boolean {
  const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined;
  return tag?.startsWith('!') === true && name.replace(/^Fn::/, '') === tag.slice(1);
}

function nameOf({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
}
