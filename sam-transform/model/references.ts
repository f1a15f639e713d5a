import { isList, isMap, isText, walk, type Fields } from './values.ts';

/** The resources that SAM made of one of its own and that a template may name by a property of it, `!Ref Function.Alias`. */
export type Referable = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Says `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn` of resources whose logical id the transform changed by their new one. */
export function renameReferences(template: Fields, renamed: ReadonlyMap<string, string>): Fields {
  if (renamed.size === 0) return template;
  const dependent = renameDependencies(template, renamed);
  return rewrite(dependent, (path) => {
    const [id = '', ...rest] = path;
    const name = renamed.get(id);
    return name === undefined ? undefined : [name, ...rest];
  });
}

/** Says references to a property of a SAM resource, as `Function.Alias`, by the resource that was made. */
export function resolveProperties(template: Fields, referable: Referable): Fields {
  return rewrite(template, (path) => {
    const [id = '', property = '', ...rest] = path;
    const made = referable.get(id)?.[property];
    return made === undefined ? undefined : [made, ...rest];
  });
}

type Rename = (path: readonly string[]) => readonly string[] | undefined;

function rewrite(template: Fields, rename: Rename): Fields {
  const rewritten = walk(template, (node) => {
    if (!isMap(node) || Object.keys(node).length !== 1) return node;
    const { Ref: name, 'Fn::GetAtt': path, 'Fn::Sub': text } = node;
    if (isText(name)) return { Ref: rename(name.split('.'))?.join('.') ?? name };
    if (isList(path) && path.length > 1 && path.every(isText))
      return { 'Fn::GetAtt': rename(path.join('.').split('.')) ?? path };
    if (isText(text)) return { 'Fn::Sub': substitute(text, rename) };
    if (isList(text) && isText(text[0])) return { 'Fn::Sub': [substitute(text[0], rename), ...text.slice(1)] };
    return node;
  });
  return isMap(rewritten) ? rewritten : template;
}

function substitute(text: string, rename: Rename): string {
  return text.replace(/\$\{([A-Za-z0-9.]+)\}/g, (whole, name: string) => {
    const renamed = rename(name.split('.'));
    return renamed === undefined ? whole : `\${${renamed.join('.')}}`;
  });
}

function renameDependencies(template: Fields, renamed: ReadonlyMap<string, string>): Fields {
  const one = (name: unknown) => (isText(name) ? (renamed.get(name) ?? name) : name);
  const resources = Object.entries(isMap(template.Resources) ? template.Resources : {}).map(([id, resource]) => {
    if (!isMap(resource) || resource.DependsOn === undefined) return [id, resource];
    const { DependsOn } = resource;
    return [id, { ...resource, DependsOn: isList(DependsOn) ? DependsOn.map(one) : one(DependsOn) }];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}
