import type { FunctionEnvironment } from '../../core/environment-variables.ts';
import { type ArtifactFacts, openArtifactFacts } from '../adapters/artifact-facts.ts';
import { openLedger } from '../adapters/engine.ts';
import type { Ledger } from '../adapters/ledger.ts';
import type { Observability } from '../adapters/observability.ts';
import { openSchedule, type Schedule } from '../adapters/schedule.ts';
import { openWorkflow, type Workflow } from '../adapters/workflow.ts';

export interface ReceiveServices {
  readonly ledger: Ledger;
  readonly artifacts: ArtifactFacts;
  readonly workflow: Pick<Workflow, 'start'>;
  readonly schedule: Pick<Schedule, 'enable'>;
  readonly bucket: string;
}

export function receiveServices(environment: FunctionEnvironment<'receive'>, observe: Observability): ReceiveServices {
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    artifacts: openArtifactFacts(observe),
    workflow: openWorkflow(observe, environment.SLUICE_STATE_MACHINE),
    schedule: openSchedule(observe, environment.SLUICE_RECONCILER_SCHEDULE),
    bucket: environment.SLUICE_RELEASE_BUCKET,
  };
}
