import { namesLike } from '../core/values/alike.ts';

/** `Did you mean orders?`; undefined where no name is like it. */
export function didYouMean(word: string, names: readonly string[]): string | undefined {
  const like = namesLike(word, names);
  if (like.length === 0) return undefined;
  return like.length === 1 ? `Did you mean ${like[0]}?` : `Did you mean one of ${like.join(', ')}?`;
}
