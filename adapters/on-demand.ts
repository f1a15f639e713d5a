/** What is made when it is first asked for, and once: for parts that most invocations do without, imported where they are made. */
export function onDemand<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => (made ??= make());
}
