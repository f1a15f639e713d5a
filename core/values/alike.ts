import { distance } from 'fastest-levenshtein';

/** Most names that are suggested. */
const MOST = 3;
/** So many characters may be wrong, and no more than a third of the longer name; what is short may have one wrong. */
const MOST_WRONG = 3;
/** A name that begins so is meant, too: `prod`. */
const LEAST_BEGINNING = 3;

/**
 * A sentence about which of the known names another one may mean, with a space before it; empty where none is like it. The nearest come
 * first; of those equally near, the first in the list.
 */
export function likelyMeant(name: string, known: readonly string[]): string {
  const alike = namesLike(name, known).slice(0, MOST);
  return alike.length === 0 ? '' : ` Is ${alike.map((one) => `"${one}"`).join(' or ')} meant?`;
}

function namesLike(name: string, known: readonly string[]): string[] {
  const given = name.toLowerCase();
  const near = [...new Set(known)]
    .filter((other) => other !== name)
    .map((other) => ({ other, wrong: wrongIn(given, other.toLowerCase()) }))
    .filter(({ other, wrong }) => wrong <= Math.min(MOST_WRONG, Math.max(1, Math.floor(longer(given, other) / 3))));
  const least = Math.min(...near.map(({ wrong }) => wrong));
  return near.filter(({ wrong }) => wrong === least).map(({ other }) => other);
}

/** Characters that differ; a beginning differs in none. */
function wrongIn(given: string, other: string): number {
  const isBeginning = given.length >= LEAST_BEGINNING && other.startsWith(given);
  return isBeginning ? 0 : distance(given, other);
}

function longer(one: string, other: string): number {
  return Math.max(one.length, other.length);
}
