import type { OidcSettings } from '../../core/policy/oidc.ts';
import { onDemand } from '../on-demand.ts';
import type { AccessTokens } from './access-tokens.ts';

/** What verifies is loaded with the first token. @returns undefined where the policy has the API take none */
export function accessTokensOnDemand(oidc: OidcSettings | undefined): AccessTokens | undefined {
  if (oidc?.api === undefined) return undefined;
  const { issuer, api } = oidc;
  const open = onDemand(async () => (await import('./access-tokens.ts')).openAccessTokens({ issuer, ...api }));
  return { verify: async (token, now) => (await open()).verify(token, now) };
}
