import { ownMember } from '../values/records.ts';

/** Groups of people, by name. */
export type Groups<Person> = Readonly<Record<string, readonly Person[]>>;

/** People of the groups, each once (by e-mail address). */
export function peopleIn<Person extends { readonly email: string }>(
  { people }: { readonly people: Groups<Person> },
  groups: readonly string[],
): Person[] {
  const named = groups.flatMap((group) => ownMember(people, group) ?? []);
  return [...new Map(named.map((person) => [person.email.toLowerCase(), person])).values()];
}
