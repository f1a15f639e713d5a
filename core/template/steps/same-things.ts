import { canonicalJson } from '../../release/chain.ts';
import { identityOf } from '../resource-identity.ts';
import type { Resource, Template } from '../template.ts';
import { type LogicalIds, renameResources } from './rename.ts';

/**
 * Resources that the release's template only calls otherwise than the live one does: of the same type, with the same name or in the
 * same place. CloudFormation would make the new one before it deletes the old one, which fails, or deletes what both are; under the
 * logical id that they have they are changed in place.
 * @param next with the ids that earlier releases gave
 */
export function sameThings(next: Template, live: Template): LogicalIds {
  let found: LogicalIds = new Map<string, string>();
  for (;;) {
    const renamed = renameResources(next, found);
    // What belongs to something that is called otherwise is found once that is known.
    const further = pairsOf(renamed, live);
    if (further.size === 0) return found;
    found = new Map([...found, ...further]);
  }
}

function pairsOf(next: Template, live: Template): LogicalIds {
  const added = byPlace(next, live);
  const dropped = byPlace(live, next);
  return new Map(
    [...added].flatMap(([place, [id, ...others]]): [string, string][] => {
      const [before, ...further] = dropped.get(place) ?? [];
      const clear = others.length === 0 && further.length === 0;
      return clear && id !== undefined && before !== undefined ? [[id, before]] : [];
    }),
  );
}

/** Logical ids of the resources that only one of two templates has, by type and identity. */
function byPlace(template: Template, other: Template): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const [id, resource] of Object.entries(template.Resources)) {
    const place = other.Resources[id] === undefined ? placeOf(resource) : undefined;
    if (place !== undefined) places.set(place, [...(places.get(place) ?? []), id]);
  }
  return places;
}

function placeOf({ Type, Properties = {}, Condition }: Resource): string | undefined {
  const identity = identityOf(Type, Properties);
  return identity === undefined ? undefined : canonicalJson([Type, Condition, identity]);
}
