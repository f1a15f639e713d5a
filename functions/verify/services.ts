import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import { evidenceOnDemand, type EvidenceStore } from '../../adapters/s3/evidence.ts';
import { createHttp, type Http, type HttpRules } from '../../adapters/http/http.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import { openTargetSessions, type OpenTarget } from '../../adapters/targets/session.ts';
import { type VerifyTarget, verifyTargets } from '../../adapters/targets/verify-target.ts';
import { openTaskAnswers, type TaskAnswers } from '../../adapters/step-functions/workflow.ts';

export interface VerifyServices {
  readonly ledger: Ledger;
  readonly evidence: EvidenceStore;
  readonly answers: TaskAnswers;
  readonly open: OpenTarget<VerifyTarget>;
  readonly http: (rules: HttpRules) => Http;
  /** Drops the sessions of the last invocation. */
  readonly begin: () => void;
}

export function verifyServices(environment: FunctionEnvironment<'verify'>, observe: Observability): VerifyServices {
  const sessions = openTargetSessions(observe, 'verify', environment.SLUICE_EXTERNAL_ID);
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    evidence: evidenceOnDemand(observe, environment.SLUICE_EVIDENCE_BUCKET),
    answers: openTaskAnswers(observe),
    open: verifyTargets(sessions, observe, async (milliseconds) => void (await pause(milliseconds))),
    http: createHttp,
    begin: () => sessions.forget(),
  };
}
