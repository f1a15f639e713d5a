import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { FunctionEnvironment } from '../../core/environment-variables.ts';
import { type Artifacts, createArtifacts } from '../adapters/artifacts.ts';
import { openLedger } from '../adapters/engine.ts';
import type { Ledger } from '../adapters/ledger.ts';
import type { Observability } from '../adapters/observability.ts';
import { createSchedule, type Schedule } from '../adapters/schedule.ts';
import { createWorkflow, type Workflow } from '../adapters/workflow.ts';

export interface ReceiveServices {
  readonly ledger: Ledger;
  readonly artifacts: Pick<Artifacts, 'facts'>;
  readonly workflow: Pick<Workflow, 'start'>;
  readonly schedule: Pick<Schedule, 'enable'>;
  readonly bucket: string;
}

export function receiveServices(environment: FunctionEnvironment<'receive'>, observe: Observability): ReceiveServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    artifacts: createArtifacts(observe.client(new S3Client({}))),
    workflow: createWorkflow(observe.client(new SFNClient({})), environment.SLUICE_STATE_MACHINE),
    schedule: createSchedule(observe.client(new SchedulerClient({})), environment.SLUICE_RECONCILER_SCHEDULE),
    bucket: environment.SLUICE_RELEASE_BUCKET,
  };
}
