import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { EvidenceStore } from './evidence-bucket.ts';

/** The S3 client is loaded at the first use: most invocations judge nothing. */
export function evidenceOnDemand(observe: Observability, bucket: string): EvidenceStore {
  const store = onDemand(async () => (await import('./evidence-store.ts')).openEvidenceStore(observe, bucket));
  return {
    put: async (evidence) => (await store()).put(evidence),
    text: async (key) => (await store()).text(key),
  };
}
