import { distance } from 'fastest-levenshtein';

/** Most names that are suggested. */
const MOST = 3;
/** So many characters may be wrong in a name that is meant all the same, and so large a share of it. */
const MOST_WRONG = 3;
const SHARE_WRONG = 0.6;
/** A name that begins so is meant, too (`prod`), and one with which it begins (`prod-eu` of `prod`). */
const LEAST_BEGINNING = 3;

/**
 * A sentence about which of the known names another one may mean, with a space before it; empty where none is like it. The nearest come
 * first; of those equally near, the first in the list.
 */
export function likelyMeant(name: string, known: readonly string[]): string {
  const alike = namesLike(name, known).slice(0, MOST);
  return alike.length === 0 ? '' : ` Is ${alike.map((one) => `"${one}"`).join(' or ')} meant?`;
}

/**
 * Those of some names that another one may mean, in the order of the list: the nearest, or else those that begin like it, or with
 * which it begins: the CDK ends the logical ids of what it makes with eight digits, and SAM begins those of what it makes with the function's.
 */
export function namesLike(word: string, names: readonly string[]): string[] {
  const asked = word.toLowerCase();
  const others = [...new Set(names)].filter((name) => name !== word);
  const measured = others
    .map((name) => ({ name, length: Math.max(name.length, word.length), wrong: distance(asked, name.toLowerCase()) }))
    .filter(({ length, wrong }) => wrong <= MOST_WRONG && wrong < SHARE_WRONG * length);
  const least = Math.min(...measured.map(({ wrong }) => wrong));
  const nearest = measured.filter(({ wrong }) => wrong === least).map(({ name }) => name);
  if (nearest.length > 0 || asked.length < LEAST_BEGINNING) return nearest;
  return others.filter((name) => {
    const known = name.toLowerCase();
    return known.startsWith(asked) || (known.length >= LEAST_BEGINNING && asked.startsWith(known));
  });
}

/** The only one of some names from which another one differs by upper and lower case, or by one character; undefined where there is none. */
export function misspelt(word: string, names: readonly string[]): string | undefined {
  const asked = word.toLowerCase();
  const [meant, ...others] = names.filter((name) => name !== word && distance(asked, name.toLowerCase()) <= 1);
  return others.length === 0 ? meant : undefined;
}
