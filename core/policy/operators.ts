import { ownMember } from '../values/records.ts';
import { entryOf } from './entries.ts';
import { peopleOf, type Person, type Policy } from './policy.ts';

/**
 * Who may intervene in an environment of a service (clear its quarantine, hold it): those who approve releases to it; where
 * no approval is needed, all people the policy lists. Undefined when the policy does not give the service that environment.
 */
export function operatorsOf(policy: Policy, service: string, environment: string): readonly Person[] | undefined {
  const rule = ownMember(policy.environments, environment);
  const given = entryOf(policy, service)?.entry.environments.includes(environment) ?? false;
  if (rule === undefined || !given) return undefined;
  return peopleOf(policy, rule.approval?.from ?? Object.keys(policy.people));
}
