import { KMSClient } from '@aws-sdk/client-kms';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { FunctionEnvironment } from '../../core/environment-variables.ts';
import { openLedger } from '../adapters/engine.ts';
import type { Ledger } from '../adapters/ledger.ts';
import { createLinkKey, type LinkKey } from '../adapters/links.ts';
import type { Observability } from '../adapters/observability.ts';
import { createTaskAnswers, type TaskAnswers } from '../adapters/workflow.ts';

export interface DecideServices {
  readonly ledger: Ledger;
  readonly answers: TaskAnswers;
  readonly links: Pick<LinkKey, 'publicKeyPem'>;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
}

export function decideServices(environment: FunctionEnvironment<'decide'>, observe: Observability): DecideServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    answers: createTaskAnswers(observe.client(new SFNClient({}))),
    links: createLinkKey(observe.client(new KMSClient({})), environment.SLUICE_LINK_KEY),
    apiUrl: environment.SLUICE_API_URL,
  };
}
