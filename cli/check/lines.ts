import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';

/** The line of a place, counted from 1; undefined where not even what it is inside of is found. */
export type LineOf = (place: string) => number | undefined;

/**
 * Finds lines in the text of a template or a manifest, YAML or JSON, as an editor counts them. What is not there is looked for where it
 * would be: the line is that of what it is inside of. A place is `Resources.Orders.Properties.FunctionName` or `checks.smoke[0].http`.
 */
export function linesOf(text: string): LineOf {
  const counter = new LineCounter();
  // Short forms of CloudFormation are tags that nobody declared, and what is broken is read as far as it goes.
  const { contents } = parseDocument(text, { lineCounter: counter, uniqueKeys: false, logLevel: 'silent' });
  return (place) => {
    const offset = offsetOf(contents, partsOf(place));
    return offset === undefined ? undefined : counter.linePos(offset).line;
  };
}

function partsOf(place: string): string[] {
  return place.split(/\.|\[(?=\d+\])/).map((part) => part.replace(/^(\d+)\]$/, '$1'));
}

/** Where a member is written: its name, or the entry of a list. */
function offsetOf(node: unknown, parts: readonly string[]): number | undefined {
  if (parts.length === 0) return undefined;
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

function nameOf({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
}
