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
  const merged: string[] = [];
  const left = new Set(before.keys());
  while (left.size > 0) {
    const [next] = [...left].filter((name) => [...(before.get(name) ?? [])].every((one) => !left.has(one)));
    if (next === undefined) break;
    left.delete(next);
    merged.push(next);
  }
  return merged;
}

/** Does one come before the other already, directly or by others between them? */
function leadsTo(before: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [to];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === from) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(before.get(name) ?? []));
  }
  return false;
}
