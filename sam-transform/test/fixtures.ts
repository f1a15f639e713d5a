import { readdirSync, readFileSync } from 'node:fs';
import { parseDocument, YAMLMap, type CollectionTag, type ScalarTag } from 'yaml';
import { transform, type Expansion, type TransformRequest } from '../transform.ts';

const folder = new URL('fixtures/', import.meta.url);

export const FIXTURES: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''))
  .sort();

/** The short forms that the fixtures use. */
const TAGS: (ScalarTag | CollectionTag)[] = ['Equals', 'FindInMap', 'GetAtt', 'If', 'Not', 'Ref', 'Sub'].flatMap(
  (name): (ScalarTag | CollectionTag)[] => {
    const long = name === 'Ref' ? name : `Fn::${name}`;
    return [
      { tag: `!${name}`, resolve: (text) => ({ [long]: name === 'GetAtt' ? splitOnce(text) : text }) },
      {
        tag: `!${name}`,
        collection: 'seq',
        resolve: (node) => {
          const map = new YAMLMap();
          map.set(long, node);
          Reflect.deleteProperty(node, 'tag');
          return map;
        },
      },
    ];
  },
);

function splitOnce(text: string): string[] {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}

/** A template written as people write it. */
export function template(text: string): Record<string, unknown> {
  const document = parseDocument(text, { customTags: TAGS });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  const value: unknown = document.toJS();
  if (typeof value === 'object' && value !== null) return { ...value };
  throw new TypeError('A template is a map');
}

export function fixture(name: string): Record<string, unknown> {
  return template(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'));
}

export function request(of: Record<string, unknown>, more: Partial<TransformRequest> = {}): TransformRequest {
  return { template: of, parameters: {}, region: 'us-east-1', ...more };
}

export function expand(of: Record<string, unknown>, more: Partial<TransformRequest> = {}): Expansion {
  return transform(request(of, more));
}
