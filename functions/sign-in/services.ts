import path from 'node:path';
import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import { EngineMisconfigured } from '../../core/contract/errors.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { OidcSettings } from '../../core/policy/oidc.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import { clientSecretOnDemand } from '../../adapters/oidc/client-secret.ts';
import { type Issuer, openIssuer } from '../../adapters/oidc/issuer.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import { readPolicyFile } from '../../engine/handler/policy-file.ts';

export interface SignInServices {
  readonly ledger: Ledger;
  readonly issuer: Issuer;
  /** The current one: whom it does not list does not sign in. */
  readonly policy: Pick<Policy, 'people'> & { readonly oidc: OidcSettings };
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
}

/** @throws EngineMisconfigured where the policy has no OpenID provider: the stack makes no such function then */
export function signInServices(environment: FunctionEnvironment<'sign-in'>, observe: Observability): SignInServices {
  const { people, oidc } = readPolicyFile(path.join(import.meta.dirname, 'policy.json'));
  if (oidc === undefined) throw new EngineMisconfigured('The policy has no "oidc".');
  const secret = oidc.secret === undefined ? undefined : clientSecretOnDemand(observe, oidc.secret);
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    issuer: openIssuer(oidc, secret),
    policy: { people, oidc },
    apiUrl: environment.SLUICE_API_URL,
  };
}
