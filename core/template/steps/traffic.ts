import { VERSION } from '../aliases.ts';
import { type Resource, resourceSchema, resourcesOfType, type Template } from '../template.ts';

const policies = ['DeletionPolicy', 'UpdateReplacePolicy', 'UpdatePolicy'] as const;

/** What undoes the takeover of a resource's traffic: its policies as the template has them. */
export interface TakenOver {
  readonly logicalId: string;
  readonly policies: Readonly<Record<string, unknown>>;
}

/** Published versions are retained even when they leave the template, and CloudFormation must not shift traffic a second time. */
export function takeTrafficOver(template: Template): {
  readonly template: Template;
  readonly taken: readonly TakenOver[];
} {
  const taken: TakenOver[] = [];
  const resources = Object.entries(template.Resources).map(([logicalId, resource]): [string, Resource] => {
    const after = takeOver(resource);
    if (after !== resource) taken.push({ logicalId, policies: policiesOf(resource) });
    return [logicalId, after];
  });
  return { template: { ...template, Resources: Object.fromEntries(resources) }, taken };
}

/** Takes `takeTrafficOver` back. */
export function giveTrafficBack(template: Template, taken: readonly TakenOver[]): Template {
  const before = new Map(taken.map((one) => [one.logicalId, one.policies]));
  const resources = Object.entries(template.Resources).map(([logicalId, resource]): [string, Resource] => {
    const had = before.get(logicalId);
    return [logicalId, had === undefined ? resource : withPolicies(resource, had)];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

/** Has versions that are new go when the change is undone. */
export function letVersionsGo(
  template: Template,
  live: Template,
): { readonly template: Template; readonly versions: readonly string[] } {
  const versions = resourcesOfType(template, VERSION)
    .map(([logicalId]) => logicalId)
    .filter((logicalId) => live.Resources[logicalId] === undefined);
  return { template: withDeletion(template, versions, 'Delete'), versions };
}

/** Takes `letVersionsGo` back. */
export function retainVersions(template: Template, versions: readonly string[]): Template {
  return withDeletion(template, versions, 'Retain');
}

function withDeletion(template: Template, logicalIds: readonly string[], policy: 'Delete' | 'Retain'): Template {
  const resources = Object.entries(template.Resources).map(([logicalId, resource]): [string, Resource] => [
    logicalId,
    logicalIds.includes(logicalId) ? { ...resource, DeletionPolicy: policy } : resource,
  ]);
  return { ...template, Resources: Object.fromEntries(resources) };
}

function takeOver(resource: Resource): Resource {
  if (resource.Type === VERSION) return withPolicies(resource, { ...policiesOf(resource), ...retained });
  const { UpdatePolicy, ...others } = policiesOf(resource);
  if (UpdatePolicy === undefined) return resource;
  const entries: [string, unknown][] =
    typeof UpdatePolicy === 'object' && UpdatePolicy !== null ? Object.entries(UpdatePolicy) : [];
  const kept = entries.filter(([name]) => name !== 'CodeDeployLambdaAliasUpdate');
  return withPolicies(resource, kept.length === 0 ? others : { ...others, UpdatePolicy: Object.fromEntries(kept) });
}

const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } as const;

function policiesOf(resource: Resource): Readonly<Record<string, unknown>> {
  return Object.fromEntries(policies.flatMap((name) => (name in resource ? [[name, resource[name]]] : [])));
}

function withPolicies(resource: Resource, values: Readonly<Record<string, unknown>>): Resource {
  const others = Object.entries(resource).filter(([name]) => !policies.some((policy) => policy === name));
  return resourceSchema.parse({ ...Object.fromEntries(others), ...values });
}
