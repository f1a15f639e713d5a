import { canonicalJson } from '../../release/chain.ts';
import { findReferences, renameReferences, sectionOf } from '../references.ts';
import { resourceSchema } from '../template.ts';
import type { Resource, Template } from '../template.ts';

/** A template with everything in it that the live one has and it would drop. */
export interface Keeping {
  readonly template: Template;
  /** Resources that are kept until the release has proven itself. */
  readonly resources: readonly { readonly logicalId: string; readonly type: string }[];
  /** Parameters that only kept resources use: they keep the value in use. */
  readonly parameters: readonly string[];
}

/**
 * Nothing that the old version uses is removed before the new one has proven itself: takes every dropped resource over from
 * the live template, with the parameters, conditions and mappings it refers to. A condition or mapping that has changed in
 * the meantime is taken over under another name, so that what is kept does not change.
 */
export function keepDropped(next: Template, live: Template): Keeping {
  const dropped = Object.entries(live.Resources).filter(([name]) => next.Resources[name] === undefined);
  if (dropped.length === 0) return { template: next, resources: [], parameters: [] };
  const conditions = takeConditions(next, live, dropped);
  const used = findReferences([dropped.map(([, resource]) => resource), conditions.sources]);
  const mappings = takeOver(sectionOf(next, 'Mappings'), sectionOf(live, 'Mappings'), used.mappings);
  const parameters = takeOver(
    sectionOf(next, 'Parameters'),
    sectionOf(live, 'Parameters'),
    used.parametersAndResources,
    false,
  );
  const names = { conditions: conditions.names, mappings: mappings.names };
  const rename = (value: unknown): unknown => renameReferences(value, names);
  const kept = dropped.map(([name, resource]): [string, Resource] => [name, resourceSchema.parse(rename(resource))]);
  const added = [...conditions.added].map(([name, body]): [string, unknown] => [name, rename(body)]);
  return {
    template: {
      ...next,
      ...merged('Parameters', next.Parameters, parameters.added),
      ...merged('Mappings', next.Mappings, mappings.added),
      ...merged('Conditions', next.Conditions, added),
      Resources: { ...next.Resources, ...Object.fromEntries(kept) },
    },
    resources: dropped.map(([logicalId, { Type }]) => ({ logicalId, type: Type })),
    parameters: parameters.added.map(([name]) => name),
  };
}

interface TakenOver {
  readonly added: readonly [string, unknown][];
  /** Names that had to change. */
  readonly names: ReadonlyMap<string, string>;
}

function takeOver(
  next: ReadonlyMap<string, unknown>,
  live: ReadonlyMap<string, unknown>,
  used: Iterable<string>,
  renames = true,
): TakenOver {
  const added: [string, unknown][] = [];
  const names = new Map<string, string>();
  for (const name of used) {
    const body = live.get(name);
    if (body === undefined || (next.has(name) && (!renames || same(next.get(name), body)))) continue;
    const taken = next.has(name) ? `SluiceKept${name}` : name;
    if (taken !== name) names.set(name, taken);
    added.push([taken, body]);
  }
  return { added, names };
}

/** Conditions name other conditions: all that are reachable are taken over, and renamed if anything they build on has changed. */
function takeConditions(
  next: Template,
  live: Template,
  dropped: readonly [string, Resource][],
): TakenOver & { sources: unknown[] } {
  const [nextConditions, liveConditions] = [sectionOf(next, 'Conditions'), sectionOf(live, 'Conditions')];
  const reached = new Set<string>();
  const queue = [...findReferences(dropped.map(([, resource]) => resource)).conditions];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (reached.has(name) || !liveConditions.has(name)) continue;
    reached.add(name);
    queue.push(...findReferences(liveConditions.get(name)).conditions);
  }
  const meaning = (conditions: ReadonlyMap<string, unknown>, name: string): unknown =>
    [...closure(conditions, name)].sort().map((part) => [part, conditions.get(part)]);
  const expanded = (conditions: ReadonlyMap<string, unknown>): Map<string, unknown> =>
    new Map([...conditions.keys()].map((name) => [name, meaning(conditions, name)]));
  const { names, added } = takeOver(expanded(nextConditions), expanded(liveConditions), reached);
  const original = new Map([...names].map(([name, taken]) => [taken, name]));
  return {
    names,
    added: added.map(([name]) => [name, liveConditions.get(original.get(name) ?? name)]),
    sources: [...reached].map((name) => liveConditions.get(name)),
  };
}

function closure(conditions: ReadonlyMap<string, unknown>, name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const inner of findReferences(conditions.get(name)).conditions) closure(conditions, inner, seen);
  return seen;
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function merged(
  name: 'Parameters' | 'Mappings' | 'Conditions',
  section: Readonly<Record<string, unknown>> | undefined,
  added: readonly [string, unknown][],
): Readonly<Record<string, unknown>> {
  return added.length === 0 ? {} : { [name]: { ...section, ...Object.fromEntries(added) } };
}
