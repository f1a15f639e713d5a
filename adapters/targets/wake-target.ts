import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Observability } from '../powertools/observability.ts';
import { type Alarms, createAlarms } from '../cloudwatch/alarms.ts';
import { createLiveFunctions, type LiveFunctions } from '../lambda/live-functions.ts';
import type { OpenTarget, TargetSessions } from './session.ts';
import type { Pause } from '../cloudformation/stack.ts';
import { createStacks, type Stacks } from '../cloudformation/stacks.ts';
import { trafficOnDemand } from '../codedeploy/traffic-shift-on-demand.ts';
import type { TrafficShifts } from '../codedeploy/traffic-shift.ts';

/** One target, as far as a wait's outcome is read from AWS, and traffic is restored once a stop has ended. */
export interface WakeTarget {
  readonly stacks: Pick<Stacks, 'describe' | 'operation' | 'resources'>;
  readonly alarms: Alarms;
  readonly traffic: Pick<TrafficShifts, 'describe'>;
  readonly functions: Pick<LiveFunctions, 'alias' | 'pointAlias'>;
}

export function wakeTargets(sessions: TargetSessions, observe: Observability, pause: Pause): OpenTarget<WakeTarget> {
  return async (access) => {
    const settings = { region: access.region, credentials: await sessions.credentials(access) };
    return {
      stacks: createStacks(observe.client(new CloudFormationClient(settings)), pause),
      alarms: createAlarms(observe.client(new CloudWatchClient(settings))),
      traffic: trafficOnDemand(observe, settings),
      functions: createLiveFunctions(observe.client(new LambdaClient(settings))),
    };
  };
}
