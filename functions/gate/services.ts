import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { openNotifier, type Notifier } from '../../adapters/lambda/notifier.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import { openTaskAnswers, type TaskAnswers } from '../../adapters/step-functions/workflow.ts';

export interface GateServices {
  readonly ledger: Ledger;
  readonly answers: TaskAnswers;
  readonly notifier: Notifier;
}

export function gateServices(environment: FunctionEnvironment<'gate'>, observe: Observability): GateServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    answers: openTaskAnswers(observe),
    notifier: openNotifier(observe, environment.SLUICE_NOTIFY_FUNCTION),
  };
}
