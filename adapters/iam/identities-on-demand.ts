import type { IAMClientConfig } from '@aws-sdk/client-iam';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { Identities } from './identities.ts';

/** Asked before a target changes, by two tasks of many: IAM's client is not worth loading for the others. */
export function identitiesOnDemand(observe: Observability, settings: IAMClientConfig): Identities {
  const identities = onDemand(async () => (await import('./identities.ts')).openIdentities(observe, settings));
  return {
    boundaryOf: async (type, name) => (await identities()).boundaryOf(type, name),
    policiesOf: async (name) => (await identities()).policiesOf(name),
  };
}
