import type { FunctionEnvironment } from '../../core/contract/environment-variables.ts';
import { type ArtifactFacts, openArtifactFacts } from '../../adapters/s3/artifact-facts.ts';
import { openLedger } from '../../adapters/dynamodb/open-ledger.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { Observability } from '../../adapters/powertools/observability.ts';
import { openSchedule, type Schedule } from '../../adapters/scheduler/schedule.ts';
import { openWorkflow, type Workflow } from '../../adapters/step-functions/workflow.ts';

export interface ReceiveServices {
  readonly ledger: Ledger;
  readonly artifacts: ArtifactFacts;
  readonly workflow: Pick<Workflow, 'start'>;
  readonly schedule: Pick<Schedule, 'enable'>;
  readonly bucket: string;
  /** Are releases told of on the event bus? */
  readonly events: boolean;
}

export function receiveServices(environment: FunctionEnvironment<'receive'>, observe: Observability): ReceiveServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    artifacts: openArtifactFacts(observe),
    workflow: openWorkflow(observe, environment.SLUICE_STATE_MACHINE),
    schedule: openSchedule(observe, environment.SLUICE_RECONCILER_SCHEDULE),
    bucket: environment.SLUICE_RELEASE_BUCKET,
    events: environment.SLUICE_RELEASE_EVENTS === 'on',
  };
}
