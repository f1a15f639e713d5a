import { setTimeout as pause } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import type { FunctionEnvironment } from '../../core/environment-variables.ts';
import { type Artifacts, createArtifacts } from '../adapters/artifacts.ts';
import { openLedger } from '../adapters/engine.ts';
import type { Ledger } from '../adapters/ledger.ts';
import type { Observability } from '../adapters/observability.ts';
import { type DeployTarget, deployTargets } from '../adapters/targets/deploy-target.ts';
import { createTargetSessions, type OpenTarget } from '../adapters/targets/session.ts';
import { createTaskAnswers, type TaskAnswers } from '../adapters/workflow.ts';

export interface DeployServices {
  readonly ledger: Ledger;
  readonly answers: TaskAnswers;
  readonly artifacts: Artifacts;
  readonly open: OpenTarget<DeployTarget>;
  /** Drops the sessions of the last invocation. */
  readonly begin: () => void;
}

export function deployServices(environment: FunctionEnvironment<'deploy'>, observe: Observability): DeployServices {
  const sts = observe.client(new STSClient({}));
  const sessions = createTargetSessions(sts, 'deploy', environment.SLUICE_EXTERNAL_ID);
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    answers: createTaskAnswers(observe.client(new SFNClient({}))),
    artifacts: createArtifacts(observe.client(new S3Client({}))),
    open: deployTargets(sessions, observe, async (milliseconds) => void (await pause(milliseconds))),
    begin: () => sessions.forget(),
  };
}
