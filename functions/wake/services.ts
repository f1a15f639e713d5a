import { setTimeout as pause } from 'node:timers/promises';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import type { FunctionEnvironment } from '../../core/environment-variables.ts';
import { openLedger } from '../adapters/engine.ts';
import type { Ledger } from '../adapters/ledger.ts';
import type { Observability } from '../adapters/observability.ts';
import { createSchedule, type Schedule } from '../adapters/schedule.ts';
import { createTargetSessions, type OpenTarget } from '../adapters/targets/session.ts';
import { type WakeTarget, wakeTargets } from '../adapters/targets/wake-target.ts';
import { createTaskAnswers, createWorkflow, type TaskAnswers, type Workflow } from '../adapters/workflow.ts';

export interface WakeServices {
  readonly ledger: Ledger;
  readonly answers: TaskAnswers;
  readonly workflow: Workflow;
  readonly schedule: Schedule;
  readonly open: OpenTarget<WakeTarget>;
  /** Drops the sessions of the last invocation. */
  readonly begin: () => void;
}

export function wakeServices(environment: FunctionEnvironment<'wake'>, observe: Observability): WakeServices {
  const sts = observe.client(new STSClient({}));
  const sessions = createTargetSessions(sts, 'deploy', environment.SLUICE_EXTERNAL_ID);
  const states = observe.client(new SFNClient({}));
  return {
    ledger: openLedger(environment.SLUICE_LEDGER_TABLE, observe),
    answers: createTaskAnswers(states),
    workflow: createWorkflow(states, environment.SLUICE_STATE_MACHINE),
    schedule: createSchedule(observe.client(new SchedulerClient({})), environment.SLUICE_RECONCILER_SCHEDULE),
    open: wakeTargets(sessions, observe, async (milliseconds) => void (await pause(milliseconds))),
    begin: () => sessions.forget(),
  };
}
