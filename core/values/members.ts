import { recordOf } from './records.ts';

/** Where something is in a document: names of members, and places in lists. */
export type MemberPath = readonly PropertyKey[];

/** What is at a path of a parsed document; undefined where nothing is. */
export function memberAt(document: unknown, path: MemberPath): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)];
    const members = recordOf(value);
    return Object.hasOwn(members, part) ? members[String(part)] : undefined;
  }, document);
}

/** A document with something else at a path; with nothing there, where that is undefined. */
export function withMember(document: unknown, [part, ...rest]: MemberPath, value: unknown): unknown {
  if (part === undefined) return value;
  if (Array.isArray(document)) {
    const members: readonly unknown[] = document;
    const inner = withMember(members[Number(part)], rest, value);
    return inner === undefined ? members.toSpliced(Number(part), 1) : members.with(Number(part), inner);
  }
  const members = Object.entries(recordOf(document));
  const name = String(part);
  const inner = withMember(members.find(([one]) => one === name)?.[1], rest, value);
  const others = members.flatMap(([one, before]): [string, unknown][] => {
    if (one !== name) return [[one, before]];
    return inner === undefined ? [] : [[one, inner]];
  });
  const added: [string, unknown][] = inner === undefined || others.some(([one]) => one === name) ? [] : [[name, inner]];
  return Object.fromEntries([...others, ...added]);
}
