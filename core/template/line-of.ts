/**
 * The line of a place in the text of a template, as an editor counts it: of block YAML, and of JSON that has a line for each member.
 * The line of what it is inside of, where it is written in another way; undefined where not even that is found.
 * @param place `Resources.Orders.Properties.FunctionName`
 */
export function lineOf(text: string, place: string): number | undefined {
  const lines = text.split(/\r?\n/);
  let found: number | undefined;
  let from = 0;
  let to = lines.length;
  for (const name of place.split('.')) {
    const at = childNamed(name, lines, from, to);
    if (at === undefined) return found;
    found = at + 1;
    from = at + 1;
    to = endOf(at, lines, to);
  }
  return found;
}

/** The member of that name that is indented least. */
function childNamed(name: string, lines: readonly string[], from: number, to: number): number | undefined {
  let best: number | undefined;
  for (let index = from; index < to; index += 1) {
    if (keyOf(lines[index] ?? '') !== name) continue;
    if (best === undefined || indentation(lines[index] ?? '') < indentation(lines[best] ?? '')) best = index;
  }
  return best;
}

/** The name that a line begins with: `Orders:`, `"Orders": {`. */
function keyOf(line: string): string | undefined {
  return /^\s*(?:"([^"]+)"|'([^']+)'|([^\s"'#:][^\s:]*))\s*:(?:\s|$)/
    .exec(line)
    ?.slice(1)
    .find((name) => name !== undefined);
}

/** The first line after a member's own. */
function endOf(at: number, lines: readonly string[], to: number): number {
  const own = indentation(lines[at] ?? '');
  for (let index = at + 1; index < to; index += 1) {
    const line = lines[index] ?? '';
    const says = line.trim() !== '' && !line.trimStart().startsWith('#');
    if (says && indentation(line) <= own && !/^\s*[\]}-]/.test(line)) return index;
  }
  return to;
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
