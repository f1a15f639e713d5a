import { setTimeout as pause } from 'node:timers/promises';
import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import type { Artifacts } from '../../adapters/s3/artifacts.ts';
import { artifactsOnDemand } from '../../adapters/s3/artifacts-on-demand.ts';
import { evidenceOnDemand, type EvidenceStore } from '../../adapters/s3/evidence.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import { type DeployTarget, deployTargets } from '../../adapters/targets/deploy-target.ts';
import { openTargetSessions, type OpenTarget } from '../../adapters/targets/session.ts';
import { openTaskAnswers, type TaskAnswers } from '../../adapters/step-functions/workflow.ts';

export interface DeployServices {
  readonly ledger: Ledger;
  readonly evidence: EvidenceStore;
  readonly answers: TaskAnswers;
  readonly artifacts: Artifacts;
  readonly open: OpenTarget<DeployTarget>;
  /** Drops the sessions of the last invocation. */
  readonly begin: () => void;
}

export function deployServices(environment: FunctionEnvironment<'deploy'>, observe: Observability): DeployServices {
  const sessions = openTargetSessions(observe, 'deploy', environment.SLUICE_EXTERNAL_ID);
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    evidence: evidenceOnDemand(observe, environment.SLUICE_EVIDENCE_BUCKET),
    answers: openTaskAnswers(observe),
    artifacts: artifactsOnDemand(observe),
    open: deployTargets(sessions, observe, async (milliseconds) => void (await pause(milliseconds))),
    begin: () => sessions.forget(),
  };
}
