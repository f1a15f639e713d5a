import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { Artifacts } from './artifacts.ts';

/** The artifacts of the engine's own account; the S3 client is loaded at the first use. */
export function artifactsOnDemand(observe: Observability): Artifacts {
  const artifacts = onDemand(async () => (await import('./artifacts.ts')).openArtifacts(observe));
  return {
    facts: async (object) => (await artifacts()).facts(object),
    open: async (object, size) => (await artifacts()).open(object, size),
  };
}
