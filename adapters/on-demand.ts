/** Makes a part at its first use, once: for parts that most invocations do not need, imported where they are made. */
export function onDemand<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => (made ??= make());
}
