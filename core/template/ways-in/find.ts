import { canonicalJson } from '../../release/chain.ts';
import { propertyOf, type Resource, type Template } from '../template.ts';
import { destinationsIn, type Found } from './destinations.ts';
import { type Guards, readGuards } from './guards.ts';
import { heldTexts, valuesAt } from './held.ts';
import { releasePrincipals, waysIn, type WayInKind } from './table.ts';

/** A way in to a function of a template. */
export interface WayIn extends Found {
  /** The resource by which events come, and its type. */
  readonly logicalId: string;
  readonly type: string;
  /** Where it names the function: `Targets.0.Arn`. */
  readonly path: string;
  /** As in the table of ways in. */
  readonly nature?: 'edge' | 'likely';
  /** Which events come by it: equal for two resources that stand in each other's place. */
  readonly events: string;
}

/** Every way in to the functions of a template, processed or as it was written. */
export function findWaysIn(template: Template): WayIn[] {
  const guards = readGuards(template);
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => [
    ...waysIn.filter(({ type }) => type === resource.Type).flatMap((kind) => waysOf(logicalId, resource, kind, guards)),
    ...samEvents(logicalId, resource, guards),
  ]);
}

function waysOf(logicalId: string, resource: Resource, kind: WayInKind, guards: Guards): WayIn[] {
  if (isOfRelease(resource)) return [];
  const common = {
    ...{ logicalId, type: kind.type, events: eventsOf(logicalId, resource, kind.events) },
    ...(kind.nature === undefined ? {} : { nature: kind.nature }),
  };
  const found = kind.holds.flatMap((holds) =>
    heldTexts(resource, holds).flatMap((held) =>
      destinationsIn(held, kind, guards).map((one) => ({ ...held, ...one })),
    ),
  );
  const ways = found.map(({ path, functionId, leads, alias }): WayIn => ({
    ...{ ...common, path: path.join('.'), functionId, leads },
    ...(alias === undefined ? {} : { alias }),
  }));
  // A function that knows itself is no caller.
  const others = ways.filter(({ functionId }) => functionId !== logicalId);
  return [...new Map(others.map((way) => [canonicalJson(way), way])).values()];
}

/** A permission for what calls only while something is released. */
function isOfRelease(resource: Resource): boolean {
  const principal = propertyOf(resource, 'Principal');
  return (
    resource.Type === 'AWS::Lambda::Permission' &&
    typeof principal === 'string' &&
    releasePrincipals.includes(principal)
  );
}

/** Properties that say which events come to a resource, as text to compare; the resource itself where it has none. */
export function eventsOf(logicalId: string, { Type, Properties }: Resource, names: readonly string[]): string {
  if (names.length === 0) return canonicalJson([Type, logicalId]);
  return canonicalJson([Type, ...names.map((name) => valuesAt(Properties, name.split('.')).map(({ value }) => value))]);
}

/** Events and URLs that SAM's transform leads to the function's alias, or to the function where it has none. */
function samEvents(logicalId: string, resource: Resource, { functions }: Guards): WayIn[] {
  if (resource.Type !== 'AWS::Serverless::Function') return [];
  const [alias] = functions.filter(({ id }) => id === logicalId).flatMap(({ aliases }) => aliases);
  const events = valuesAt(resource.Properties, ['Events', '*']);
  const urls = valuesAt(resource.Properties, ['FunctionUrlConfig']);
  return [...events, ...urls].map(({ path, value }) => ({
    ...{ logicalId, type: resource.Type, path: path.join('.'), functionId: logicalId },
    ...(alias === undefined ? { leads: 'function' } : { leads: 'alias', alias: alias.id }),
    events: canonicalJson([resource.Type, value]),
  }));
}
