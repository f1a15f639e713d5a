import { formatPath, problem } from './problems.ts';
import type { Problem } from './problems.ts';
import { firstUnsafe } from './text.ts';

/** What a text of a document may hold: one plain line, plain lines, or anything (data that is sent, never shown as it is). */
export type TextRule = 'line' | 'lines' | 'anything';

/**
 * Texts and names of members that hold a character which acts on a terminal, breaks a line, or cannot be seen.
 * @param ruleOf by the path of a text
 */
export function textProblems(
  document: unknown,
  prefix: string,
  ruleOf: (path: readonly PropertyKey[]) => TextRule = () => 'line',
): Problem[] {
  return textsIn(document, []).flatMap(({ path, text }) => {
    const rule = ruleOf(path);
    const unsafe = rule === 'anything' ? undefined : firstUnsafe(text, rule === 'lines');
    if (unsafe === undefined) return [];
    const place = formatPath(path);
    const sentence = `"${place}" holds the character ${unsafe}, which cannot be seen or changes what people see: remove it.`;
    return [problem(`${prefix}.unsafe-character`, place, sentence)];
  });
}

/** These problems and those of the texts of a document, but of none that is named already. @param ruleOf as above */
export function withTextProblems(
  problems: readonly Problem[],
  document: unknown,
  prefix: string,
  ruleOf?: (path: readonly PropertyKey[]) => TextRule,
): Problem[] {
  const named = new Set(problems.map(({ path }) => path));
  return [...problems, ...textProblems(document, prefix, ruleOf).filter(({ path }) => !named.has(path))];
}

interface PlacedText {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

function textsIn(value: unknown, path: readonly PropertyKey[]): PlacedText[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [
    { path: [...path, name], text: name },
    ...textsIn(item, [...path, name]),
  ]);
}
