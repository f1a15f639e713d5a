import { NotInLedger } from '../../../core/contract/errors.ts';
import { entryOf, isPattern } from '../../../core/policy/entries.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { serviceName } from '../../../core/values/identifiers.ts';
import { cutText } from '../../../core/values/text.ts';

/** Most names in a sentence. */
const NAMES = 15;

/** The environments of a service, in their order. @throws NotInLedger that says which services there are */
export function environmentsOf(policy: Policy, service: string): readonly string[] {
  const entry = serviceName.safeParse(service).success ? entryOf(policy, service)?.entry : undefined;
  if (entry !== undefined) return entry.environments;
  const known = Object.keys(policy.services).map((key) => (isPattern(key) ? `${key} (any name like this)` : key));
  throw new NotInLedger(`The policy has no service “${cutText(service, 60)}”. It has: ${listed(known)}.`);
}

/** @throws NotInLedger that says which environments the service has */
export function requireKnownPlace(policy: Policy, service: string, environment: string): void {
  const known = environmentsOf(policy, service);
  if (!known.includes(environment))
    throw new NotInLedger(`${service} has no environment “${cutText(environment, 60)}”. It has: ${listed(known)}.`);
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES;
  return [...names.slice(0, NAMES), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
