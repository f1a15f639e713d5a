/**
 * One order of environments in which each of these orders holds, as far as they agree: `[a, c]` and `[b, c]` give `[a, b, c]`.
 * Where they contradict one another, the earlier ones win.
 */
export function mergeOrders(orders: readonly (readonly string[])[]): string[] {
  const before = new Map<string, Set<string>>();
  for (const order of orders)
    order.forEach((name, index) => {
      const known = before.get(name) ?? new Set<string>();
      before.set(name, known);
      for (const earlier of order.slice(0, index)) if (!leadsTo(before, name, earlier)) known.add(earlier);
    });
  const left = new Map(before);
  return [...before].flatMap(() => {
    const ready = [...left].filter(([, earlier]) => [...earlier].every((one) => !left.has(one)));
    const next = ready.slice(0, 1).map(([name]) => name);
    for (const name of next) left.delete(name);
    return next;
  });
}

/** Does one come before the other already, directly or by others between them? */
function leadsTo(before: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [to];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === from) return true;
    const earlier = before.get(name);
    if (earlier === undefined || seen.has(name)) continue;
    seen.add(name);
    open.push(...earlier);
  }
  return false;
}
