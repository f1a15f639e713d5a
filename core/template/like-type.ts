/** Changes of a character that a slip of the hand takes. */
const SLIPS = 2;

/** The type that is most like another one, which is written wrong; undefined where none is like it. */
export function likeType(written: string, types: readonly string[]): string | undefined {
  const [nearest] = types
    .map((type) => ({ type, changes: type === written ? Infinity : changesBetween(written, type) }))
    .filter(({ changes }) => changes <= SLIPS)
    .toSorted((a, b) => a.changes - b.changes);
  return nearest?.type;
}

/** Characters to insert, remove or replace (Levenshtein's distance), without regard to case. */
function changesBetween(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (Math.abs(a.length - b.length) > SLIPS) return Infinity;
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 0; row < a.length; row++) {
    const current = [row + 1];
    for (let column = 0; column < b.length; column++) {
      const replaced = (above[column] ?? 0) + (a[row] === b[column] ? 0 : 1);
      current.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    above = current;
  }
  return above.at(-1) ?? 0;
}
