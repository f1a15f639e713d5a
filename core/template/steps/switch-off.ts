import { neededBy } from '../dependencies.ts';
import type { Resource, Template } from '../template.ts';

/** What undoes leaving out: the resources as the release has them. */
export type SwitchedOff = readonly (readonly [string, Resource])[];

/**
 * A resource whose condition no longer holds is removed as one that is dropped would be, though the template goes on declaring it. It is
 * left out until *Settle*, so that the live one is kept like any other. Where the live one would come to need itself by what the release
 * has around it, it cannot be kept.
 * @param ids what a change set removes
 */
export function leaveOutSwitchedOff(
  next: Template,
  live: Template,
  ids: readonly string[],
): { readonly template: Template; readonly switchedOff: SwitchedOff } {
  const standing = ids.filter((id) => next.Resources[id] !== undefined && live.Resources[id] !== undefined);
  const own = Object.entries(next.Resources);
  const without = (left: readonly string[]): Record<string, Resource> =>
    Object.fromEntries(own.filter(([id]) => !left.includes(id)));
  const kept = { ...live.Resources, ...without(standing) };
  const keepable = standing.filter((id) => !neededBy([id], kept).has(id));
  const switchedOff = own.filter(([id]) => keepable.includes(id));
  return { template: { ...next, Resources: without(keepable) }, switchedOff };
}

/** Takes `leaveOutSwitchedOff` back. */
export function addSwitchedOff(template: Template, switchedOff: SwitchedOff): Template {
  return { ...template, Resources: { ...template.Resources, ...Object.fromEntries(switchedOff) } };
}
