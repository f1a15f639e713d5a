import type { SealedEvidence } from '../../core/ledger/evidence-object.ts';

/** The evidence bucket. */
export interface EvidenceStore {
  /** Writes an object, unless it is there. */
  put(evidence: SealedEvidence): Promise<void>;
  /** An object's text; undefined where there is none. */
  text(key: string): Promise<string | undefined>;
}
