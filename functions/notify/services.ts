import path from 'node:path';
import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import { releaseEventBusName } from '../../core/contract/names.ts';
import type { Chat } from '../../adapters/slack/chat.ts';
import { openSlack, slackAccess } from '../../adapters/slack/slack.ts';
import { readPolicyFile } from '../../engine/handler/policy-file.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { EventBus } from '../../adapters/eventbridge/event-bus.ts';
import { eventBusOnDemand } from '../../adapters/eventbridge/event-bus-on-demand.ts';
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
  /** Slack, for one invocation. */
  readonly slack: (now: () => string) => Chat;
  /** The bus on which others hear of releases; undefined where the policy asks for no events. */
  readonly bus: EventBus | undefined;
  readonly links: Pick<LinkKey, 'keyId' | 'sign'>;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
  /** Do people sign in to the pages (OIDC)? */
  readonly signIn: boolean;
}

export function notifyServices(environment: FunctionEnvironment<'notify'>, observe: Observability): NotifyServices {
  const { notify, oidc } = readPolicyFile(path.join(import.meta.dirname, 'policy.json'));
  const access = slackAccess(observe, notify?.slack?.secret, environment.SLACK_API_URL);
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    mail: openMail(observe, environment.SLUICE_SENDER),
    pager: pagerOnDemand(observe, environment.SLUICE_PAGER_TOPIC),
    slack: (now) => openSlack(access, now),
    bus: notify?.events === undefined ? undefined : eventBusOnDemand(observe, releaseEventBusName),
    links: openLinkKey(observe, environment.SLUICE_LINK_KEY),
    apiUrl: environment.SLUICE_API_URL,
    signIn: oidc !== undefined,
  };
}
