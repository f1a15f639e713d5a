import { KMSClient } from '@aws-sdk/client-kms';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { FunctionEnvironment } from '../../core/environment-variables.ts';
import { openLedger } from '../adapters/engine.ts';
import type { Ledger } from '../adapters/ledger.ts';
import { createLinkKey, type LinkKey } from '../adapters/links.ts';
import { createMail, type Mail } from '../adapters/mail.ts';
import type { Observability } from '../adapters/observability.ts';
import { createTaskAnswers, type TaskAnswers } from '../adapters/workflow.ts';

export interface GateServices {
  readonly ledger: Ledger;
  readonly answers: TaskAnswers;
  readonly mail: Mail;
  readonly links: Pick<LinkKey, 'keyId' | 'sign'>;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
}

export function gateServices(environment: FunctionEnvironment<'gate'>, observe: Observability): GateServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    answers: createTaskAnswers(observe.client(new SFNClient({}))),
    mail: createMail(observe.client(new SESv2Client({})), environment.SLUICE_SENDER),
    links: createLinkKey(observe.client(new KMSClient({})), environment.SLUICE_LINK_KEY),
    apiUrl: environment.SLUICE_API_URL,
  };
}
