import { canonicalJson } from '../../release/chain.ts';
import { findReferences, renameReferences, sectionOf } from '../references.ts';
import { resourceSchema, templateSchema, withoutAttributes } from '../template.ts';
import { freezeParameters, type ParameterValues } from './freeze.ts';
import type { Resource, Template } from '../template.ts';

/** A resource that stays until the release has proven itself. */
export interface KeptResource {
  readonly logicalId: string;
  readonly type: string;
  /** Does a new one stand beside it? */
  readonly doubled: boolean;
  /** The template has it, under a condition that no longer holds. */
  readonly switchedOff?: true;
  /** What becomes of it when it leaves the stack, as its template says: `Retain`, `Snapshot`, …; absent where it is deleted. */
  readonly policy?: string;
}

/** What is known besides the templates. */
export interface About {
  /** Logical ids of live resources beside which a new one stands. */
  readonly doubled: readonly string[];
  /** Those that a condition of the release would remove. */
  readonly switchedOff?: readonly string[];
  /** Outputs that the release's template has for what is not there yet: the live ones stay. */
  readonly outputs?: readonly string[];
  /** What parameters are before and after the change. */
  readonly before: ParameterValues;
  readonly after: ParameterValues;
}

const nothingKnown: About = { doubled: [], switchedOff: [], outputs: [], before: new Map(), after: new Map() };

/** A template with everything in it that the live one has and it would drop. */
export interface Keeping {
  readonly template: Template;
  /** Resources that are kept until the release has proven itself. */
  readonly resources: readonly KeptResource[];
  /** Parameters that only kept resources use: they keep the value in use. */
  readonly parameters: readonly string[];
  /** Names of what was added to each section. */
  readonly added: Readonly<Record<'resources' | 'parameters' | 'conditions' | 'mappings', readonly string[]>>;
}

/**
 * Nothing that the old version uses is removed before the new one has proven itself: takes every dropped resource over from
 * the live template, with the parameters, conditions and mappings it refers to. A condition or mapping that has changed in
 * the meantime is taken over under another name, so that what is kept does not change.
 *
 * A resource that is replaced leaves the stack by being removed, which its `DeletionPolicy` decides: what its `UpdateReplacePolicy`
 * says is put there. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
 */
export function keepDropped(next: Template, liveAsWritten: Template, about: About = nothingKnown): Keeping {
  const { doubled, switchedOff = [] } = about;
  const live = freezeChanged(next, liveAsWritten, about);
  const dropped = Object.entries(live.Resources)
    .filter(([name]) => next.Resources[name] === undefined)
    // It is there, so it stays whatever the condition says.
    .map(([name, resource]): [string, Resource] => [
      name,
      switchedOff.includes(name) ? withoutAttributes(resource, ['Condition']) : resource,
    ]);
  if (dropped.length === 0) return nothingKept(next);
  const outputs = Object.entries(live.Outputs ?? {}).filter(([name]) => about.outputs?.includes(name) === true);
  const parts = [...dropped, ...outputs].map(([, part]) => part);
  const conditions = takeConditions(next, live, parts);
  const used = findReferences([parts, conditions.sources]);
  const mappings = takeOver(sectionOf(next, 'Mappings'), sectionOf(live, 'Mappings'), used.mappings);
  const parameters = takeOver(
    sectionOf(next, 'Parameters'),
    sectionOf(live, 'Parameters'),
    used.parametersAndResources,
    false,
  );
  const names = { conditions: conditions.names, mappings: mappings.names };
  const rename = (value: unknown): unknown => renameReferences(value, names);
  const kept = dropped.map(([name, resource]): [string, Resource] => [
    name,
    asReplaced(resourceSchema.parse(rename(resource)), doubled.includes(name)),
  ]);
  const added = [...conditions.added].map(([name, body]): [string, unknown] => [name, rename(body)]);
  return {
    template: {
      ...next,
      ...merged('Parameters', next.Parameters, parameters.added),
      ...merged('Mappings', next.Mappings, mappings.added),
      ...merged('Conditions', next.Conditions, added),
      ...merged(
        'Outputs',
        next.Outputs,
        outputs.map(([name, body]): [string, unknown] => [name, rename(body)]),
      ),
      Resources: { ...next.Resources, ...Object.fromEntries(kept) },
    },
    resources: kept.map(([logicalId, { Type, DeletionPolicy: policy }]) => ({
      ...{ logicalId, type: Type, doubled: doubled.includes(logicalId) },
      ...(switchedOff.includes(logicalId) ? { switchedOff: true } : {}),
      ...(typeof policy === 'string' && policy !== 'Delete' ? { policy } : {}),
    })),
    parameters: parameters.added.map(([name]) => name),
    added: {
      resources: dropped.map(([name]) => name),
      parameters: parameters.added.map(([name]) => name),
      conditions: added.map(([name]) => name),
      mappings: mappings.added.map(([name]) => name),
    },
  };
}

