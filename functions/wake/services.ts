import { setTimeout as pause } from 'node:timers/promises';
import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import type { EvidenceStore } from '../../adapters/s3/evidence-bucket.ts';
import { evidenceOnDemand } from '../../adapters/s3/evidence-on-demand.ts';
import { openNotifier, type Notifier } from '../../adapters/lambda/notifier.ts';
import { type Uploads, uploadsOnDemand } from '../../adapters/s3/uploads-on-demand.ts';
import { openSchedule, type Schedule } from '../../adapters/scheduler/schedule.ts';
import { openTargetSessions, type OpenTarget } from '../../adapters/targets/session.ts';
import { type WakeTarget, wakeTargets } from '../../adapters/targets/wake-target.ts';
import { openVerifier, type Verifier } from '../../adapters/lambda/verifier.ts';
import {
  openTaskAnswers,
  openWorkflow,
  type TaskAnswers,
  type Workflow,
} from '../../adapters/step-functions/workflow.ts';

export interface WakeServices {
  readonly ledger: Ledger;
  readonly evidence: EvidenceStore;
  /** The bucket of digests: it takes a key once, as that of evidence does, and locks it. */
  readonly digests: Pick<EvidenceStore, 'put'>;
  readonly answers: TaskAnswers;
  readonly workflow: Workflow;
  readonly schedule: Schedule;
  readonly notifier: Notifier;
  /** Are transitions put on the event bus? */
  readonly events: boolean;
  readonly uploads: Uploads;
  readonly open: OpenTarget<WakeTarget>;
  readonly verifier: Verifier;
  /** Drops the sessions of the last invocation. */
  readonly begin: () => void;
}

export function wakeServices(environment: FunctionEnvironment<'wake'>, observe: Observability): WakeServices {
  const sessions = openTargetSessions(observe, 'deploy', environment.SLUICE_EXTERNAL_ID);
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    evidence: evidenceOnDemand(observe, environment.SLUICE_EVIDENCE_BUCKET),
    digests: evidenceOnDemand(observe, environment.SLUICE_DIGEST_BUCKET),
    answers: openTaskAnswers(observe),
    workflow: openWorkflow(observe, environment.SLUICE_STATE_MACHINE),
    schedule: openSchedule(observe, environment.SLUICE_RECONCILER_SCHEDULE),
    uploads: uploadsOnDemand(observe, environment.SLUICE_RELEASE_BUCKET, environment.SLUICE_RECEIVE_FUNCTION),
    events: environment.SLUICE_RELEASE_EVENTS === 'on',
    notifier: openNotifier(observe, environment.SLUICE_NOTIFY_FUNCTION),
    open: wakeTargets(sessions, observe, async (milliseconds) => void (await pause(milliseconds))),
    verifier: openVerifier(observe, environment.SLUICE_VERIFY_FUNCTION),
    begin: () => sessions.forget(),
  };
}
