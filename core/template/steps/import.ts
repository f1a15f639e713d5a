import { importedBy } from '../holdings.ts';
import { isRetained, type LeftResource } from '../left-behind.ts';
import { textsOf } from '../symbolic-text.ts';
import { propertyOf, type Resource, type Template, withoutAttributes, withProperties } from '../template.ts';
import { freezeParameters, type ParameterValues } from './freeze.ts';

/** What rolled-back releases have left in a target. */
export interface LeftBehind {
  readonly resources: readonly Pick<LeftResource, 'type' | 'physicalId'>[];
  /** Of parameters and pseudo parameters, after the change: a template may make names of them. */
  readonly values: ParameterValues;
}

export const nothingLeft: LeftBehind = { resources: [], values: new Map() };

/** A resource that the release takes over, and what undoes the step. */
export interface Imported {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  /** Its name as the template writes it, and the property that it stands in. */
  readonly property: string;
  readonly name: unknown;
  /** Its deletion policy; absent where it has none, or one that retains. */
  readonly policy?: unknown;
  readonly retained: boolean;
}

/**
 * Has CloudFormation import what a rolled-back release left, where the template adds one of its type and name. It looks for names that are
 * spelled out, and takes only what is retained: until the release is settled, so that nothing is lost when it is undone, too.
 */
export function importLeft(
  template: Template,
  live: Template | undefined,
  left: LeftBehind,
): { readonly template: Template; readonly imported: readonly Imported[] } {
  const imported: Imported[] = [];
  const resources = Object.entries(template.Resources).map(([logicalId, resource]): [string, Resource] => {
    const known = live?.Resources[logicalId] === undefined ? find(logicalId, resource, left) : undefined;
    if (known === undefined) return [logicalId, resource];
    imported.push(known);
    const named = withProperties(resource, { [known.property]: known.physicalId });
    return [logicalId, known.retained ? named : { ...named, DeletionPolicy: 'Retain' }];
  });
  return { template: { ...template, Resources: Object.fromEntries(resources) }, imported };
}

function find(logicalId: string, resource: Resource, { resources, values }: LeftBehind): Imported | undefined {
  const { Type: type, DeletionPolicy: policy } = resource;
  const property = importedBy(type);
  const here = resources.filter((one) => one.type === type);
  if (property === undefined || here.length === 0) return undefined;
  const name = propertyOf(resource, property);
  const [text, ...others] = textsOf(freezeParameters(name, values)) ?? [];
  if (text === undefined || others.length > 0 || !here.some(({ physicalId }) => physicalId === text)) return undefined;
  const before = policy === undefined ? {} : { policy };
  return { logicalId, type, physicalId: text, property, name, ...before, retained: isRetained(resource) };
}

/** Takes `importLeft` back. */
export function takeImportBack(template: Template, imported: readonly Imported[]): Template {
  const before = new Map(imported.map((one) => [one.logicalId, one]));
  const resources = Object.entries(template.Resources).map(([logicalId, resource]): [string, Resource] => {
    const known = before.get(logicalId);
    if (known === undefined) return [logicalId, resource];
    const named = withProperties(resource, { [known.property]: known.name });
    if (known.retained) return [logicalId, named];
    const own = withoutAttributes(named, ['DeletionPolicy']);
    return [logicalId, known.policy === undefined ? own : { ...own, DeletionPolicy: known.policy }];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}
