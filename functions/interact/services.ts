import path from 'node:path';
import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import { EngineMisconfigured } from '../../core/contract/errors.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { SlackSettings } from '../../core/policy/slack.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import { type Notifier, openNotifier } from '../../adapters/lambda/notifier.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import type { Prompts } from '../../adapters/slack/chat.ts';
import { openSlack, slackAccess, type SlackAccess } from '../../adapters/slack/slack.ts';
import { openTaskAnswers, type TaskAnswers } from '../../adapters/step-functions/workflow.ts';
import { readPolicyFile } from '../../engine/handler/policy-file.ts';

export interface InteractServices {
  readonly ledger: Ledger;
  readonly answers: TaskAnswers;
  readonly notifier: Notifier;
  /** The secret by which a request is verified. */
  readonly access: Pick<SlackAccess, 'secret'>;
  /** Whose requests count, by the policy that was deployed. */
  readonly slack: Pick<SlackSettings, 'team' | 'app'>;
  /** The current one: whose commands count. */
  readonly policy: Policy;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
  readonly open: (now: () => string) => Prompts;
}

/** @throws EngineMisconfigured where the policy has no Slack: the stack makes no such function then */
export function interactServices(
  environment: FunctionEnvironment<'interact'>,
  observe: Observability,
): InteractServices {
  const policy = readPolicyFile(path.join(import.meta.dirname, 'policy.json'));
  const slack = policy.notify?.slack;
  if (slack === undefined) throw new EngineMisconfigured('The policy has no "notify.slack".');
  const access = slackAccess(observe, slack.secret, environment.SLACK_API_URL);
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    answers: openTaskAnswers(observe),
    notifier: openNotifier(observe, environment.SLUICE_NOTIFY_FUNCTION),
    access,
    slack,
    policy,
    apiUrl: environment.SLUICE_API_URL,
    open: (now) => openSlack(access, now),
  };
}
