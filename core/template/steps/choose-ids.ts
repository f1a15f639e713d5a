import type { Publishing, VersionPair } from '../publishing.ts';
import type { Template } from '../template.ts';
import { type LogicalIds, originOf } from './rename.ts';

/** What of the release's template has to be called otherwise in the stack. */
export interface Decisions {
  readonly publishing: Publishing;
  /** Resources that are replaced: the new one stands beside the old one until the release is settled. */
  readonly doubled: readonly string[];
  /** Resources that are removed although the template declares them: their condition no longer holds. */
  readonly switchedOff?: readonly string[];
}

export const nothingDecided: Decisions = { publishing: {}, doubled: [], switchedOff: [] };

const suffix = 'Sluice';

/**
 * What earlier releases called otherwise than the team's template does: each of these names goes on. Where the template by now uses such a
 * name for something else, that is called otherwise in its turn.
 * @param next with the team's logical ids
 */
export function carriedIds(next: Template, live: Template): LogicalIds {
  const carried = new Map<string, string>();
  for (const [logicalId, resource] of Object.entries(live.Resources)) {
    const origin = originOf(logicalId, resource);
    if (origin === logicalId || next.Resources[origin]?.Type !== resource.Type) continue;
    const known = carried.get(origin);
    // An older one of the same origin is there while a release was not settled.
    if (known === undefined || numberOf(origin, known) < numberOf(origin, logicalId)) carried.set(origin, logicalId);
  }
  const displaced = [...carried.values()].filter((id) => next.Resources[id] !== undefined && !carried.has(id));
  return new Map([...carried, ...displaced.map((id): [string, string] => [id, freshId(id, live, next)])]);
}

/**
 * The logical ids that versions and replaced resources get in the stack: a version that is not published keeps the live one's, what
 * is published or replaced gets a new one.
 * @param next with the ids that `carriedIds` gives
 */
export function newIds(
  next: Template,
  live: Template,
  pairs: readonly VersionPair[],
  { publishing, doubled }: Decisions,
): LogicalIds {
  const versions = pairs.flatMap(({ versionId, liveId }): [string, string][] => {
    if (publishing[versionId] !== undefined) {
      return live.Resources[versionId] === undefined ? [] : [[versionId, freshId(versionId, live, next)]];
    }
    return liveId === undefined || liveId === versionId || next.Resources[liveId] !== undefined
      ? []
      : [[versionId, liveId]];
  });
  const anew = [...new Set([...doubled, ...retyped(next, live)])];
  return new Map([...versions, ...anew.map((id): [string, string] => [id, freshId(id, live, next)])]);
}

/** CloudFormation does not let a logical id go over to another type: what comes under the same name is another resource. */
function retyped(next: Template, live: Template): string[] {
  return Object.entries(next.Resources).flatMap(([id, { Type }]) => {
    const before = live.Resources[id];
    return before === undefined || before.Type === Type ? [] : [id];
  });
}

/** `OrdersSluice2`, `OrdersSluice3`, …: the number only grows. */
function freshId(logicalId: string, live: Template, next: Template): string {
  const origin = baseOf(logicalId);
  const taken = [...Object.keys(live.Resources), ...Object.keys(next.Resources)].map((id) => numberOf(origin, id));
  return `${origin}${suffix}${Math.max(1, ...taken) + 1}`;
}

function baseOf(logicalId: string): string {
  return logicalId.replace(/Sluice[0-9]+$/, '');
}

function numberOf(origin: string, logicalId: string): number {
  return baseOf(logicalId) === origin && logicalId !== origin
    ? Number(logicalId.slice(origin.length + suffix.length))
    : 1;
}
