import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import { evidenceOnDemand, type EvidenceStore } from '../../adapters/s3/evidence.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';

/** Reading needs the ledger and the evidence beside it, without their writes. */
export interface ReadServices {
  readonly ledger: Ledger;
  readonly evidence: Pick<EvidenceStore, 'text'>;
}

export function readServices(environment: FunctionEnvironment<'read'>, observe: Observability): ReadServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    evidence: evidenceOnDemand(observe, environment.SLUICE_EVIDENCE_BUCKET),
  };
}
