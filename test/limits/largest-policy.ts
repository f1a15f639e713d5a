import { releaseLimits } from '../../core/policy/release-limits.ts';
import { policyProblems, readPolicy, type Policy } from '../../core/policy/policy.ts';
import type { Target } from '../../core/values/identifiers.ts';

/** Targets of one environment, forty a wave, in accounts of their own. */
export function wavesOf(count: number, from = 0): { readonly targets: Target[] }[] {
  const targets = Array.from({ length: count }, (_, index) => ({
    ...{ account: String(200_000_000_000 + from + index), region: 'ap-southeast-2' },
  }));
  return Array.from({ length: Math.ceil(count / 40) }, (_, wave) => ({
    targets: targets.slice(wave * 40, (wave + 1) * 40),
  }));
}

const arn = (index: number): string => `arn:aws:iam::aws:policy/${'p'.repeat(120)}${index}`;

/** An e-mail address of the greatest length. */
export function longAddress(index: number): string {
  const part = 'a'.repeat(60);
  const head = `${part}@p${String(index).padStart(4, '0')}.`;
  const rest = 254 - head.length - '.example'.length;
  return `${head}${`${part}.`.repeat(4).slice(0, rest)}.example`;
}

/** Alarms of the policy, with the longest names. */
export const alarmNames = Array.from({ length: 50 }, (_, index) => `${'a'.repeat(250)}${index}`);

/** As many as there may be. */
const reminders = Array.from({ length: 10 }, (_, index) => `PT${index + 1}H`);

/**
 * The largest policy of one service: as many targets, people and alarms as there may be, and whatever makes resources in as many
 * targets as the plan has room for.
 */
export function largestPolicy(): { readonly policy: Policy; readonly more: object } {
  const perEnvironment = releaseLimits.targetsOfEnvironment;
  const environments = Object.fromEntries(
    ['staging', 'production'].map((name, place) => [
      name,
      {
        waves: wavesOf(perEnvironment, place * perEnvironment),
        alarms: alarmNames,
        approval: { from: ['approvers'], including: ['approvers'], reminders },
      },
    ]),
  );
  const documentOf = (people: number, executions: number): object => ({
    services: { orders: { environments: ['staging', 'production'] } },
    environments,
    people: {
      approvers: Array.from({ length: people }, (_, index) => ({ name: 'n'.repeat(100), email: longAddress(index) })),
    },
    execution: Object.fromEntries(
      wavesOf(perEnvironment)
        .flatMap(({ targets }) => targets)
        .slice(0, executions)
        .map(({ account, region }) => [`${account}/${region}`, { managedPolicies: [0, 1, 2, 3, 4].map(arn) }]),
    ),
  });
  const people = 20;
  let executions = 0;
  let tooMany: number = perEnvironment;
  while (tooMany - executions > 1) {
    const middle = Math.floor((executions + tooMany) / 2);
    if (policyProblems(documentOf(people, middle)).length === 0) executions = middle;
    else tooMany = middle;
  }
  const reading = readPolicy(documentOf(people, executions));
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return { policy: reading.policy, more: documentOf(people, executions + 1) };
}