/** The live template with the old values of parameters that the release gives other ones: what is kept stays as it is. */
function freezeChanged(next: Template, live: Template, { before, after }: About): Template {
  const changed = new Map(
    [...before].filter(([name, value]) => {
      // A name is a parameter's or a resource's, and cannot be both.
      if (next.Resources[name] !== undefined) return true;
      const now = next.Parameters?.[name] === undefined ? undefined : after.get(name);
      return now !== undefined && !same(now, value);
    }),
  );
  if (changed.size === 0) return live;
  const { Resources, Conditions, Outputs } = live;
  return templateSchema.parse({
    ...live,
    ...(Conditions === undefined ? {} : { Conditions: freezeParameters(Conditions, changed) }),
    ...(Outputs === undefined ? {} : { Outputs: freezeParameters(Outputs, changed) }),
    Resources: freezeParameters(Resources, changed),
  });
}

function asReplaced(resource: Resource, doubled: boolean): Resource {
  const { UpdateReplacePolicy: policy } = resource;
  return doubled && policy !== undefined ? { ...resource, DeletionPolicy: policy } : resource;
}

/** Where there is nothing to keep. */
export function nothingKept(template: Template): Keeping {
  const added = { resources: [], parameters: [], conditions: [], mappings: [] };
  return { template, resources: [], parameters: [], added };
}

/** Takes `keepDropped` back. */
export function dropKept(template: Template, added: Keeping['added']): Template {
  const { Resources, Parameters, Conditions, Mappings, ...rest } = template;
  return {
    ...rest,
    ...without('Parameters', Parameters, added.parameters),
    ...without('Mappings', Mappings, added.mappings),
    ...without('Conditions', Conditions, added.conditions),
    Resources: Object.fromEntries(Object.entries(Resources).filter(([name]) => !added.resources.includes(name))),
  };
}

/** A section without some of its entries, and none at all where it was added for them. */
function without(
  name: 'Parameters' | 'Mappings' | 'Conditions',
  section: Readonly<Record<string, unknown>> | undefined,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  if (section === undefined) return {};
  const left = Object.entries(section).filter(([key]) => !names.includes(key));
  return left.length === 0 && names.length > 0 ? {} : { [name]: Object.fromEntries(left) };
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
    const taken = next.has(name) ? freeName(name, [next, live]) : name;
    if (taken !== name) names.set(name, taken);
    added.push([taken, body]);
  }
  return { added, names };
}

/** What was kept before, by a release that was not settled, has such a name already. */
function freeName(name: string, sections: readonly ReadonlyMap<string, unknown>[]): string {
  const candidate = `SluiceKept${name}`;
  return sections.some((section) => section.has(candidate)) ? freeName(candidate, sections) : candidate;
}

/** Conditions name other conditions: all that are reachable are taken over, and renamed if anything they build on has changed. */
function takeConditions(next: Template, live: Template, parts: readonly unknown[]): TakenOver & { sources: unknown[] } {
  const [nextConditions, liveConditions] = [sectionOf(next, 'Conditions'), sectionOf(live, 'Conditions')];
  const reached = new Set<string>();
  const queue = [...findReferences(parts).conditions];
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
  name: 'Parameters' | 'Mappings' | 'Conditions' | 'Outputs',
  section: Readonly<Record<string, unknown>> | undefined,
  added: readonly [string, unknown][],
): Readonly<Record<string, unknown>> {
  return added.length === 0 ? {} : { [name]: { ...section, ...Object.fromEntries(added) } };
}
