import path from 'node:path';
import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { scheduleOnDemand } from '../../adapters/scheduler/schedule-on-demand.ts';
import type { Schedule } from '../../adapters/scheduler/schedule.ts';
import { openLinkKey, type LinkKey } from '../../adapters/kms/links.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import { type Notifier, openNotifier } from '../../adapters/lambda/notifier.ts';
import { type FindSigningIn, signingIn } from '../../engine/http/signing-in.ts';
import { readPolicyFile } from '../../engine/handler/policy-file.ts';
import {
  openPlanWorkflow,
  openTaskAnswers,
  openWorkflow,
  type PlanWorkflow,
  type TaskAnswers,
  type Workflow,
} from '../../adapters/step-functions/workflow.ts';

export interface DecideServices {
  readonly ledger: Ledger;
  readonly answers: TaskAnswers;
  readonly workflow: Pick<Workflow, 'start'>;
  readonly plans: PlanWorkflow;
  readonly links: Pick<LinkKey, 'publicKeyPem'>;
  readonly notifier: Notifier;
  readonly schedule: Pick<Schedule, 'enable'>;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
  /** Name of the release bucket. */
  readonly bucket: string;
  /** The current one: who may intervene in an environment does not depend on a release's plan. */
  readonly policy: Policy;
  /** Absent where it has no OpenID provider. */
  readonly signIn?: FindSigningIn;
}

export function decideServices(environment: FunctionEnvironment<'decide'>, observe: Observability): DecideServices {
  const policy = readPolicyFile(path.join(import.meta.dirname, 'policy.json'));
  const signing = signingIn(policy);
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    answers: openTaskAnswers(observe),
    workflow: openWorkflow(observe, environment.SLUICE_STATE_MACHINE),
    plans: openPlanWorkflow(observe, environment.SLUICE_PLAN_MACHINE),
    links: openLinkKey(observe, environment.SLUICE_LINK_KEY),
    notifier: openNotifier(observe, environment.SLUICE_NOTIFY_FUNCTION),
    schedule: scheduleOnDemand(observe, environment.SLUICE_RECONCILER_SCHEDULE),
    apiUrl: environment.SLUICE_API_URL,
    bucket: environment.SLUICE_RELEASE_BUCKET,
    policy,
    signIn: async () => signing,
  };
}
