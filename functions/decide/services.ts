import path from 'node:path';
import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { openLinkKey, type LinkKey } from '../../adapters/kms/links.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import { readPolicyFile } from '../../engine/handler/policy-file.ts';
import { openSchedule, type Schedule } from '../../adapters/scheduler/schedule.ts';
import {
  openTaskAnswers,
  openWorkflow,
  type TaskAnswers,
  type Workflow,
} from '../../adapters/step-functions/workflow.ts';

export interface DecideServices {
  readonly ledger: Ledger;
  readonly answers: TaskAnswers;
  readonly workflow: Pick<Workflow, 'start'>;
  readonly schedule: Pick<Schedule, 'enable'>;
  readonly links: Pick<LinkKey, 'publicKeyPem'>;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
  /** The current one: who may intervene in an environment does not depend on a release's plan. */
  readonly policy: Policy;
}

export function decideServices(environment: FunctionEnvironment<'decide'>, observe: Observability): DecideServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    answers: openTaskAnswers(observe),
    workflow: openWorkflow(observe, environment.SLUICE_STATE_MACHINE),
    schedule: openSchedule(observe, environment.SLUICE_RECONCILER_SCHEDULE),
    links: openLinkKey(observe, environment.SLUICE_LINK_KEY),
    apiUrl: environment.SLUICE_API_URL,
    policy: readPolicyFile(path.join(import.meta.dirname, 'policy.json')),
  };
}
