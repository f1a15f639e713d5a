import { listOf, recordOf } from '../../values/records.ts';
import { type Resource, type Template, templateSchema, withoutAttributes } from '../template.ts';

/** Logical id in the release's template → the same resource's in the stack. */
export type LogicalIds = ReadonlyMap<string, string>;

/**
 * Metadata of a resource that is called otherwise in the stack than in the team's template: its logical id there. It lives in the
 * stack itself, so that it is rolled back with it and cannot disagree with it.
 */
const originKey = 'sluice:logicalId';

/**
 * Gives resources other logical ids, where they are declared and wherever the template refers to them.
 * @param marked whose new id is told in their metadata, so that the next release finds them again
 */
export function renameResources(
  template: Template,
  ids: LogicalIds,
  marked: ReadonlySet<string> = new Set<string>(),
): Template {
  if (ids.size === 0) return template;
  const { Resources, ...rest } = template;
  const resources = Object.entries(Resources).map(([id, resource]): [string, unknown] => [
    ids.get(id) ?? id,
    renameIn(marked.has(id) && ids.has(id) ? withOrigin(resource, id) : resource, ids),
  ]);
  return templateSchema.parse({ ...recordOf(renameIn(rest, ids)), Resources: Object.fromEntries(resources) });
}

/** Takes `renameResources` back. @throws RangeError when two resources have the same new id */
export function renameBack(template: Template, ids: LogicalIds): Template {
  const inverse = new Map([...ids].map(([from, to]) => [to, from]));
  if (inverse.size < ids.size) throw new RangeError('Two resources would have the same logical id.');
  const unmarked = Object.entries(template.Resources).map(([id, resource]): [string, Resource] => [
    id,
    inverse.has(id) ? withoutOrigin(resource) : resource,
  ]);
  return renameResources({ ...template, Resources: Object.fromEntries(unmarked) }, inverse);
}

/** What the team's template calls a resource of a stack. */
export function originOf(logicalId: string, resource: Resource): string {
  const { [originKey]: origin } = recordOf(resource['Metadata']);
  return typeof origin === 'string' ? origin : logicalId;
}

function withOrigin(resource: Resource, logicalId: string): Resource {
  if (originOf('', resource) !== '') return resource;
  return { ...resource, Metadata: { ...recordOf(resource['Metadata']), [originKey]: logicalId } };
}

function withoutOrigin(resource: Resource): Resource {
  const { [originKey]: origin, ...rest } = recordOf(resource['Metadata']);
  if (origin === undefined) return resource;
  return Object.keys(rest).length === 0 ? withoutAttributes(resource, ['Metadata']) : { ...resource, Metadata: rest };
}

/** A value with every reference to a resource renamed: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `DependsOn`. */
function renameIn(value: unknown, ids: LogicalIds): unknown {
  if (Array.isArray(value)) return value.map((item) => renameIn(item, ids));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renameEntry(key, inner, ids)]));
}

function renameEntry(key: string, inner: unknown, ids: LogicalIds): unknown {
  // What is no name has its references within: `DependsOn` of a container of ECS is a list of objects.
  const renamed = (name: unknown): unknown =>
    typeof name === 'string' ? (ids.get(name) ?? name) : renameIn(name, ids);
  switch (key) {
    case 'Ref':
      return renamed(inner);
    case 'DependsOn':
      return Array.isArray(inner) ? inner.map(renamed) : renamed(inner);
    case 'Fn::GetAtt':
      if (Array.isArray(inner)) return inner.map((part, index) => (index === 0 ? renamed(part) : renameIn(part, ids)));
      return typeof inner === 'string' ? renameName(inner, ids) : renameIn(inner, ids);
    case 'Fn::Sub':
      return renameSub(inner, ids);
    default:
      return renameIn(inner, ids);
  }
}

/** Variables of a `Fn::Sub` hide resources of the same name. */
function renameSub(value: unknown, ids: LogicalIds): unknown {
  if (typeof value === 'string') return renameText(value, ids);
  const [text, variables, ...rest] = listOf(value);
  if (typeof text !== 'string') return renameIn(value, ids);
  const hidden = Object.keys(recordOf(variables));
  return [renameText(text, ids, hidden), ...[variables, ...rest].map((part) => renameIn(part, ids))];
}

function renameText(text: string, ids: LogicalIds, hidden: readonly string[] = []): string {
  return text.replace(/(?<=\$\{)(?!!)[^}]+(?=\})/g, (name) =>
    hidden.includes(name.trim()) ? name : renameName(name, ids),
  );
}

/** `Table.Arn` → `TableSluice2.Arn` */
function renameName(name: string, ids: LogicalIds): string {
  return name.replace(/^(\s*)([^.\s]+)/, (_, space: string, id: string) => space + (ids.get(id) ?? id));
}
