import { authorshipOf } from '../approval/author.ts';
import { peopleIn } from '../policy/people.ts';
import type { Policy } from '../policy/policy.ts';
import { type Occasion, occasions, type TellRules } from '../policy/tell.ts';

/** Addresses by occasion. */
export type Told = Partial<Record<Occasion, string[]>>;

type Naming = Pick<Policy, 'people' | 'notify'>;

/** Who is told of what in an environment, as the plan keeps it. @param author as the manifest has it */
export function toldOf(policy: Naming, tell: TellRules, author: string): Told {
  const told: Told = {};
  for (const occasion of occasions) {
    const { [occasion]: names } = tell;
    if (names !== undefined) told[occasion] = addressesOf(policy, names, author);
  }
  return told;
}

/**
 * Who is told that an artifact was rejected: its author, unless the policy says otherwise.
 * @param author undefined where the manifest could not be read
 */
export function toldOfRejection(policy: Naming, author: string | undefined): string[] {
  return addressesOf(policy, policy.notify?.rejected ?? ['@author'], author);
}

function addressesOf(policy: Naming, names: readonly string[], author: string | undefined): string[] {
  const found = names.flatMap((name) => {
    if (name === '@notify') return policy.notify?.email ?? [];
    const people = name === '@author' ? authorsOf(policy, author) : peopleIn(policy, [name]);
    return people.map(({ email }) => email);
  });
  return [...new Map(found.map((address) => [address.toLowerCase(), address])).values()];
}

/** Text of a manifest sends no mail to whom the policy does not name: the author is told only as one of its people. */
function authorsOf(policy: Naming, author: string | undefined) {
  if (author === undefined) return [];
  const people = peopleIn(policy, Object.keys(policy.people));
  return people.filter((person) => authorshipOf(author, person, people) === 'author');
}
