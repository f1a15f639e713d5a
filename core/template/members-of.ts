/** A member of something in a template, or an entry of a list in it, and where that is. */
interface PlacedMember {
  /** Empty for an entry of a list. */
  readonly name: string;
  readonly inner: unknown;
  /** `Resources.Orders.Properties.Layers[0].Ref` */
  readonly at: string;
}

/** Members of a map, entries of a list; none of anything else. */
export function membersOf(value: unknown, place: string): PlacedMember[] {
  if (Array.isArray(value))
    return value.map((inner: unknown, index) => ({ name: '', inner, at: `${place}[${index}]` }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, inner]: [string, unknown]) => ({ name, inner, at: `${place}.${name}` }));
}
