/** What a path of the table of ways in names is changed; `*` stands for each of a list or map, `**` for any depth. Also in the branches of a condition. */
export function mapAt(value: unknown, steps: readonly string[], change: (part: unknown) => unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isChoice(value)) {
    const [condition, ...branches] = value['Fn::If'];
    return { 'Fn::If': [condition, ...branches.map((branch) => mapAt(branch, steps, change))] };
  }
  const inside = (name: string, inner: unknown): unknown => {
    if (step === '**') return mapAt(mapAt(inner, steps, change), rest[0] === name ? rest.slice(1) : [NOWHERE], change);
    return step === '*' || step === name ? mapAt(inner, rest, change) : inner;
  };
  if (Array.isArray(value)) return value.map((item: unknown, index) => inside(String(index), item));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [name, inside(name, inner)]),
  );
}

/** No member is called so. */
const NOWHERE = '\u0000';

function isChoice(value: object): value is { 'Fn::If': unknown[] } {
  const members = Object.entries(value);
  return members.length === 1 && members[0]?.[0] === 'Fn::If' && Array.isArray(members[0][1]);
}
