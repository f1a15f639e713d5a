import { nameTarget, type Target } from '../values/identifiers.ts';
import { type Entries, type Entry, isPattern, keyPrefix } from './entries.ts';

/** A policy, as far as it says where services go. */
export interface PolicyNames {
  readonly services: Entries;
  readonly environments: Readonly<
    Record<string, { readonly waves: readonly { readonly targets: readonly Target[] }[] }>
  >;
}

/** What is called how for one service in one environment. */
export interface ServiceNames {
  readonly stackName: string;
  /** Names its resources may have; `*` stands for any text, `?` for one character. */
  readonly resourceNames: readonly string[];
}

/** A pattern entry's own key stands for its services: the names are patterns then. */
export function namesOf(entry: Entry, service: string, environment: string): ServiceNames {
  const stackName = fill(entry.stack, service, environment);
  const named = entry.names.map((name) => fill(name, service, environment));
  return { stackName, resourceNames: withoutCovered([...namesAfterStack(stackName), ...named]) };
}

function fill(text: string, service: string, environment: string): string {
  return text.replaceAll('{service}', service).replaceAll('{environment}', environment);
}

/** So many characters of a stack's name are left at least where CloudFormation cuts it: in names of 64 characters. */
const LEFT_OF_STACK = 24;

/**
 * Names that CloudFormation makes begin with the stack's name. Where that gets too long, stack's name and logical id are cut,
 * and only the twelve random characters at the end are sure.
 */
export function namesAfterStack(stackName: string): string[] {
  const cut = stackName.length > LEFT_OF_STACK ? [`${stackName.slice(0, LEFT_OF_STACK)}*-${'?'.repeat(12)}`] : [];
  return [stackName, `${stackName}-*`, ...(stackName.slice(0, LEFT_OF_STACK).includes('*') ? [] : cut)];
}

/** What stacks are called by default begins so, and nothing else does but what is Sluice's own. */
const ownPrefix = 'sluice-';

/** What the services of one entry may have in a target. */
export interface EntryNames {
  /** Key of the entry. */
  readonly entry: string;
  /** Names or patterns. */
  readonly stacks: readonly string[];
  readonly resources: readonly string[];
}

/**
 * The entries whose environments have this target, in the policy's order, and which names are theirs there. Where no other entry's
 * name begins like that, `orders` and `orders-*` are said as `orders*`: policies of IAM have little room.
 */
export function entriesIn(policy: PolicyNames, target: Target): EntryNames[] {
  const found = exactEntriesIn(policy, target);
  return found.map((one) => {
    const others = found.filter((other) => !isAround(other.entry, one.entry) && !isAround(one.entry, other.entry));
    const theirs = others.flatMap(({ resources }) => resources);
    const { entry, stacks, resources, beginning } = one;
    return { entry, stacks, resources: merged(withBeginning(resources, beginning, theirs), theirs) };
  });
}

/** What all of an entry's stacks begin with where they are called by Sluice's own way; undefined for names of a team's choice. */
function ownBeginning(key: string, entry: Entry): string | undefined {
  const [before = ''] = entry.stack.split('{environment}');
  const [beginning = ''] = fill(before, key, '').split('*');
  return beginning.startsWith(ownPrefix) ? beginning : undefined;
}

/**
 * Names that resources of an entry's services may have in a target, for judging a template before AWS does: at least what the entry's
 * role may make there, where roles say several names as one.
 */
export function entryNamesIn(policy: PolicyNames, key: string, target: Target): string[] {
  const { [key]: entry } = policy.services;
  if (entry === undefined) return [];
  const names = entry.environments
    .filter((name) => targetsOf(policy, name).includes(nameTarget(target)))
    .flatMap((environment) => namesOf(entry, key, environment).resourceNames);
  const beginning = ownBeginning(key, entry);
  return withoutCovered([
    ...names.map((name) => (names.includes(`${name}-*`) ? `${name}*` : name)),
    ...(beginning === undefined ? [] : [`${beginning}*`]),
  ]);
}

/** Nothing but Sluice calls anything `sluice-orders-…`: where no other entry's name begins so, that says all environments. */
function withBeginning(
  names: readonly string[],
  beginning: string | undefined,
  others: readonly string[],
): readonly string[] {
  if (beginning === undefined || !begins(beginning, others)) return names;
  return withoutCovered(names.map((name) => (name.startsWith(beginning) ? `${beginning}*` : name)));
}

