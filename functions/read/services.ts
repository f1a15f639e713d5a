import path from 'node:path';
import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import type { EvidenceStore } from '../../adapters/s3/evidence-bucket.ts';
import { type ArtifactFiles, openArtifactFiles } from '../../adapters/s3/artifact-files.ts';
import { evidenceOnDemand } from '../../adapters/s3/evidence-on-demand.ts';
import { onDemand } from '../../adapters/on-demand.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import { type FindSigningIn, signingIn } from '../../engine/http/signing-in.ts';

/** Reading needs the ledger, the evidence beside it, its digests and what was released, without their writes. */
export interface ReadServices {
  readonly ledger: Ledger;
  readonly evidence: Pick<EvidenceStore, 'text'>;
  /** The bucket of digests. */
  readonly digests: Pick<EvidenceStore, 'text'>;
  /** Of artifacts: their templates are compared. */
  readonly files: ArtifactFiles;
  /** The policy is read for those alone who sign in, or have. */
  readonly signIn?: FindSigningIn;
}

export function readServices(environment: FunctionEnvironment<'read'>, observe: Observability): ReadServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    files: openArtifactFiles(observe),
    evidence: evidenceOnDemand(observe, environment.SLUICE_EVIDENCE_BUCKET),
    digests: evidenceOnDemand(observe, environment.SLUICE_DIGEST_BUCKET),
    signIn: onDemand(async () => {
      const { readPolicyFile } = await import('../../engine/handler/policy-file.ts');
      return signingIn(readPolicyFile(path.join(import.meta.dirname, 'policy.json')));
    }),
  };
}
