import { ownMember } from '../values/records.ts';
import { entryOf } from './entries.ts';
import { peopleIn } from './people.ts';
import type { Person, Policy, PolicyEnvironment } from './policy.ts';

/**
 * Who may intervene in an environment of a service (clear its quarantine, hold it): those who approve releases to it; where
 * no approval is needed, all people the policy lists. Undefined when the policy does not give the service that environment.
 */
export function operatorsOf(policy: Policy, service: string, environment: string): readonly Person[] | undefined {
  const rule = ruleOf(policy, service, environment);
  return rule === undefined ? undefined : peopleIn(policy, rule.approval?.from ?? Object.keys(policy.people));
}

/** Who may stop a release: those who may intervene in one of the environments that it has not passed. */
export function stoppersOf(policy: Policy, service: string, environments: readonly string[]): readonly Person[] {
  const people = environments.flatMap((environment) => operatorsOf(policy, service, environment) ?? []);
  return people.filter((person, index) => people.findIndex(({ email }) => email === person.email) === index);
}

/** Who may let a release of a service in although an alarm is firing. Undefined where `operatorsOf` is. */
export function repairersOf(policy: Policy, service: string, environment: string): readonly Person[] | undefined {
  const rule = ruleOf(policy, service, environment);
  return rule === undefined ? undefined : peopleIn(policy, rule.repairs ?? []);
}

/** Who may let a release of a service in although a window is closed. Undefined where `operatorsOf` is. */
export function windowOverridersOf(
  policy: Policy,
  service: string,
  environment: string,
): readonly Person[] | undefined {
  const rule = ruleOf(policy, service, environment);
  return rule === undefined ? undefined : peopleIn(policy, rule.windowOverrides ?? []);
}

function ruleOf(policy: Policy, service: string, environment: string): PolicyEnvironment | undefined {
  const given = entryOf(policy, service)?.entry.environments.includes(environment) ?? false;
  return given ? ownMember(policy.environments, environment) : undefined;
}