/** Does no other name begin so, nor this one like another? */
function begins(beginning: string, others: readonly string[]): boolean {
  return others.every((other) => {
    const [theirs = ''] = other.split('*');
    return !theirs.startsWith(beginning) && !beginning.startsWith(theirs);
  });
}

/** The same entry, or a pattern: its names are those of the entries inside of it, too, which tags tell apart. */
function isAround(outer: string, inner: string): boolean {
  return outer === inner || (isPattern(outer) && inner.startsWith(keyPrefix(outer)));
}

function merged(names: readonly string[], others: readonly string[]): string[] {
  // Names that CloudFormation cut alike are in any case both entries'.
  const theirs = others.filter((other) => !names.includes(other));
  const free = (name: string): boolean => begins(name.replace(/\*.*$/, ''), theirs);
  return withoutCovered(names.map((name) => (names.includes(`${name}-*`) && free(name) ? `${name}*` : name)));
}

function exactEntriesIn(
  policy: PolicyNames,
  target: Target,
): (EntryNames & { readonly beginning: string | undefined })[] {
  const here = nameTarget(target);
  return Object.entries(policy.services).flatMap(([key, entry]) => {
    const names = entry.environments
      .filter((name) => targetsOf(policy, name).includes(here))
      .map((environment) => namesOf(entry, key, environment));
    if (names.length === 0) return [];
    const stacks = withoutCovered(names.map(({ stackName }) => stackName));
    const resources = withoutCovered(names.flatMap(({ resourceNames }) => resourceNames));
    return [{ entry: key, stacks, resources, beginning: ownBeginning(key, entry) }];
  });
}

/** `account/region` of an environment's targets; none when the policy does not have it. */
export function targetsOf({ environments }: PolicyNames, name: string): string[] {
  const { waves = [] } = environments[name] ?? {};
  return waves.flatMap(({ targets }) => targets.map(nameTarget));
}

/**
 * What all entries of a target may have together. By-default names are one pattern, however many services there are: a policy
 * has no room for each.
 */
export function namesIn(policy: PolicyNames, target: Target): Omit<EntryNames, 'entry'> {
  const entries = entriesIn(policy, target);
  // A target is made ready before the first entry is released into it, and roles that may do nothing are refused by IAM.
  if (entries.length === 0) return { stacks: [`${ownPrefix}*`], resources: [`${ownPrefix}*`] };
  const together = (names: readonly string[]): string[] =>
    withoutCovered(names.map((name) => (name.startsWith(ownPrefix) ? `${ownPrefix}*` : name)));
  return {
    stacks: together(entries.flatMap(({ stacks }) => stacks)),
    resources: together(entries.flatMap(({ resources }) => resources)),
  };
}

/** Patterns, each once, and none that another one says already. */
export function withoutCovered(patterns: readonly string[]): string[] {
  const each = [...new Set(patterns)];
  const wide = each.filter((one) => one.includes('*')).map(patternOf);
  return each.filter((one) => !wide.some((other) => other.text !== one && covers(other, one)));
}

/** Is it none of the patterns, says none of them what it says, and it nothing that one of them says? */
export function isApart(one: string, patterns: readonly string[]): boolean {
  const own = patternOf(one);
  return patterns.every((other) => other !== one && !covers(patternOf(other), one) && !covers(own, other));
}

/** A pattern at the asterisks. Policies have thousands, each compared with each: no regular expression is made of them. */
interface Pattern {
  readonly text: string;
  readonly first: string;
  readonly middle: readonly string[];
  /** Undefined where it has no asterisk, so that it stands for nothing but itself. */
  readonly last: string | undefined;
}

function patternOf(text: string): Pattern {
  const [first = '', ...rest] = text.split('*');
  return { text, first, middle: rest.slice(0, -1), last: rest.at(-1) };
}

/** Does a pattern match all that another matches? `?` counts as text, on both sides. */
function covers({ first, middle, last }: Pattern, other: string): boolean {
  if (last === undefined || !other.startsWith(first) || !other.endsWith(last)) return false;
  let from = first.length;
  for (const part of middle) {
    const at = other.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return from + last.length <= other.length;
}
