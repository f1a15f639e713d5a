import * as z from 'zod';
import { listOf, recordOf } from '../values/records.ts';

/** A CloudFormation template, as far as the engine reads it; everything else is kept unchanged. */
export const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).exactOptional(),
});
const section = z.record(z.string(), z.unknown());
export const templateSchema = z.looseObject({
  Parameters: section.exactOptional(),
  Mappings: section.exactOptional(),
  Conditions: section.exactOptional(),
  Rules: section.exactOptional(),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: section.exactOptional(),
});

export type Resource = z.infer<typeof resourceSchema>;
export type Template = z.infer<typeof templateSchema>;

/** Is it CloudFormation that says what the template is going to be? */
export function hasTransforms(template: Template): boolean {
  return 'Transform' in template || JSON.stringify(template).includes('"Fn::Transform"');
}

/** Names of the transforms that a template asks for, as a whole and in parts of it. */
export function transformsOf(template: Template): string[] {
  const { Transform: whole = [] } = template;
  const named = (one: unknown): string => (typeof one === 'string' ? one : String(recordOf(one)['Name']));
  return [...new Set([...listOf(whole), ...partTransforms(template)].map(named))];
}

/** What `Fn::Transform` says wherever it stands: one transform, or a list of them. */
function partTransforms(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(partTransforms);
  return Object.entries(recordOf(value)).flatMap(([name, inner]) => [
    ...(name === 'Fn::Transform' ? listOf(inner) : []),
    ...partTransforms(inner),
  ]);
}

/** A property of a resource; undefined when it has none of that name. */
export function propertyOf(resource: Resource | undefined, name: string): unknown {
  return resource?.Properties?.[name];
}

/** A copy with properties replaced or added; `undefined` removes one. */
export function withProperties(
  resource: Resource,
  properties: Readonly<Record<string, unknown>>,
): Resource & Required<Pick<Resource, 'Properties'>> {
  const merged = Object.entries({ ...resource.Properties, ...properties }).filter(([, value]) => value !== undefined);
  return { ...resource, Properties: Object.fromEntries(merged) };
}

/** A copy without some attributes of the resource itself (`UpdatePolicy`). */
export function withoutAttributes(resource: Resource, names: readonly string[]): Resource {
  return resourceSchema.parse(Object.fromEntries(Object.entries(resource).filter(([name]) => !names.includes(name))));
}

/** Resources of one type, by name. */
export function resourcesOfType(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The name a `Ref` or the first part of a `Fn::GetAtt` points to; undefined for any other value. */
export function referredName(value: unknown): string | undefined {
  return refName(value) ?? attributeReference(value)?.name;
}

const reference = z.strictObject({ Ref: z.string() });
const substituted = z.strictObject({ 'Fn::Sub': z.string().regex(/^\$\{\w+\.[\w.]+\}$/) });
const attribute = z.strictObject({ 'Fn::GetAtt': z.union([z.string(), z.array(z.unknown()).min(2)]) });

/** The name a `Ref` points to. */
export function refName(value: unknown): string | undefined {
  return reference.safeParse(value).data?.Ref;
}

/** What a `Fn::GetAtt` points to, in both of its forms (list, and text with dots), or a `Fn::Sub` of nothing else. */
export function attributeReference(value: unknown): { name: string; attribute: string } | undefined {
  const text = substituted.safeParse(value).data?.['Fn::Sub'];
  if (text !== undefined) return attributeReference({ 'Fn::GetAtt': text.slice(2, -1) });
  const given = attribute.safeParse(value).data?.['Fn::GetAtt'];
  if (given === undefined) return undefined;
  const [name, ...parts] = typeof given === 'string' ? given.split('.') : given;
  if (typeof name !== 'string' || parts.some((part) => typeof part !== 'string')) return undefined;
  return { name, attribute: parts.join('.') };
}
