import path from 'node:path';
import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { type Artifacts, openArtifacts } from '../../adapters/s3/artifacts.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import { readPolicyFile } from '../../engine/handler/policy-file.ts';

export interface ValidateServices {
  readonly ledger: Ledger;
  readonly artifacts: Artifacts;
  readonly policy: Policy;
}

/** The policy file is beside the bundle. */
export function validateServices(
  environment: FunctionEnvironment<'validate'>,
  observe: Observability,
): ValidateServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    artifacts: openArtifacts(observe),
    policy: readPolicyFile(path.join(import.meta.dirname, 'policy.json')),
  };
}
