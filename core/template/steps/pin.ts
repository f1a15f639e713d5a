import { propertyOf, type Resource, type Template, withProperties } from '../template.ts';

/** What undoes the pinning of an alias. */
export interface Pinned {
  readonly logicalId: string;
  readonly version: unknown;
  /** Weights of its template; absent where it has none. */
  readonly routing?: unknown;
}

/** Has aliases serve one version alone, whatever the template says. @param versions numbers by the logical ids of the aliases */
export function pinAliases(
  template: Template,
  versions: ReadonlyMap<string, string>,
): { readonly template: Template; readonly pinned: readonly Pinned[] } {
  const pinned: Pinned[] = [];
  const resources = Object.entries(template.Resources).map(([logicalId, resource]): [string, Resource] => {
    const version = versions.get(logicalId);
    if (version === undefined) return [logicalId, resource];
    const routing = propertyOf(resource, 'RoutingConfig');
    const named = propertyOf(resource, 'FunctionVersion');
    pinned.push({ logicalId, version: named, ...(routing === undefined ? {} : { routing }) });
    return [logicalId, withProperties(resource, { FunctionVersion: version, RoutingConfig: undefined })];
  });
  return { template: { ...template, Resources: Object.fromEntries(resources) }, pinned };
}

/** Takes `pinAliases` back. */
export function unpinAliases(template: Template, pinned: readonly Pinned[]): Template {
  const before = new Map(pinned.map((one) => [one.logicalId, one]));
  const resources = Object.entries(template.Resources).map(([logicalId, resource]): [string, Resource] => {
    const had = before.get(logicalId);
    if (had === undefined) return [logicalId, resource];
    return [logicalId, withProperties(resource, { FunctionVersion: had.version, RoutingConfig: had.routing })];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}
