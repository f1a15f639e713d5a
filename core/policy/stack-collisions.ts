import { problem, type Problem } from '../values/problems.ts';
import { isPattern, keyPrefix } from './entries.ts';
import { overlap } from './reserved-names.ts';
import { namesOf, type PolicyNames, targetsOf } from './stack-names.ts';

/** One entry in one environment, and what its stacks are called. */
interface Occupant {
  readonly key: string;
  readonly environment: string;
  /** Of a pattern, the name for a service that nobody has. */
  readonly stack: string;
  /** What the names of all its stacks begin with; of an exact entry, the name. */
  readonly prefix: string;
}

/** Stands for any service of a pattern: no other part of a name is like it. */
const ANY_SERVICE = 'any0service';

/**
 * Stacks that would be one and the same, or whose names are one the other's beginning, whatever services there are. What only some
 * services of a pattern meet is seen by the claim that the first release makes.
 */
export function stackCollisions(policy: PolicyNames): Problem[] {
  const targets = new Set(Object.keys(policy.environments).flatMap((name) => targetsOf(policy, name)));
  const found = new Map<string, Problem>();
  for (const target of targets) {
    const occupants = occupantsOf(policy, target);
    occupants.forEach((one, index) => {
      for (const other of occupants.slice(index + 1)) {
        const pair = [one, other].map(({ key, environment }) => `${key} ${environment}`).join(' ');
        if (!found.has(pair) && collide(one, other)) found.set(pair, describe(one, other, target));
      }
    });
  }
  return [...found.values()];
}

function occupantsOf(policy: PolicyNames, target: string): Occupant[] {
  return Object.entries(policy.services).flatMap(([key, entry]) =>
    entry.environments
      .filter((environment) => targetsOf(policy, environment).includes(target))
      .map((environment) => {
        const [before = ''] = entry.stack.split('{service}');
        const { stackName: stack } = namesOf(
          entry,
          `${keyPrefix(key)}${isPattern(key) ? ANY_SERVICE : ''}`,
          environment,
        );
        const { stackName: prefix } = namesOf({ ...entry, stack: before }, key, environment);
        return { key, environment, stack, prefix: isPattern(key) ? `${prefix}${keyPrefix(key)}` : stack };
      }),
  );
}

function collide(one: Occupant, other: Occupant): boolean {
  if (one.key === other.key) return isWithin(one.stack, other.stack) || isWithin(other.stack, one.stack);
  if (isPattern(one.key) && isPattern(other.key)) return false;
  if (isPattern(one.key)) return isBeginning(other.stack, one.prefix);
  if (isPattern(other.key)) return isBeginning(one.stack, other.prefix);
  return isWithin(one.stack, other.stack) || isWithin(other.stack, one.stack);
}

/** The same, or the one's name and a "-" are what the other's begins with. Letters count alike, small or not: bucket names have small ones. */
function isWithin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase() || isBeginning(one, other);
}

function isBeginning(name: string, other: string): boolean {
  return other.toLowerCase().startsWith(`${name.toLowerCase()}-`);
}

function describe(one: Occupant, other: Occupant, target: string): Problem {
  const path = `services.${other.key}.stack`;
  const [first, second] = [one, other].map(({ key, environment }) => `"${key}" in "${environment}"`);
  const [a, b] = [one, other].map(({ key, stack }) => (isPattern(key) ? stack.replace(ANY_SERVICE, '…') : stack));
  const what =
    a?.toLowerCase() === b?.toLowerCase()
      ? `would both have the stack "${a}" in ${target}`
      : `would have the stacks "${a}" and "${b}" in ${target}, and what CloudFormation names after the one could be the other's`;
  const sentence = `${first} and ${second} ${what}: give one of them another "stack", such as "{environment}-{service}", or another target.`;
  return problem('policy.stack-collision', path, sentence);
}

/** What an entry says of its resources' names, in one environment. */
interface Naming {
  readonly key: string;
  /** Those that it lists. */
  readonly listed: readonly string[];
  /** Those and what CloudFormation names after its stacks. */
  readonly all: readonly string[];
}

/**
 * Names that two entries of one target both list, or that one lists and the other's stacks give: the execution role of each could
 * touch what is the other's. A service inside of a pattern shares the pattern's names, and is told apart by tags.
 */
export function nameOverlaps(policy: PolicyNames): Problem[] {
  const targets = new Set(Object.keys(policy.environments).flatMap((name) => targetsOf(policy, name)));
  const found = new Map<string, Problem>();
  for (const target of targets) {
    const namings = namingsIn(policy, target);
    for (const one of namings)
      for (const other of namings) {
        const pair = `${one.key} ${other.key}`;
        if (one.key === other.key || found.has(pair) || isInside(one.key, other.key)) continue;
        const name = one.listed.find((mine) => other.all.some((theirs) => overlap(mine, theirs)));
        if (name !== undefined && !found.has(`${other.key} ${one.key}`))
          found.set(pair, overlapping(one, other, name, target));
      }
  }
  return [...found.values()];
}

function namingsIn(policy: PolicyNames, target: string): Naming[] {
  return Object.entries(policy.services).flatMap(([key, entry]) => {
    const here = entry.environments.filter((environment) => targetsOf(policy, environment).includes(target));
    const names = here.map((environment) => namesOf(entry, key, environment).resourceNames);
    const made = here.flatMap((environment) => namesOf({ ...entry, names: [] }, key, environment).resourceNames);
    const listed = names.flat().filter((name) => !made.includes(name));
    return here.length === 0 ? [] : [{ key, listed, all: names.flat() }];
  });
}

/** Is the one a pattern for the other, or the other for the one? */
function isInside(one: string, other: string): boolean {
  const within = (inner: string, outer: string): boolean => isPattern(outer) && inner.startsWith(keyPrefix(outer));
  return within(one, other) || within(other, one);
}

function overlapping(one: Naming, other: Naming, name: string, target: string): Problem {
  const path = `services.${one.key}.names`;
  const sentence = `"${path}" lists ${name}, which resources of "${other.key}" may be called in ${target}, too: the role of each could touch what is the other's. List names that only one of them has.`;
  return problem('policy.names-overlap', path, sentence);
}
