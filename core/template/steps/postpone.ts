import { neededBy } from '../dependencies.ts';
import { findReferences } from '../references.ts';
import type { Resource, Template } from '../template.ts';
import { findWaysIn, type WayIn } from '../ways-in/find.ts';

/** A way in that takes another's place, for the same events. */
export interface Postponed {
  readonly logicalId: string;
  readonly type: string;
  /** Logical id of the live one. */
  readonly replaces: string;
  /** Whether it waits; else both are there until the bake is over. */
  readonly waits: boolean;
}

/** What undoes postponing. */
export interface LeftOut {
  readonly resources: readonly (readonly [string, Resource])[];
  /** Outputs of the release that refer to them; the live ones of these names are kept, since somebody may import them. */
  readonly outputs: readonly (readonly [string, unknown])[];
}

/**
 * Ways in exist once. Where the release drops one and adds another for the same events, the live one is kept and the other one waits for
 * *Settle*, with what it alone needs: both would bring the same events twice. One that a resource of the live version refers to by now
 * cannot wait.
 * @param next with the logical ids of the stack
 */
export function postponeWaysIn(
  next: Template,
  live: Template,
): { readonly template: Template; readonly postponed: readonly Postponed[]; readonly leftOut: LeftOut } {
  const pairs = successors(next, live);
  const waiting = withDependents(new Set(pairs.map(({ logicalId }) => logicalId)), next, live);
  const postponed = pairs.map((pair) => ({ ...pair, waits: waiting.has(pair.logicalId) }));
  if (waiting.size === 0) return { template: next, postponed, leftOut: { resources: [], outputs: [] } };
  const resources = Object.entries(next.Resources);
  const outputs = Object.entries(next.Outputs ?? {}).filter(([, output]) => refersTo(output, waiting));
  return {
    template: {
      ...next,
      Resources: Object.fromEntries(resources.filter(([id]) => !waiting.has(id))),
      ...(next.Outputs === undefined ? {} : { Outputs: without(next.Outputs, outputs) }),
    },
    postponed,
    leftOut: { resources: resources.filter(([id]) => waiting.has(id)), outputs },
  };
}

/** Takes `postponeWaysIn` back. */
export function addPostponed(template: Template, { resources, outputs }: LeftOut): Template {
  return {
    ...template,
    Resources: { ...template.Resources, ...Object.fromEntries(resources) },
    ...(outputs.length === 0 ? {} : { Outputs: { ...template.Outputs, ...Object.fromEntries(outputs) } }),
  };
}

/** Ways in of which only the release's template has one, and only the live one the other. */
function successors(next: Template, live: Template): Omit<Postponed, 'waits'>[] {
  const dropped = findWaysIn(live).filter((way) => isEntrance(way) && next.Resources[way.logicalId] === undefined);
  const found = findWaysIn(next)
    .filter((way) => isEntrance(way) && live.Resources[way.logicalId] === undefined)
    .flatMap(({ logicalId, type, events }) => {
      const before = dropped.find((way) => way.type === type && way.events === events);
      return before === undefined ? [] : [{ logicalId, type, replaces: before.logicalId }];
    });
  return [...new Map(found.map((one) => [one.logicalId, one])).values()];
}

/** Does it bring events by itself? A permission lets them in, and two of them bring none twice. */
function isEntrance({ type, nature }: WayIn): boolean {
  return nature === undefined && type !== 'AWS::Lambda::Permission';
}

/** Those that can wait, with every new resource that refers to one; none to which something refers that has to be there. */
function withDependents(ids: ReadonlySet<string>, next: Template, live: Template): ReadonlySet<string> {
  const waiting = new Set(ids);
  const stays: string[] = [];
  for (let before = -1; before < waiting.size;) {
    before = waiting.size;
    for (const [id, resource] of Object.entries(next.Resources)) {
      if (waiting.has(id) || !refersTo(resource, waiting)) continue;
      if (live.Resources[id] !== undefined || /^AWS::Lambda::(Function|Version|Alias)$/.test(resource.Type))
        stays.push(id);
      else waiting.add(id);
    }
  }
  if (stays.length === 0) return waiting;
  const needed = neededBy(stays, next.Resources);
  const rest = new Set([...ids].filter((id) => !needed.has(id)));
  // It has fewer: what stays refers to one that waits, and by that to one of these.
  return withDependents(rest, next, live);
}

function refersTo(value: unknown, ids: ReadonlySet<string>): boolean {
  return [...findReferences(value).parametersAndResources].some((name) => ids.has(name));
}

function without(
  outputs: Readonly<Record<string, unknown>>,
  left: readonly (readonly [string, unknown])[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => left.every(([other]) => other !== name)));
}
