import type { AwsCredentialIdentity } from '@smithy/types';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';

/** Whether what a release requires exists in one target. Values are not kept. */
export interface Requirements {
  hasSecret(name: string): Promise<boolean>;
  hasParameter(name: string): Promise<boolean>;
}

/** @param settings region and credentials of the target */
export function createRequirements(
  observe: Observability,
  settings: { readonly region: string; readonly credentials: AwsCredentialIdentity },
): Requirements {
  // Needed once a release, before its first change, and by few: two clients that no other task has to load.
  const secrets = onDemand(async () => (await import('../secrets-manager/secrets.ts')).openSecrets(observe, settings));
  const parameters = onDemand(async () => (await import('../ssm/parameters.ts')).openParameters(observe, settings));
  return {
    hasSecret: async (name) => (await secrets()).has(name),
    hasParameter: async (name) => (await parameters()).has(name),
  };
}
