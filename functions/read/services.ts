import type { FunctionEnvironment } from '../../core/environment-variables.ts';
import { openLedger } from '../adapters/engine.ts';
import type { Ledger } from '../adapters/ledger.ts';
import type { Observability } from '../adapters/observability.ts';

/** Reading needs the ledger alone, and of it only reads. */
export interface ReadServices {
  readonly ledger: Ledger;
}

export function readServices(environment: FunctionEnvironment<'read'>, observe: Observability): ReadServices {
  return { ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe) };
}
