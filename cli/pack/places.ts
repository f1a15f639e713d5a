import { ownMember, recordOf } from '../../core/values/records.ts';
import { codeProperties, globalCodeProperties, type CodeProperty } from './code-properties.ts';

/** A template as nested records. */
export type TemplateDocument = Readonly<Record<string, unknown>>;

/** A place of the template that names code, and what stands there. */
export interface CodePlace {
  /** Names from the template's root on. */
  readonly path: readonly string[];
  readonly value: unknown;
  readonly property: CodeProperty;
}

/** All places of a template that name code or documents by a path, or may. */
export function codePlaces(template: TemplateDocument): CodePlace[] {
  const globals = recordOf(template['Globals']);
  const shared = Object.entries(globalCodeProperties).flatMap(([section, properties]) =>
    properties.flatMap((property) => placesOf(globals[section], ['Globals', section], property)),
  );
  const own = Object.entries(recordOf(template['Resources'])).flatMap(([logicalId, resource]) => {
    const { Type: type, Properties: properties } = recordOf(resource);
    const known = typeof type === 'string' ? ownMember(codeProperties, type) : undefined;
    const path = ['Resources', logicalId, 'Properties'];
    return (known ?? []).flatMap((property) =>
      placesOf(properties, path, {
        ...property,
        assumed: property.assumed && !givenOtherwise(type, properties, globals),
      }),
    );
  });
  return [...shared, ...own];
}

/** As the template's author would look for it. */
export function placeName({ path }: Pick<CodePlace, 'path'>): string {
  return path.join('.');
}

/** The template with the value at a path replaced; what does not exist on the way is made. */
export function replaceAt(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item, index) => (String(index) === name ? replaceAt(item, rest, by) : item));
  }
  const members = recordOf(value);
  return { ...members, [name]: replaceAt(members[name], rest, by) };
}

function placesOf(properties: unknown, start: readonly string[], property: CodeProperty): CodePlace[] {
  const value = property.path.reduce<unknown>((inner, name) => recordOf(inner)[name], properties);
  const path = [...start, ...property.path];
  if (value === undefined || value === null || value === '')
    return property.assumed ? [{ path, value: '.', property }] : [];
  return branches(value, path).map((branch) => ({ ...branch, property }));
}

/** The value itself, or both values of a `Fn::If`. */
export function branches(
  value: unknown,
  path: readonly string[],
): { readonly path: readonly string[]; readonly value: unknown }[] {
  const choice = recordOf(value)['Fn::If'];
  if (!Array.isArray(choice) || choice.length !== 3) return [{ path, value }];
  const items: readonly unknown[] = choice;
  return [1, 2].flatMap((index) => branches(items[index], [...path, 'Fn::If', String(index)]));
}

/** Code in the template's text, in a container image, or named for all functions in `Globals`. */
function givenOtherwise(type: unknown, properties: unknown, globals: TemplateDocument): boolean {
  if (type !== 'AWS::Serverless::Function') return false;
  const own = recordOf(properties);
  const shared = recordOf(globals['Function']);
  return (
    own['InlineCode'] !== undefined ||
    own['ImageUri'] !== undefined ||
    (own['PackageType'] ?? shared['PackageType']) === 'Image' ||
    shared['CodeUri'] !== undefined
  );
}
