/** So many of them, spread evenly over the whole list. */
export function sampleEvenly<T>(all: readonly T[], size: number): T[] {
  if (size >= all.length) return [...all];
  return all.filter(
    (_, index) => Math.floor((index * size) / all.length) !== Math.floor(((index - 1) * size) / all.length),
  );
}
