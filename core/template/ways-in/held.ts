import { propertyOf, type Resource } from '../template.ts';
import { symbolicTexts, textsOf, type SymbolicText } from '../symbolic-text.ts';

/** A part of a resource's properties. */
interface Part {
  readonly path: readonly string[];
  readonly value: unknown;
  /** What a member `Qualifier` beside it says. */
  readonly qualifiers: readonly string[];
}

/** A text at a path of a resource's properties. */
export interface HeldText extends SymbolicText {
  /** Is it what stands there, and not only somewhere below? */
  readonly exact: boolean;
}

const whole: Omit<Part, 'value'> = { path: [], qualifiers: [] };

/** What stands at a path, `*` for each of a list or map, `**` for any depth; also in the branches of a condition. */
export function valuesAt(value: unknown, steps: readonly string[], { path, qualifiers } = whole): Part[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [{ path, value, qualifiers }];
  if (typeof value !== 'object' || value === null) return [];
  const members: [string, unknown][] = Object.entries(value);
  const branches = members.length === 1 && members[0]?.[0] === 'Fn::If' ? members[0][1] : undefined;
  if (Array.isArray(branches))
    return branches.slice(1).flatMap((branch) => valuesAt(branch, steps, { path, qualifiers }));
  const beside = textsOf(members.find(([name]) => name === 'Qualifier')?.[1]) ?? [];
  const inside = (name: string): typeof whole => ({ path: [...path, name], qualifiers: beside });
  if (step === '**') {
    const deeper = members.flatMap(([name, inner]) => valuesAt(inner, steps, inside(name)));
    return [...valuesAt(value, rest, { path, qualifiers }), ...deeper];
  }
  return members
    .filter(([name]) => step === '*' || step === name)
    .flatMap(([name, inner]) => valuesAt(inner, rest, inside(name)));
}

const DEFINITION = /^Definition(String)?$/;
const SUBSTITUTIONS = 'DefinitionSubstitutions';

/** The texts of a property. Of a state machine, what it substitutes stands in its definition, where that can be read. */
export function heldTexts(resource: Resource, holds: string): HeldText[] {
  const found = valuesAt(resource.Properties, holds.split('.')).flatMap(({ path, value, qualifiers }) =>
    symbolicTexts(substituted(value, resource, holds), [], qualifiers).map((text) => ({
      ...{ ...text, path: [...path, ...text.path], exact: text.path.length === 0 },
    })),
  );
  const isDefined = Object.keys(resource.Properties ?? {}).some((name) => DEFINITION.test(name));
  return holds.startsWith(SUBSTITUTIONS) && isDefined ? [] : found;
}

function substituted(value: unknown, resource: Resource, holds: string): unknown {
  const given = propertyOf(resource, SUBSTITUTIONS);
  if (!DEFINITION.test(holds) || typeof given !== 'object' || given === null) return value;
  const texts = Object.entries(given).flatMap(([name, one]) =>
    (textsOf(one) ?? []).slice(0, 1).map((text) => ({ name, text })),
  );
  const replace = (text: string): string =>
    texts.reduce((before, { name, text: after }) => before.replaceAll(`\${${name}}`, after), text);
  return mapTexts(value, replace);
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  const texts = textsOf(value);
  if (texts?.length === 1) return texts.map(change).join('');
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, change)]));
}
