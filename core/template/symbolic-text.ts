import * as z from 'zod';
import { attributeReference, refName } from './template.ts';

/**
 * Texts of a template in which references are not resolved but written out: `⟦Name⟧` for what `Ref` gives, `⟦Name.Attribute⟧` for
 * `Fn::GetAtt`. All ways to write the same text (`Fn::Sub`, `Fn::Join`) become one.
 */

/** A text in a value, and where. */
export interface SymbolicText {
  /** Members and indices that lead to it. */
  readonly path: readonly string[];
  readonly text: string;
  /** What a member `Qualifier` beside it says. */
  readonly qualifiers: readonly string[];
}

const substitution = z.strictObject({
  'Fn::Sub': z.union([
    z.string().transform((text): [string, Record<string, unknown>] => [text, {}]),
    z.tuple([z.string(), z.record(z.string(), z.unknown())]),
  ]),
});
const joined = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const choice = z.strictObject({ 'Fn::If': z.tuple([z.unknown(), z.unknown(), z.unknown()]) });

/** How a reference is written. */
export function referenceText(name: string): string {
  return `⟦${name}⟧`;
}

/** The texts that a value may be, more than one where a condition decides; undefined where it is none. */
export function textsOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  const name = refName(value);
  if (name !== undefined) return [referenceText(name)];
  const attribute = attributeReference(value);
  if (attribute !== undefined) return [referenceText(`${attribute.name}.${attribute.attribute}`)];
  const sub = substitution.safeParse(value).data?.['Fn::Sub'];
  if (sub !== undefined) return substitute(...sub);
  const join = joined.safeParse(value).data?.['Fn::Join'];
  if (join !== undefined) return combine(join[1].map(known), join[0]);
  const branches = choice.safeParse(value).data?.['Fn::If'].slice(1).map(textsOf);
  return branches?.every((branch) => branch !== undefined) === true ? branches.flat() : undefined;
}

/** What is computed in further ways is a text that nothing is known of. */
function known(value: unknown): readonly string[] {
  return textsOf(value) ?? [referenceText('?')];
}

function substitute(text: string, values: Readonly<Record<string, unknown>>): string[] {
  // Text and names take turns.
  const parts = text.split(/\$\{([^!}][^}]*)\}/).map((part, index): readonly string[] => {
    if (index % 2 === 0) return [part.replaceAll('${!', '${')];
    const name = part.trim();
    return name in values ? known(values[name]) : [referenceText(name)];
  });
  return combine(parts, '');
}

const mostCombined = 256;

/** Every text that the parts make together; where these are too many, each part's own are at least in one of them. */
function combine(parts: readonly (readonly string[])[], separator: string): string[] {
  const count = parts.reduce((product, part) => product * part.length, 1);
  if (count <= mostCombined) {
    return parts.reduce<string[]>(
      (texts, part, index) =>
        texts.flatMap((text) => part.map((next) => (index === 0 ? next : `${text}${separator}${next}`))),
      [''],
    );
  }
  const longest = Math.max(...parts.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    parts.flatMap((part) => part.filter((_one, own) => own === index % part.length)).join(separator),
  );
}

/** Every text in a value, also in what is JSON as text. */
export function symbolicTexts(
  value: unknown,
  path: readonly string[] = [],
  qualifiers: readonly string[] = [],
): SymbolicText[] {
  const texts = textsOf(value);
  if (texts !== undefined) return texts.flatMap((text) => inText(text, path, qualifiers));
  if (typeof value !== 'object' || value === null) return [];
  const branches = choice.safeParse(value).data?.['Fn::If'].slice(1);
  if (branches !== undefined) return branches.flatMap((branch) => symbolicTexts(branch, path, qualifiers));
  const members: [string, unknown][] = Object.entries(value);
  const beside = textsOf(members.find(([name]) => name === 'Qualifier')?.[1]) ?? [];
  return members.flatMap(([name, inner]) => symbolicTexts(inner, [...path, name], beside));
}

function inText(text: string, path: readonly string[], qualifiers: readonly string[]): SymbolicText[] {
  const document = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  return document === undefined ? [{ path, text, qualifiers }] : symbolicTexts(document, path);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
