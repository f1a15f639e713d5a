import * as z from 'zod';
import { problem, type Problem } from '../values/problems.ts';
import { likelyMeant } from '../values/alike.ts';
import { ownMember } from '../values/records.ts';

export const groupName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be 1–40 lower-case letters, digits and "-"');

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

interface Identified {
  readonly email: string;
  readonly slack?: string | undefined;
  readonly principal?: string | undefined;
  readonly oidc?: string | undefined;
}

/** Two people behind one Slack user, IAM principal or account of the issuer: whose decision it is could not be told, and one of them could never decide. */
export function sharedIdentities(people: Groups<Identified>): Problem[] {
  return [
    ...sharedProblems(people, 'slack', 'Slack user'),
    ...sharedProblems(people, 'principal', 'IAM principal'),
    ...sharedProblems(people, 'oidc', 'OIDC name'),
  ];
}

function sharedProblems(people: Groups<Identified>, field: 'slack' | 'principal' | 'oidc', what: string): Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(people).flatMap(([group, members]) =>
    members.flatMap((person, index) => {
      const { [field]: id } = person;
      if (id === undefined) return [];
      const email = person.email.toLowerCase();
      const owner = owners.get(id) ?? email;
      owners.set(id, owner);
      if (owner === email) return [];
      const path = `people.${group}.${index}.${field}`;
      const sentence = `"${path}" is the ${what} of ${owner} already: give each person one of their own.`;
      return [problem(`policy.${field}-shared`, path, sentence)];
    }),
  );
}

/** Groups that a field names and `people` does not define. */
export function unknownGroups(people: Groups<Named>, path: string, groups: readonly string[]): Problem[] {
  return groups
    .filter((group) => ownMember(people, group) === undefined)
    .map((group) => {
      const sentence = `"${path}" names the group "${group}", which "people" does not define.${meantByGroup(people, group)}`;
      return problem('policy.group-unknown', path, sentence);
    });
}

interface Named {
  readonly name: string;
  readonly email: string;
}

/** The group that is meant, or those of a person who is named in place of one. */
function meantByGroup(people: Groups<Named>, given: string): string {
  const of = Object.entries(people).filter(([, members]) => members.some((person) => isCalled(person, given)));
  if (of.length === 0) return likelyMeant(given, Object.keys(people));
  const groups = of.map(([group]) => `"${group}"`).join(' and ');
  return ` "${given}" is a person of ${groups}: name the group.`;
}

/** By the whole name, a part of it, or what stands before the "@" of the address. */
function isCalled({ name, email }: Named, given: string): boolean {
  const names = [name, ...name.split(' '), email.replace(/@.*$/, '')];
  return names.some((one) => one.toLowerCase().replaceAll(/[ .]/g, '-') === given);
}
