import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';

/** Reading needs the ledger only, without its writes. */
export interface ReadServices {
  readonly ledger: Ledger;
}

export function readServices(environment: FunctionEnvironment<'read'>, observe: Observability): ReadServices {
  return { ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe) };
}
