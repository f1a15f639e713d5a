import type { Policy } from '../../core/policy/policy.ts';
import type { AccessTokens } from '../../adapters/oidc/access-tokens.ts';
import { accessTokensOnDemand } from '../../adapters/oidc/access-tokens-on-demand.ts';

/** By which OpenID provider people sign in, and whom it names. */
export interface SigningIn {
  readonly policy: Pick<Policy, 'people' | 'oidc'>;
  /** Absent where the API takes none. */
  readonly tokens?: AccessTokens | undefined;
}

/** Most requests are by a link's session, or signed: what the policy says of signing in is read for the others alone. */
export type FindSigningIn = () => Promise<SigningIn | undefined>;

/** @returns undefined where the policy has no OpenID provider */
export function signingIn(policy: SigningIn['policy']): SigningIn | undefined {
  return policy.oidc === undefined ? undefined : { policy, tokens: accessTokensOnDemand(policy.oidc) };
}
