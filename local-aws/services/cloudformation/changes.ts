import { dependenciesOf, includedResources, type Desired, type Place, type ResourceView } from './desired.ts';
import { validationError } from './errors.ts';
import { ordered } from './graph.ts';
import { propertyDetails } from './change-details.ts';
import type { Detail, PlannedChange } from './planned-change.ts';
import { resolveOutputs } from './outputs.ts';
import { resolveProperties, existingView } from './properties.ts';
import type { Properties } from './provider.ts';
import type { Providers } from './providers.ts';
import { exists, type Imports, type ResourceRecord } from './stack.ts';
import type { ResourceDefinition } from './template.ts';
import { NO_VALUE, sameValue, Unknown } from './values.ts';

/** What a change set is drawn up from. */
export interface Before {
  readonly desired: Desired | undefined;
  readonly resources: ReadonlyMap<string, ResourceRecord>;
}

/** What would change, additions and modifications in the order of the template, then removals. Pure. */
export function planChanges(
  before: Before,
  desired: Desired,
  place: Place,
  providers: Providers,
  imports: Imports = new Map(),
): readonly PlannedChange[] {
  const planned = new Map<string, PlannedChange>();
  const resources = includedResources(desired, place);
  for (const id of ordered(dependenciesOf(desired, place))) {
    const definition = resources.get(id);
    if (definition === undefined) continue;
    const view = plannedView(before.resources, planned, resources);
    const properties = resolveProperties(definition, desired, place, view, providers);
    const change = asImport(changeOf(id, definition, properties, before, desired, providers), imports);
    if (change !== undefined) planned.set(id, change);
  }
  const removed = [...before.resources.values()]
    .filter((record) => !resources.has(record.logicalId) && exists(record))
    .map(removal);
  return [...[...resources.keys()].flatMap((id) => planned.get(id) ?? []), ...removed];
}

/** Whether anything at all would be different, outputs and tags included. */
export function changesAnything(
  before: Before,
  desired: Desired,
  changes: readonly PlannedChange[],
  place: Place,
): boolean {
  if (changes.length > 0 || before.desired === undefined) return true;
  if (!sameValue(before.desired.tags, desired.tags)) return true;
  const view = existingView(before.resources);
  return !sameValue(resolveOutputs(before.desired, place, view), resolveOutputs(desired, place, view));
}

/** Resources as they will be as far as that is known: new and replaced ones have no name yet, attributes of changed ones may change. */
function plannedView(
  current: ReadonlyMap<string, ResourceRecord>,
  planned: ReadonlyMap<string, PlannedChange>,
  resources: ReadonlyMap<string, ResourceDefinition>,
): ResourceView {
  const standing = existingView(current);
  const present = (id: string): void => {
    if (!resources.has(id))
      throw validationError(
        `Template format error: Unresolved resource dependencies [${id}] in the Resources block of the template`,
      );
  };
  return {
    physicalId: (id) => {
      present(id);
      const change = planned.get(id);
      if (change?.action === 'Import') return change.physicalId;
      if (change === undefined || (change.action === 'Modify' && change.replacement === 'False'))
        return standing.physicalId(id);
      return new Unknown([{ source: 'ResourceReference', entity: id }]);
    },
    attribute: (id, name) => {
      present(id);
      const change = planned.get(id);
      if (change === undefined || (change.action === 'Modify' && !touchesProperties(change)))
        return standing.attribute(id, name);
      return new Unknown([{ source: 'ResourceAttribute', entity: `${id}.${name}` }]);
    },
  };
}

function touchesProperties({ scope }: PlannedChange): boolean {
  return scope.includes('Properties');
}

function changeOf(
  id: string,
  definition: ResourceDefinition,
  properties: Properties,
  before: Before,
  desired: Desired,
  providers: Providers,
): PlannedChange | undefined {
  const record = before.resources.get(id);
  if (!exists(record))
    return { action: 'Add', logicalId: id, type: definition.Type, scope: [], details: [], after: properties };
  if (record.type !== definition.Type)
    throw validationError(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${id}]`,
    );
  const provider = providers.get(definition.Type);
  const details = [
    ...propertyDetails({ record, definition, properties, provider, before: before.desired, after: desired }),
    ...attributeDetails(record.definition, definition),
  ];
  if (details.length === 0) return undefined;
  const replacement = replacementOf(details);
  return {
    action: 'Modify',
    logicalId: id,
    physicalId: record.physicalId,
    type: definition.Type,
    replacement,
    ...(replacement === 'False'
      ? {}
      : { policyAction: retains(definition.UpdateReplacePolicy) ? 'ReplaceAndRetain' : 'ReplaceAndDelete' }),
    scope: [...new Set(details.map(({ attribute }) => attribute))],
    details,
    before: record.properties,
    after: properties,
  };
}

/** What would be added, and exists already, is imported. */
function asImport(change: PlannedChange | undefined, imports: Imports): PlannedChange | undefined {
  const physicalId = imports.get(change?.logicalId ?? '');
  return change === undefined || physicalId === undefined ? change : { ...change, action: 'Import', physicalId };
}

const ATTRIBUTES = ['Metadata', 'UpdatePolicy', 'DeletionPolicy', 'UpdateReplacePolicy'] as const;

function attributeDetails(before: ResourceDefinition, after: ResourceDefinition): readonly Detail[] {
  return ATTRIBUTES.filter((attribute) => !sameValue(before[attribute] ?? NO_VALUE, after[attribute] ?? NO_VALUE)).map(
    (attribute) => ({ attribute, requiresRecreation: 'Never', evaluation: 'Static', source: 'DirectModification' }),
  );
}

/** The detail with the most impact decides. */
function replacementOf(details: readonly Detail[]): 'True' | 'False' | 'Conditional' {
  const always = details.filter(({ requiresRecreation }) => requiresRecreation === 'Always');
  if (always.some(({ evaluation }) => evaluation === 'Static')) return 'True';
  const conditionally = details.some(({ requiresRecreation }) => requiresRecreation === 'Conditionally');
  return always.length > 0 || conditionally ? 'Conditional' : 'False';
}

function removal(record: ResourceRecord): PlannedChange {
  return {
    action: 'Remove',
    logicalId: record.logicalId,
    ...(record.physicalId === undefined ? {} : { physicalId: record.physicalId }),
    type: record.type,
    policyAction: retains(record.definition.DeletionPolicy) ? 'Retain' : 'Delete',
    scope: [],
    details: [],
    before: record.properties,
  };
}

/** Whether a policy keeps a resource that leaves the stack after it had been created for good. */
export function retains(policy: ResourceDefinition['DeletionPolicy']): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}
