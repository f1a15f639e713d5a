import { findReferences } from './references.ts';
import type { Resource } from './template.ts';

/** Resources by their logical ids. */
type Resources = Readonly<Record<string, Resource>>;

/** Every resource that some of a template's resources need, however far away. */
export function neededBy(ids: Iterable<string>, resources: Resources): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...ids];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const names = findReferences(resources[id]).parametersAndResources;
    for (const name of names) {
      if (found.has(name) || resources[name] === undefined) continue;
      found.add(name);
      queue.push(name);
    }
  }
  return found;
}

/** Would a resource need itself if it had a further part? CloudFormation refuses that ("Circular dependency between resources"). */
export function closesCircle(logicalId: string, part: unknown, resources: Resources): boolean {
  const names = [...findReferences(part).parametersAndResources].filter((name) => resources[name] !== undefined);
  return names.includes(logicalId) || neededBy(names, resources).has(logicalId);
}
