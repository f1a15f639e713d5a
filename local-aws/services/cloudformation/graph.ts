import { validationError } from './errors.ts';
import { references } from './references.ts';
import type { ResourceDefinition } from './template.ts';

/** What each resource waits for, by logical id. */
export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>;

/** Dependencies by DependsOn and by reference, among the resources given (those whose condition holds). */
export function dependencies(
  resources: ReadonlyMap<string, ResourceDefinition>,
  holds: (condition: string) => boolean,
): Dependencies {
  const graph = new Map<string, ReadonlySet<string>>();
  for (const [id, { Properties, DependsOn, UpdatePolicy }] of resources) {
    const referred = references([Properties, UpdatePolicy], holds).map(({ name }) => name);
    graph.set(id, new Set([...DependsOn, ...referred].filter((name) => resources.has(name))));
  }
  return graph;
}

/** The resources so that each stands after all it depends on. @throws AwsError ValidationError naming a circle */
export function ordered(graph: Dependencies): readonly string[] {
  const placed = new Set<string>();
  let left = [...graph.keys()];
  while (left.length > 0) {
    const ready = left.filter((id) => [...(graph.get(id) ?? [])].every((other) => placed.has(other)));
    if (ready.length === 0) throw validationError(`Circular dependency between resources: [${left.join(', ')}]`);
    for (const id of ready) placed.add(id);
    left = left.filter((id) => !placed.has(id));
  }
  return [...placed];
}

/**
 * Runs a step for every resource, each as soon as those it depends on have succeeded, side by side where they can. A step
 * answers whether it succeeded; what depends on one that did not is never started.
 */
export async function eachInOrder(graph: Dependencies, step: (id: string) => Promise<boolean>): Promise<void> {
  const runs = new Map<string, Promise<boolean>>();
  for (const id of ordered(graph)) {
    const before = [...(graph.get(id) ?? [])].flatMap((other) => runs.get(other) ?? []);
    runs.set(
      id,
      Promise.all(before).then((results) => (results.every(Boolean) ? step(id) : false)),
    );
  }
  await Promise.all(runs.values());
}
