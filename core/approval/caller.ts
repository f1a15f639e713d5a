import type { Person } from '../policy/policy.ts';
import type { DecisionWay } from './ways.ts';
import type { SignedIn } from '../sign-in/identity.ts';
import { findPerson, findPrincipal } from './people.ts';

/**
 * Who asks: the ARN that IAM verified, now or when a session was opened; the address that a signed link was sent to, or to whose Slack user
 * one was shown; or the person of the policy whom the issuer named.
 */
export type Caller =
  | { readonly principal: string }
  | { readonly addressee: string; readonly shownIn?: 'slack' }
  | { readonly email: string; readonly signedIn: SignedIn };

/** The listed person that the caller acts as; undefined where they are not listed. */
export function personOf(people: readonly Person[], caller: Caller): Person | undefined {
  if ('principal' in caller) return findPrincipal(people, caller.principal);
  return findPerson(people, 'addressee' in caller ? caller.addressee : caller.email);
}

/** The same for the ledger: `arn:…`, `link to ada@example.com`, `link shown in Slack to ada@example.com`, `248289761001 of https://issuer.example.com`. */
export function nameCaller(caller: Caller): string {
  if ('principal' in caller) return caller.principal;
  if ('addressee' in caller)
    return `link ${caller.shownIn === undefined ? '' : 'shown in Slack '}to ${caller.addressee}`;
  return `${caller.signedIn.subject} of ${caller.signedIn.issuer}`;
}

/** By which way the caller decides, as the ledger has it. */
export function wayOf(caller: Caller): DecisionWay {
  if ('principal' in caller) return 'iam';
  return 'addressee' in caller ? (caller.shownIn ?? 'link') : 'oidc';
}
