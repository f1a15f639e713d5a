import { addBoundary } from './boundary.ts';
import type { BoundaryAddition } from './boundary.ts';
import { findAliases, guardsSameFunction, VERSION } from '../aliases.ts';
import { keepDropped } from './keep.ts';
import type { Keeping } from './keep.ts';
import { attributeReference, propertyOf, withoutAttributes, withProperties } from '../template.ts';
import type { Resource, Template } from '../template.ts';

/** What is live in AWS, by logical id. */
export interface LiveVersions {
  /** Version that each alias serves. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Number that each `AWS::Lambda::Version` of the stack published. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A template to apply, and what is special about it. */
export interface AppliedTemplate extends Keeping {
  /** Aliases that are kept on the live version until traffic is shifted. */
  readonly pinned: readonly string[];
  /** Aliases that are new, or move to another function: they serve the new version at once. */
  readonly unpinned: readonly string[];
  /** Roles and users of the release that get the permissions boundary from the engine. */
  readonly bounded: readonly BoundaryAddition[];
}

/**
 * The template to apply: publishes the new version without moving users. Every alias that is live is pinned to the version
 * it serves; what the new template drops is kept; versions are retained; CloudFormation's own traffic shift is taken out.
 * A new version is retained only from the settle on: one that a rollback left behind would keep the same code from ever being
 * published again ("A version for this Lambda function exists").
 *
 * The steps, in their order: add the boundary, keep what is dropped, take the traffic over, pin. What is kept comes from the
 * live template as it is there, so the boundary is added before.
 *
 * @param next processed template of the release
 * @param live processed template of the stack; undefined for a first deployment
 * @param boundary ARN of the permissions boundary of the entry's roles; undefined where the policy wants none
 */
export function applyTemplate(
  next: Template,
  live: Template | undefined,
  versions: LiveVersions,
  boundary: string | undefined,
): AppliedTemplate {
  const { template: bounded, added } = addBoundary(next, boundary);
  const keeping =
    live === undefined ? { template: bounded, resources: [], parameters: [] } : keepDropped(bounded, live);
  const prepared = mapResources(takeTrafficOver(keeping.template), (resource, name) =>
    resource.Type === VERSION && live !== undefined && live.Resources[name] === undefined
      ? { ...resource, DeletionPolicy: 'Delete' }
      : resource,
  );
  const aliases = findAliases(prepared).map(({ logicalId }) => logicalId);
  const pinned = aliases.filter(
    (id) => live !== undefined && versions.aliases[id] !== undefined && guardsSameFunction(prepared, live, id),
  );
  return {
    ...keeping,
    template: pin(prepared, pinned, versions),
    pinned,
    unpinned: aliases.filter((id) => !pinned.includes(id)),
    bounded: added,
  };
}

/** The template to settle on: the release's own, with the new versions named as it names them, and with the boundary. */
export function settleTemplate(next: Template, boundary: string | undefined): Template {
  return takeTrafficOver(addBoundary(next, boundary).template);
}

/** Published versions are retained even when they leave the template, and CloudFormation must not shift traffic a second time. */
function takeTrafficOver(template: Template): Template {
  return mapResources(template, (resource) => {
    if (resource.Type === VERSION) return { ...resource, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    return resource['UpdatePolicy'] === undefined ? resource : withoutTrafficShift(resource);
  });
}

/**
 * The template to roll back to: the one that was live, with aliases pinned where it would give them another version than the
 * one they served (it was never settled, or a version was published again). Boundaries are as they were: a release that would
 * have to take one away again does not start.
 */
export function restoreTemplate(live: Template, versions: LiveVersions): Template {
  const prepared = takeTrafficOver(live);
  const differing = findAliases(prepared)
    .map(({ logicalId }) => logicalId)
    .filter((id) => {
      const serves = versions.aliases[id];
      return serves !== undefined && serves !== wouldServe(prepared.Resources[id], versions);
    });
  return pin(prepared, differing, versions);
}

/** The number an alias would get from its template; undefined when that is not known in advance. */
function wouldServe(alias: Resource | undefined, versions: LiveVersions): string | undefined {
  const named = propertyOf(alias, 'FunctionVersion');
  if (typeof named === 'string' || typeof named === 'number') return String(named);
  const reference = attributeReference(named);
  return reference?.attribute === 'Version' ? versions.versions[reference.name] : undefined;
}

function pin(template: Template, aliases: readonly string[], versions: LiveVersions): Template {
  return mapResources(template, (resource, name) =>
    aliases.includes(name)
      ? withProperties(resource, { FunctionVersion: versions.aliases[name], RoutingConfig: undefined })
      : resource,
  );
}

function withoutTrafficShift(resource: Resource): Resource {
  const before = resource['UpdatePolicy'];
  const entries: [string, unknown][] = typeof before === 'object' && before !== null ? Object.entries(before) : [];
  const policy = entries.filter(([name]) => name !== 'CodeDeployLambdaAliasUpdate');
  const bare = withoutAttributes(resource, ['UpdatePolicy']);
  return policy.length === 0 ? bare : { ...bare, UpdatePolicy: Object.fromEntries(policy) };
}

function mapResources(template: Template, change: (resource: Resource, name: string) => Resource): Template {
  const resources = Object.entries(template.Resources).map(([name, resource]): [string, Resource] => [
    name,
    change(resource, name),
  ]);
  return { ...template, Resources: Object.fromEntries(resources) };
}
