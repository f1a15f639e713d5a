import { readFileSync } from 'node:fs';
import { encodingOf, readUtf8 } from '../../core/artifact/json-text.ts';
import type { Problem } from '../../core/values/problems.ts';
import { recordOf } from '../../core/values/records.ts';
import { readYamlText } from '../../core/template/yaml-text.ts';
import { findLocal, type Surroundings } from './assets.ts';
import { isS3Address } from './location.ts';
import { packProblem } from './problems.ts';

/** A value in which local files are written out, and what kept others from it. */
export interface Included {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** As deep as a template may nest. */
const DEEPEST = 200;

/**
 * Puts the content of local files in place of `AWS::Include`, as CloudFormation would with files in S3.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
 */
export function includeLocal(value: unknown, around: Surroundings, path: readonly string[] = []): Included {
  if (typeof value !== 'object' || value === null) return { value, problems: [] };
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => includeLocal(item, around, [...path, String(index)]));
    return { value: items.map((item) => item.value), problems: items.flatMap(({ problems }) => problems) };
  }
  const { 'Fn::Transform': transform, ...others } = recordOf(value);
  const location = localLocation(transform);
  if (location === undefined) return included(recordOf(value), around, path);
  const content = contentOf(location, path.join('.'), around);
  const rest = included(others, around, path);
  if ('problems' in content) return { value, problems: [...content.problems, ...rest.problems] };
  return { value: { ...content.content, ...recordOf(rest.value) }, problems: rest.problems };
}

function included(members: Readonly<Record<string, unknown>>, around: Surroundings, path: readonly string[]): Included {
  const parts = Object.entries(members).map(([name, inner]) => ({
    name,
    ...includeLocal(inner, around, [...path, name]),
  }));
  return {
    value: Object.fromEntries(parts.map(({ name, value }) => [name, value])),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** Places at which a template includes local files, and what they name. */
export function includedIn(
  value: unknown,
  path: readonly string[] = [],
): { readonly path: readonly string[]; readonly location: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const location = Array.isArray(value) ? undefined : localLocation(recordOf(value)['Fn::Transform']);
  const inner = Object.entries(value).flatMap(([name, one]) => includedIn(one, [...path, name]));
  return location === undefined ? inner : [{ path, location }, ...inner];
}

/** The path that an include names; undefined for other macros, and for what is in S3 or computed. */
export function localLocation(transform: unknown): string | undefined {
  const { Name: name, Parameters: parameters } = recordOf(transform);
  const location = recordOf(parameters)['Location'];
  if (name !== 'AWS::Include' || typeof location !== 'string') return undefined;
  return isS3Address(location) ? undefined : location;
}

function contentOf(
  location: string,
  place: string,
  around: Surroundings,
): { readonly content: Readonly<Record<string, unknown>> } | { readonly problems: readonly Problem[] } {
  const found = findLocal(location, place, around);
  if ('problems' in found) return found;
  try {
    const bytes = readFileSync(found.path);
    const text = readUtf8(bytes);
    if (text === undefined) return unreadable(place, found.path, `it is ${encodingOf(bytes)}`);
    const { value: content, ambiguous } = readYamlText(text, DEEPEST);
    const [number] = ambiguous;
    if (number !== undefined)
      return unreadable(
        place,
        found.path,
        `${number.text} begins with 0, which CloudFormation reads as octal or rounds`,
      );
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return { content: recordOf(content) };
    return unreadable(place, found.path, 'it has no names and values');
  } catch (error) {
    return unreadable(place, found.path, String(error).replace(/:?\n[^]*$/, ''));
  }
}

function unreadable(place: string, path: string, detail: string): { readonly problems: readonly Problem[] } {
  const sentence = `"${place}" includes ${path}, which is no JSON or YAML that can be included (${detail}): correct it.`;
  return { problems: [packProblem('pack.include-unreadable', place, sentence)] };
}
