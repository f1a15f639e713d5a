import type { SealedEvidence } from '../../core/ledger/evidence-object.ts';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';

/** The evidence bucket. */
export interface EvidenceStore {
  /** Writes an object, unless it is there. */
  put(evidence: SealedEvidence): Promise<void>;
  /** An object's text; undefined where there is none. */
  text(key: string): Promise<string | undefined>;
}

/** The S3 client is loaded at the first use: most invocations judge nothing. */
export function evidenceOnDemand(observe: Observability, bucket: string): EvidenceStore {
  const store = onDemand(async () => (await import('./evidence-store.ts')).openEvidenceStore(observe, bucket));
  return {
    put: async (evidence) => (await store()).put(evidence),
    text: async (key) => (await store()).text(key),
  };
}
