import { listOf, recordOf } from '../values/records.ts';
import type { Template } from './template.ts';

/** Names that a part of a template uses. */
export interface References {
  readonly parametersAndResources: ReadonlySet<string>;
  readonly conditions: ReadonlySet<string>;
  readonly mappings: ReadonlySet<string>;
}

/** Everything a value refers to: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::If`, `Condition`, `Fn::FindInMap`, `DependsOn`. */
export function findReferences(value: unknown): References {
  const found = {
    parametersAndResources: new Set<string>(),
    conditions: new Set<string>(),
    mappings: new Set<string>(),
  };
  visit(value, (name, inner) => {
    for (const used of namesIn(name, inner)) found.parametersAndResources.add(used);
    if (name === 'Condition' && typeof inner === 'string') found.conditions.add(inner);
    if (name === 'Fn::If' && Array.isArray(inner)) addText(found.conditions, inner[0]);
    if (name === 'Fn::FindInMap' && Array.isArray(inner)) addText(found.mappings, inner[0]);
  });
  return found;
}

function visit(value: unknown, see: (name: string, inner: unknown) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    see(name, inner);
    visit(inner, see);
  }
}

function addText(names: Set<string>, value: unknown): void {
  if (typeof value === 'string') names.add(value);
}

function namesIn(name: string, inner: unknown): string[] {
  switch (name) {
    case 'Ref':
      return texts(inner);
    case 'DependsOn':
      return Array.isArray(inner) ? inner.flatMap(texts) : texts(inner);
    case 'Fn::GetAtt':
      return texts(Array.isArray(inner) ? inner[0] : inner).map(beforeDot);
    case 'Fn::Sub':
      return namesInSub(inner);
    default:
      return [];
  }
}

/** Variables of a `Fn::Sub` hide what has the same name. */
function namesInSub(value: unknown): string[] {
  const [text, variables] = listOf(value);
  const hidden = Object.keys(recordOf(variables));
  return texts(text)
    .flatMap((written) => [...written.matchAll(/(?<=\$\{)(?!!)[^}]+(?=\})/g)])
    .map(([used]) => used.trim())
    .filter((name) => !hidden.includes(name))
    .map(beforeDot);
}

function texts(value: unknown): string[] {
  return typeof value === 'string' ? [value] : [];
}

function beforeDot(text: string): string {
  return text.replace(/\.[^]*$/, '');
}

/** Gives conditions and mappings other names, wherever a value uses them. */
export function renameReferences(
  value: unknown,
  names: { readonly conditions: ReadonlyMap<string, string>; readonly mappings: ReadonlyMap<string, string> },
): unknown {
  if (Array.isArray(value)) return value.map((item) => renameReferences(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const renamed = Object.entries(value).map(([name, inner]: [string, unknown]): [string, unknown] => {
    const after = renameReferences(inner, names);
    if (name === 'Condition' && typeof after === 'string') return [name, names.conditions.get(after) ?? after];
    if (name === 'Fn::If') return [name, renameFirst(after, names.conditions)];
    return [name, name === 'Fn::FindInMap' ? renameFirst(after, names.mappings) : after];
  });
  return Object.fromEntries(renamed);
}

function renameFirst(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown, index) =>
    index === 0 && typeof item === 'string' ? (names.get(item) ?? item) : item,
  );
}

/** Entries of a section; empty when the template does not have it. */
export function sectionOf(template: Template, name: 'Parameters' | 'Conditions' | 'Mappings'): Map<string, unknown> {
  return new Map(Object.entries(template[name] ?? {}));
}
