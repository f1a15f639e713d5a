import { distance } from 'fastest-levenshtein';

/** So many characters may be wrong in a name that is meant all the same, and so large a share of it. */
const MOST_WRONG = 3;
const SHARE_WRONG = 0.6;
/** A name that begins so is meant, too: `prod`. */
const LEAST_BEGINNING = 3;

/** Those of some names that are meant by another: the nearest, or those that begin like it. */
export function namesLike(word: string, names: readonly string[]): string[] {
  const asked = word.toLowerCase();
  const measured = [...new Set(names)]
    .map((name) => ({ name, length: Math.max(name.length, word.length), wrong: distance(asked, name.toLowerCase()) }))
    .filter(({ length, wrong }) => wrong <= MOST_WRONG && wrong < SHARE_WRONG * length);
  const least = Math.min(...measured.map(({ wrong }) => wrong));
  const nearest = measured.filter(({ wrong }) => wrong === least).map(({ name }) => name);
  if (nearest.length > 0 || asked.length < LEAST_BEGINNING) return nearest.sort();
  return [...new Set(names)].filter((name) => name.toLowerCase().startsWith(asked)).sort();
}

/** `Did you mean orders?`; undefined where no name is like it. */
export function didYouMean(word: string, names: readonly string[]): string | undefined {
  const like = namesLike(word, names);
  if (like.length === 0) return undefined;
  return like.length === 1 ? `Did you mean ${like[0]}?` : `Did you mean one of ${like.join(', ')}?`;
}
