import * as z from 'zod';
import { emailClaim, type OidcSettings } from '../policy/oidc.ts';
import type { Person, Policy } from '../policy/policy.ts';

/** Who signed in, as the issuer named them. */
export const signedInSchema = z.object({
  issuer: z.string(),
  /** `sub`: the issuer gives it to one account, and to no other later. */
  subject: z.string(),
  /** What the policy's claim named. */
  named: z.string(),
});
export type SignedIn = z.infer<typeof signedInSchema>;

/** Claims of a token, verified or told by the issuer itself. */
export type Claims = Readonly<Record<string, unknown>>;

/** The longest name that is compared with people's: an address has 320 characters. */
const LONGEST_NAME = 320;

/** Whom claims name, or why they name nobody. */
export type Naming = { readonly named: string } | { readonly why: string };

/** What the policy's claim says. An address counts once the issuer says that it has verified it. */
export function nameIn(claims: Claims, { claim }: Pick<OidcSettings, 'claim'>): Naming {
  const { [claim]: value } = claims;
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_NAME)
    return { why: `the issuer names nobody by the claim "${claim}" (does it need a scope?)` };
  if (claim === emailClaim && claims['email_verified'] !== true)
    return { why: `the issuer has not verified the address ${value}` };
  return { named: value };
}

/** The person of the policy whom somebody signed in as; undefined for somebody else. */
export function findSignedIn(
  policy: Pick<Policy, 'people' | 'oidc'>,
  { issuer, named }: Pick<SignedIn, 'issuer' | 'named'>,
): Person | undefined {
  const { oidc, people } = policy;
  if (oidc === undefined || oidc.issuer !== issuer) return undefined;
  const isNamed =
    oidc.claim === emailClaim
      ? ({ email }: Person) => email.toLowerCase() === named.toLowerCase()
      : (person: Person) => person.oidc === named;
  return Object.values(people).flat().find(isNamed);
}

/**
 * Does a token allow it? Its scopes stand in `scope` (https://www.rfc-editor.org/rfc/rfc9068#section-2.2.3), or in `scp`, as text or as
 * a list.
 */
export function allows(claims: Claims, scope: string): boolean {
  return [claims['scope'], claims['scp']].some((value) => {
    const scopes: readonly unknown[] = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
    return scopes.includes(scope);
  });
}
