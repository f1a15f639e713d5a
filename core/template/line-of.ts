/**
 * The line of a place in the text of a template, as an editor counts it: of block YAML, and of JSON that has a line for each member.
 * The line of what it is inside of, where it is written in another way; undefined where not even that is found.
 * @param place `Resources.Orders.Properties.FunctionName`
 */
export function lineOf(text: string, place: string): number | undefined {
  let within = text.split(/\r?\n/).map((line, index): Line => ({ line, number: index + 1 }));
  let found: number | undefined;
  for (const name of place.split('.')) {
    const named = childNamed(name, within);
    if (named === undefined) return found;
    found = named.number;
    within = insideOf(named, within);
  }
  return found;
}

interface Line {
  readonly line: string;
  readonly number: number;
}

/** The member of that name that is indented least. */
function childNamed(name: string, lines: readonly Line[]): Line | undefined {
  const named = lines.filter(({ line }) => keyOf(line) === name);
  return named.find((one) => named.every((other) => indentation(one) <= indentation(other)));
}

/** The name that a line begins with: `Orders:`, `"Orders": {`. */
function keyOf(line: string): string | undefined {
  return /^\s*(["']?)([^\s"'#:][^\s"':]*)\1\s*:(?:\s|$)/.exec(line)?.[2];
}

/** The lines of a member, after its own. */
function insideOf(member: Line, lines: readonly Line[]): Line[] {
  const after = lines.filter(({ number }) => number > member.number);
  const end = after.findIndex((one) => saysSomething(one) && indentation(one) <= indentation(member));
  return end === -1 ? after : after.slice(0, end);
}

/** Lists and closing brackets may stand under their own key. */
function saysSomething({ line }: Line): boolean {
  return !/^\s*([\]}#-]|$)/.test(line);
}

function indentation({ line }: Line): number {
  return line.length - line.trimStart().length;
}
