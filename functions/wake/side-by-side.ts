/** Most things that are looked after at the same time: an AWS call each, mostly waiting. */
const AT_ONCE = 10;

/** Does the work for each, some at the same time. The work must not throw. @returns what it came to, as it was finished */
export async function sideBySide<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const waiting = [...items];
  const done: R[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) done.push(await work(next));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return done;
}

/** The same for work that may throw: what is done at that time is waited for, and the rest not begun. @throws the first problem */
export async function eachSideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const problems: unknown[] = [];
  await sideBySide(items, async (item) => {
    if (problems.length > 0) return;
    await work(item).catch((problem: unknown) => void problems.push(problem));
  });
  if (problems.length > 0) throw problems[0];
}
