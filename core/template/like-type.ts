import { distance } from 'fastest-levenshtein';

/** Changes of a character that a slip of the hand takes. */
const SLIPS = 2;

/** The type that is most like another one, which is written wrong; undefined where none is like it. */
export function likeType(written: string, types: readonly string[]): string | undefined {
  const [nearest] = types
    .filter((type) => type !== written)
    .map((type) => ({ type, changes: distance(written.toLowerCase(), type.toLowerCase()) }))
    .filter(({ changes }) => changes <= SLIPS)
    .toSorted((a, b) => a.changes - b.changes);
  return nearest?.type;
}
