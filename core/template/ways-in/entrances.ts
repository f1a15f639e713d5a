import type { Resource, Template } from '../template.ts';
import { eventsOf, findWaysIn, type WayIn } from './find.ts';
import { valuesAt } from './held.ts';
import { symbolicTexts } from '../symbolic-text.ts';
import { links } from './table.ts';

/** Where events come in, and what they come to. */
export interface Entrance {
  readonly logicalId: string;
  readonly type: string;
  readonly leads: readonly Lead[];
}

/** A function that events come to, and the alias by which they do. */
export type Lead = Pick<WayIn, 'functionId' | 'alias'>;

/**
 * Entrances of a template by what makes two of them the same: the same events, at the same place, under whatever logical id; and the same
 * logical id. A route is an entrance, too, and leads to where its integration leads.
 */
export function entrancesOf(template: Template): ReadonlyMap<string, Entrance> {
  const ways = findWaysIn(template).filter(({ type, nature }) => nature !== 'likely' && type !== PERMISSION);
  const named = [...ways.flatMap(asEntrance), ...linkEntrances(template, ways)];
  const merged = new Map<string, Entrance>();
  for (const [key, entrance] of named) {
    const before = merged.get(key)?.leads ?? [];
    merged.set(key, { ...entrance, leads: [...before, ...entrance.leads] });
  }
  return merged;
}

const PERMISSION = 'AWS::Lambda::Permission';

type Keyed = readonly [string, Entrance];

/** Places in a list have no names: which of them leads where is not compared. */
function keysOf(logicalId: string, type: string, events: string, path: string): string[] {
  const place = path.replaceAll(/(?<=^|\.)\d+(?=\.|$)/g, '*');
  return [`${events} ${place}`, `${type} ${logicalId} ${place}`];
}

function asEntrance({ logicalId, type, events, path, functionId, alias }: WayIn): Keyed[] {
  const leads = [{ functionId, ...(alias === undefined ? {} : { alias }) }];
  return keysOf(logicalId, type, events, path).map((key) => [key, { logicalId, type, leads }]);
}

function linkEntrances(template: Template, ways: readonly WayIn[]): Keyed[] {
  return links.flatMap((kind) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === kind.type)
      .flatMap(([logicalId, resource]) => {
        const events = eventsOf(logicalId, resource, kind.events);
        return kind.holds.flatMap((holds): Keyed[] => {
          const reached = reachable(template, named(resource, [holds]));
          const leads = ways.filter((way) => reached.has(way.logicalId));
          return leads.length === 0
            ? []
            : keysOf(logicalId, kind.type, events, holds).map((key) => [key, { logicalId, type: kind.type, leads }]);
        });
      }),
  );
}

/** Resources that links lead to, over other links. */
function reachable(template: Template, first: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const queue = [...first];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    const resource = template.Resources[id];
    if (resource !== undefined) queue.push(...named(resource, holdsOf(resource.Type)));
  }
  return reached;
}

function holdsOf(type: string): string[] {
  return links.filter((kind) => kind.type === type).flatMap(({ holds }) => holds);
}

/** Resources that properties of one refer to. */
function named({ Properties }: Resource, holds: readonly string[]): string[] {
  return holds
    .flatMap((path) => valuesAt(Properties, path.split('.')))
    .flatMap(({ value }) => symbolicTexts(value))
    .flatMap(({ text }) => [...text.matchAll(/(?<=⟦)[^⟧.]+/g)].map(([name]) => name));
}
