import { listOf, recordOf } from '../values/records.ts';
import { findReferences } from './references.ts';
import { hasTransforms, type Template } from './template.ts';

/**
 * Resources that need one another in a circle, each beside the one it needs. Only what is certain: what a condition takes in does not
 * count, and of a template with transforms nothing does, as they split resources.
 */
export function circles(template: Template): string[][] {
  if (hasTransforms(template)) return [];
  const needs = new Map(
    Object.entries(template.Resources)
      .filter(([, { Condition }]) => Condition === undefined)
      .map(([logicalId, { Properties, DependsOn }]) => [logicalId, certainNeeds(Properties, DependsOn)]),
  );
  const found: string[][] = [];
  const done = new Set<string>();
  for (const [logicalId, own] of needs) {
    const circle = done.has(logicalId) ? undefined : circleFrom(logicalId, own, needs, done);
    if (circle !== undefined) found.push(circle);
  }
  return found;
}

function certainNeeds(properties: unknown, dependsOn: unknown): string[] {
  const explicit = listOf(dependsOn).filter((name) => typeof name === 'string');
  return [...new Set([...findReferences(withoutChoices(properties)).parametersAndResources, ...explicit])];
}

/**
 * Of functions alone: a member `DependsOn` inside of properties is the type's own. @returns a copy without what only a condition takes in
 */
function withoutChoices(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutChoices);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(recordOf(value)).filter(([name]) => name !== 'Fn::If' && name !== 'DependsOn');
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutChoices(inner)]));
}

/** Depth first, without recursion: a chain may be as long as a template. @param done those that are known to lead into no other circle */
function circleFrom(
  start: string,
  own: readonly string[],
  needs: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): string[] | undefined {
  const path = [{ name: start, left: [...own] }];
  for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
    const next = last.left.shift();
    if (next === undefined) {
      done.add(last.name);
      path.pop();
      continue;
    }
    const at = path.findIndex(({ name }) => name === next);
    if (at >= 0) {
      const circle = path.slice(at).map(({ name }) => name);
      for (const { name } of path) done.add(name);
      return circle;
    }
    const further = needs.get(next);
    if (further !== undefined && !done.has(next)) path.push({ name: next, left: [...further] });
  }
  return undefined;
}
