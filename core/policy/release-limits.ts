import type { Entries, Entry } from './entries.ts';
import type { Executions } from './execution.ts';
import { decidingGroups } from './approval-rule.ts';
import { type Groups, peopleIn } from './people.ts';
import { nameTarget, type Target } from '../values/identifiers.ts';
import { problem, type Problem } from '../values/problems.ts';

/**
 * What one release can carry. The numbers are played by `npm run test:limits`: the workflow's history has room for 25,000 events,
 * an answer for 256 KiB, an item of the ledger for 400 KB.
 */
export const releaseLimits = {
  /** Targets of one environment. Their changes are previewed and judged by one invocation each. */
  targetsOfEnvironment: 200,
  /** Targets of all environments that a release passes: each is some 16 events of the workflow's history, and as many if it goes back. */
  targetsOfRelease: 400,
  /** People who are asked to decide, or told: one message names them all. */
  people: 200,
  /** Bytes of what the policy adds to a plan; the manifest may add twice what `release.json` may have. */
  planBytes: 120_000,
} as const;

/** A policy, as far as its size goes. */
interface SizedPolicy {
  readonly services: Entries;
  readonly environments: Readonly<Record<string, SizedEnvironment>>;
  readonly people: Groups<{ readonly email: string }>;
  readonly execution: Executions;
  readonly checks: object;
  readonly notify?: object;
}

interface SizedEnvironment {
  readonly waves: readonly { readonly targets: readonly Target[] }[];
  readonly approval?: { readonly from: string[]; readonly including?: string[] };
  readonly onInconclusive: 'ask' | 'rollBack';
}

/** What a release could not carry, though each part of the policy is within its own maximum. */
export function releaseLimitProblems(policy: SizedPolicy): Problem[] {
  return [
    ...Object.entries(policy.environments).flatMap(([name, environment]) => [
      ...targetProblems(name, environment),
      ...peopleProblems(policy, name, environment),
    ]),
    ...Object.entries(policy.services).flatMap(([key, entry]) => [
      ...allTargetProblems(policy, key, entry),
      ...planProblems(policy, key, entry),
    ]),
  ];
}

function targetProblems(name: string, { waves }: SizedEnvironment): Problem[] {
  const count = waves.reduce((sum, { targets }) => sum + targets.length, 0);
  if (count <= releaseLimits.targetsOfEnvironment) return [];
  const path = `environments.${name}.waves`;
  const sentence = `"${path}" has ${count} targets together, and a release can carry ${releaseLimits.targetsOfEnvironment} of one environment: split it into two environments, or over two engines.`;
  return [problem('policy.too-many-targets', path, sentence)];
}

function allTargetProblems(policy: SizedPolicy, key: string, entry: Entry): Problem[] {
  const count = environmentsOf(policy, entry).reduce(
    (sum, { waves }) => sum + waves.reduce((some, { targets }) => some + targets.length, 0),
    0,
  );
  if (count <= releaseLimits.targetsOfRelease) return [];
  const path = `services.${key}.environments`;
  const sentence = `"${path}" lead to ${count} targets together, and a release can carry ${releaseLimits.targetsOfRelease}: give the service fewer environments, or split its targets over two engines.`;
  return [problem('policy.too-many-targets', path, sentence)];
}

function peopleProblems(policy: SizedPolicy, name: string, { approval, onInconclusive }: SizedEnvironment): Problem[] {
  const everybody = onInconclusive === 'ask' ? Object.keys(policy.people) : [];
  const groups = approval === undefined ? everybody : decidingGroups(approval);
  const count = peopleIn(policy, groups).length;
  if (count <= releaseLimits.people) return [];
  const path = approval === undefined ? 'people' : `environments.${name}.approval.from`;
  const sentence = `"${path}" names ${count} people who are asked to decide in "${name}", and one message reaches ${releaseLimits.people}: name fewer groups, or a smaller one.`;
  return [problem('policy.too-many-people', path, sentence)];
}

/** Each environment of the plan has its own copy of what is said of it, and of the people. */
function planProblems(policy: SizedPolicy, key: string, entry: Entry): Problem[] {
  const parts = environmentsOf(policy, entry).map((environment) => {
    const { approval, waves } = environment;
    const targets = new Set(waves.flatMap((wave) => wave.targets.map(nameTarget)));
    const people = peopleIn(policy, approval?.from ?? Object.keys(policy.people));
    const deciding = approval === undefined ? [] : peopleIn(policy, decidingGroups(approval));
    const including = (approval?.including ?? []).map((group) => peopleIn(policy, [group]).map(({ email }) => email));
    const executions = Object.entries(policy.execution).filter(([target]) => targets.has(target));
    return [environment, people, deciding, including, executions, entry];
  });
  const bytes = Buffer.byteLength(JSON.stringify([parts, policy.checks, policy.notify ?? {}]));
  if (bytes <= releaseLimits.planBytes) return [];
  const path = `services.${key}.environments`;
  const sentence = `What the policy says of "${path}" – targets, people, who makes the resources, hosts and addresses – has ${bytes} bytes together, and the plan of a release has room for ${releaseLimits.planBytes}: name fewer people or managed policies, or give the service fewer environments.`;
  return [problem('policy.plan-too-large', path, sentence)];
}

function environmentsOf(policy: SizedPolicy, entry: Entry): SizedEnvironment[] {
  return Object.entries(policy.environments)
    .filter(([name]) => entry.environments.includes(name))
    .map(([, environment]) => environment);
}
