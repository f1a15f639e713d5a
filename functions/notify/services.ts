import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { openLinkKey, type LinkKey } from '../../adapters/kms/links.ts';
import { openMail } from '../../adapters/ses/mail.ts';
import type { Mail } from '../../adapters/ses/message.ts';
import type { Pager } from '../../adapters/sns/page.ts';
import { pagerOnDemand } from '../../adapters/sns/pager-on-demand.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';

export interface NotifyServices {
  readonly ledger: Ledger;
  readonly mail: Mail;
  readonly pager: Pager;
  readonly links: Pick<LinkKey, 'keyId' | 'sign'>;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
}

export function notifyServices(environment: FunctionEnvironment<'notify'>, observe: Observability): NotifyServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    mail: openMail(observe, environment.SLUICE_SENDER),
    pager: pagerOnDemand(observe, environment.SLUICE_PAGER_TOPIC),
    links: openLinkKey(observe, environment.SLUICE_LINK_KEY),
    apiUrl: environment.SLUICE_API_URL,
  };
}
