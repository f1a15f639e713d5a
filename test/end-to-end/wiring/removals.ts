import { at, listOf, withoutPath, withoutResource, type Path, type Template } from './template.ts';
import type { Removal } from './wire.ts';

/**
 * A template without several things at once. A statement goes with the last of its actions or of its resources: IAM has none without.
 * @throws Error when one of them is not there
 */
export function withoutAll(template: Template, removals: readonly Removal[]): Template {
  const paths = removals.flatMap((removal) => ('path' in removal ? [removal.path] : []));
  const resources = removals.flatMap((removal) => ('resource' in removal ? [removal.resource] : []));
  // From the end of each list, so that what is still to be removed stays in its place.
  const ordered = wholeStatements(template, paths).toSorted(byPlace).toReversed();
  return resources.reduce(
    (left, id) => (id in left.Resources ? withoutResource(left, id) : left),
    ordered.reduce(withoutPath, template),
  );
}

/** The same places, with that of a statement where all of its actions or resources would go. */
function wholeStatements(template: Template, paths: readonly Path[]): readonly Path[] {
  const keys = new Set(paths.map(keyOf));
  const isEmptied = (statement: Path): boolean =>
    ['Action', 'Resource'].some((member) => {
      const members = listOf(at(template, [...statement, member]));
      return members.length > 0 && members.every((_, place) => keys.has(keyOf([...statement, member, place])));
    });
  const whole = paths.map((path) => {
    const statement = statementOf(path);
    return statement !== undefined && isEmptied(statement) ? statement : path;
  });
  const emptied = new Set(whole.filter((path, index) => path !== paths[index]).map(keyOf));
  const rest = whole.filter((path) => emptied.has(keyOf(path)) || !emptied.has(keyOf(statementOf(path) ?? [])));
  return [...new Map(rest.map((path) => [keyOf(path), path])).values()];
}

/** The place of the statement that an action or a resource is in. */
function statementOf(path: Path): Path | undefined {
  const place = path.lastIndexOf('Statement');
  return place < 0 || path.length !== place + 4 ? undefined : path.slice(0, place + 2);
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** Orders places as they come in a template; what is inside of another comes after it. */
function byPlace(one: Path, other: Path): number {
  const differs = one.findIndex((step, index) => step !== other[index]);
  const [a, b] = [one[differs], other[differs]];
  if (differs < 0) return one.length - other.length;
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a ?? '').localeCompare(String(b ?? ''));
}
